"""The interpreters that a bench runs our part on."""

import sys

from plughub.checkout import find_micropython


def interpreters():
    """Yield (name, program) of CPython and of each MicroPython that there is."""
    yield "CPython", sys.executable
    for bits in (64, 32):
        program = find_micropython(bits)
        if program:
            yield f"MicroPython {bits}-bit", program
