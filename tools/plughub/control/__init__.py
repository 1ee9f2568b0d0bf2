"""Reading and switching one device from the command line: get, set, on, off, toggle, watch."""
