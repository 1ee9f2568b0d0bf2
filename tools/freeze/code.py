"""A module between its .mpy file and the firmware: names, constants, and its functions."""

from dataclasses import dataclass, field

BYTECODE, NATIVE, VIPER = 2, 3, 4  # MP_CODE_...


class FunctionTable:
    """The table of functions that native code calls: the firmware has its own."""

    def __repr__(self):
        return "FUNCTION_TABLE"


FUNCTION_TABLE = FunctionTable()


@dataclass
class Code:
    """A function, the body of a module or of a class, and those made by it.

    `body` is bytecode, or machine code; native code that is not viper is followed by a `prelude`
    like that of bytecode.
    """

    kind: int
    body: bytes
    prelude: bytes = b""
    children: list = field(default_factory=list)


@dataclass
class Module:
    """`name` is the path it is frozen by, such as "hub/app.py". `names` are bytes; the constants
    are None, bool, Ellipsis, int, float, complex, str, bytes, tuple or FUNCTION_TABLE.
    """

    name: str
    names: list
    constants: list
    code: Code
