"""`plughub keys`: local keys from Tuya's cloud or from another program's file, kept together."""
