"""Freezes Python modules into a stock MicroPython firmware for the ESP32, without a compiler.

A firmware has its frozen modules in tables of constants. They are found in the .bin, proved to be
understood by decoding everything in them, continued behind the end of the constants, and the code
that refers to the old tables is pointed to the new ones. `freeze.filesystem` adds files; it alone
needs more than the standard library.
"""

from .freezer import freeze
from .refused import Refused

__all__ = ["Refused", "freeze"]
