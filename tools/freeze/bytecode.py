"""MicroPython's bytecode of version 6: what a function's tables must have, and where it ends.

A function is a prelude (sizes and flags, then its name and those of its arguments), the numbers of
its lines, and instructions. See py/bc.h and py/bc0.h of MicroPython.
"""

from dataclasses import dataclass

from .refused import Refused, require

# How an instruction goes on, two bits for each group of 16 of them (MP_BC_FORMAT).
_FORMATS = 0x3A4
_NAME, _NUMBER, _JUMP = 1, 2, 3
_EXTRA_BYTE_MASK = 0x9E

_LOAD_CONST_OBJ = 0x23
_MAKE_FUNCTIONS = (0x20, 0x21, 0x32, 0x33)
_JUMP_ALWAYS = 0x42
# Unwind, always, if true, if false: these may lead back.
_SIGNED_JUMPS = (0x40, _JUMP_ALWAYS, 0x43, 0x44)
# Return, and raise of three kinds.
_ENDS = (0x63, 0x64, 0x65, 0x66)


@dataclass
class Function:
    """What the bytecode of one function uses: so many entries must its module's tables have."""

    is_generator: bool
    size: int
    names: int = 0
    constants: int = 0
    children: int = 0


def read_function(code):
    """Return the Function that bytes begin with. Raises Refused."""
    try:
        is_generator, names, start = _read_prelude(code)
        function = Function(is_generator, start, names)
        _read_instructions(code, start, function)
    except IndexError:
        raise Refused(f"bytecode does not end within {len(code)} bytes") from None
    return function


def is_generator(prelude):
    """Tell whether the function of a prelude is a generator."""
    return _read_prelude(prelude)[0]


def _read_prelude(code):
    """Return (whether it is a generator, how many names it uses, where instructions begin)."""
    first = code[0]
    # Arguments by position and by name only; flags. What is not needed here is skipped.
    positional, keyword, flags = first & 3, 0, 0
    place = 1
    round_ = 0
    byte = first
    while byte & 0x80:
        byte = code[place]
        place += 1
        flags |= (byte >> 6 & 1) << round_
        positional |= (byte & 4) << round_
        keyword |= (byte >> 3 & 1) << round_
        round_ += 1
    info = cells = round_ = 0
    byte = 0x80
    while byte & 0x80:
        byte = code[place]
        place += 1
        info |= (byte >> 1 & 0x3F) << 6 * round_
        cells |= (byte & 1) << round_
        round_ += 1
    start = place + info + cells
    names = 0
    for _ in range(1 + positional + keyword):
        number, place = _read_number(code, place)
        names = max(names, number + 1)
    require(place <= start, "the prelude of a function is longer than it says")
    return bool(flags & 1), names, start


def _read_instructions(code, place, function):
    """Follow a function to its end, and note what it uses."""
    furthest = place  # where a jump leads to: the function does not end before
    while True:
        operation = code[place]
        place += 1
        kind = _FORMATS >> 2 * (operation >> 4) & 3
        number = 0
        if kind == _JUMP:
            number, place = _read_jump(code, place, operation)
        elif kind:
            number, place = _read_number(code, place)
        if operation & _EXTRA_BYTE_MASK == 0:
            place += 1
        if kind == _NAME:
            function.names = max(function.names, number + 1)
        elif kind == _JUMP:
            furthest = max(furthest, place + number)
        elif operation == _LOAD_CONST_OBJ:
            function.constants = max(function.constants, number + 1)
        elif operation in _MAKE_FUNCTIONS:
            function.children = max(function.children, number + 1)
        if place > furthest and (operation in _ENDS or operation == _JUMP_ALWAYS):
            function.size = place
            return


def _read_number(code, place):
    """Return (number, where it ends): seven bits a byte, the highest first."""
    number = 0
    byte = 0x80
    while byte & 0x80:
        byte = code[place]
        place += 1
        number = number << 7 | byte & 0x7F
    return number, place


def _read_jump(code, place, operation):
    """Return (distance, where it ends): one byte or two, the lowest first."""
    number = code[place]
    place += 1
    bias = 0x40
    if number & 0x80:
        number = number & 0x7F | code[place] << 7
        place += 1
        bias = 0x4000
    return number - (bias if operation in _SIGNED_JUMPS else 0), place
