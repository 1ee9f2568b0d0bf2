"""A board in software: its modules for MicroPython on a PC, and the process that runs them."""
