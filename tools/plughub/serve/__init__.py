"""`plughub serve`: the hub on this PC, without a board.

The hub is the same; what a board has and a PC has not stands in this folder: machine.py and
gpio.py for the modules of MicroPython, limits.py for what is scarce on a board, ears.py for
finding devices, home.py for the flash.
"""
