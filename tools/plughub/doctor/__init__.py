"""`plughub doctor`: what keeps a device from working, step by step, and what to do."""
