"""Reads .mpy files of version 6.3 (py/persistentcode.c of MicroPython)."""

import math
import struct

from .code import BYTECODE, FUNCTION_TABLE, NATIVE, VIPER, Code, Module
from .refused import Refused, require

_VERSION = 6
_SUB_VERSION = 3  # of the native code only
_ARCHITECTURES = {10: "xtensawin", 11: "rv32imc"}
_ARCHITECTURE_FLAGS = 0x40
_SMALL_INT_BITS = 31
# Relocation, constant data and zeroed data of what was linked from C.
_LINKED_CODE_FLAGS = 0x70

_SIMPLE = {0: FUNCTION_TABLE, 1: None, 2: False, 3: True, 4: ...}
_STR, _BYTES, _INT, _FLOAT, _COMPLEX, _TUPLE = 5, 6, 7, 8, 9, 10


def read_mpy(name, data, static, native):
    """Return the Module of an .mpy file.

    `static` are the strings that it names by their number, `native` is the machine code that it
    may have, as mpy-cross calls it, or None. Raises Refused, with `name` in the text.
    """
    try:
        return _Reader(data, static, native).module(name)
    except Refused as error:
        raise Refused(f"{name}: {error}") from None
    except IndexError:
        raise Refused(f"{name}: the .mpy file is truncated") from None


def _single(number):
    """Return a float as 32 bits have it; what is too large for them is infinite."""
    try:
        return struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)


class _Reader:
    def __init__(self, data, static, native):
        self._data = data
        self._place = 0
        self._static = static
        self._native = native

    def module(self, name):
        self._header()
        names, constants = self._number(), self._number()
        names = [self._name() for _ in range(names)]
        constants = [self._constant() for _ in range(constants)]
        code = self._code()
        require(self._place == len(self._data), "something follows the code of the .mpy file")
        return Module(name, names, constants, code)

    def _header(self):
        magic, version, features, bits = self._take(4)
        require(magic == ord("M"), "this is no .mpy file")
        require(
            version == _VERSION,
            f"the .mpy file is of version {version}, the firmware takes {_VERSION}: mpy-cross of"
            " another MicroPython made it",
        )
        require(
            bits <= _SMALL_INT_BITS,
            f"the .mpy file has small integers of {bits} bits, the firmware has {_SMALL_INT_BITS}",
        )
        architecture = features >> 2 & 15
        require(
            not features & _ARCHITECTURE_FLAGS,
            "the .mpy file has native code for extensions of the processor",
        )
        require(
            not architecture
            or (
                _ARCHITECTURES.get(architecture) == self._native is not None
                and features & 3 == _SUB_VERSION
            ),
            f"the .mpy file has native code (architecture {architecture}, {_VERSION}."
            f"{features & 3}), the firmware takes {self._native or 'none'}",
        )

    def _name(self):
        number = self._number()
        if number & 1:
            require(
                number >> 1 < len(self._static),
                f"the .mpy file names string {number >> 1}, the firmware has"
                f" {len(self._static)} of these: it is older than mpy-cross",
            )
            return self._static[number >> 1]
        text = self._take(number >> 1)
        self._take(1)
        return text

    def _constant(self):
        kind = self._take(1)[0]
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        require(_STR <= kind <= _TUPLE, f"the .mpy file has a constant of kind {kind}")
        size = self._number()
        if kind == _TUPLE:
            return tuple(self._constant() for _ in range(size))
        raw = self._take(size)
        if kind == _INT:
            return int(raw)
        if kind == _FLOAT:
            return _single(float(raw))
        if kind == _COMPLEX:
            number = complex(raw.decode())
            return complex(_single(number.real), _single(number.imag))
        self._take(1)
        return raw.decode() if kind == _STR else raw

    def _code(self):
        head = self._number()
        kind = BYTECODE + (head & 3)
        body = self._take(head >> 3)
        prelude = b""
        if kind == NATIVE:
            start = self._number()
            body, prelude = body[:start], body[start:]
        elif kind == VIPER:
            require(
                not self._number() & _LINKED_CODE_FLAGS,
                "the .mpy file was linked from C: only what mpy-cross makes can be frozen",
            )
        require(kind <= VIPER, "the .mpy file has inline assembler, which cannot be frozen")
        children = [self._code() for _ in range(self._number())] if head & 4 else []
        return Code(kind, body, prelude, children)

    def _number(self):
        number = 0
        byte = 0x80
        while byte & 0x80:
            byte = self._data[self._place]
            self._place += 1
            number = number << 7 | byte & 0x7F
        return number

    def _take(self, size):
        taken = self._data[self._place : self._place + size]
        require(len(taken) == size, "the .mpy file is truncated")
        self._place += size
        return bytes(taken)
