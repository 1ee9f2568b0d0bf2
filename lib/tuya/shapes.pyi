"""What the library takes and gives, for those who read types. There is no such module to run."""

from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Sequence as Sequence
from typing import NamedTuple

from tuya.gateway import Child as Child
from tuya.port import Stream

class Message(NamedTuple):
    """As codec.Message."""

    sequence: int
    command: int
    code: int
    payload: bytes

class Found(NamedTuple):
    """As discovery.Found."""

    id: str
    address: str
    version: str
    product_key: str

#: What a DP may be: a text too where a device reports an object or a list (see values.py).
Value = bool | int | float | str

#: {number: value}, as a device reports it.
DPs = dict[int, Value]
#: {number: value} to be written; the number may be a text.
Written = Mapping[int, object] | Mapping[str, object]
#: {number: (name, kind, what is specified)}: see DataPoints.
Points = dict[int, tuple[str, str, dict[str, object]]]
#: (address, port, ms) to a stream: see port.connect.
Connect = Callable[[str, int, int], Awaitable[Stream]]
#: As discovery.find.
Find = Callable[..., Awaitable[Found | None]]
OnPush = Callable[[DPs], object]
#: (method, URL, headers, body) to (status, body): see Cloud.
Http = Callable[[str, str, dict[str, str], bytes], Awaitable[tuple[int, bytes]]]
NowMs = Callable[[], int]
SleepMs = Callable[[int], Awaitable[object]]
Query = Mapping[str, object] | None
