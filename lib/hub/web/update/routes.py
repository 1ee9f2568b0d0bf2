"""Routes for updates: what runs and what can be changed here, and an update piece by piece.

POST /api/v1/update {what it says of itself}   {"at": bytes that are there}
PUT /api/v1/update?at=N with a piece           the same, as often as it takes
POST /api/v1/update/install {}                 proved, and on trial after a restart
"""

import sys

from hub import VERSION
from hub.system.memory import heap_budget
from hub.update import incoming
from hub.update.about import Unfit
from hub.update.firmware import Slot, board, spare_slot
from hub.web.http import Problem, not_written, number_of
from tuya.port import MICROPYTHON, const

_KIND = "application/octet-stream"
# Code that is not frozen lies in the heap: that of a board without further memory is too small.
_HEAP_FOR_CODE = const(200000)
_BY_CABLE = "By cable: plughub flash, or the page for that"
_ON_A_PC = "As it was installed: pipx upgrade plughub, or another image of the container"
_FIELDS = ("plughub", "kind", "version", "for", "size", "sha256", "signature", "unsigned")


async def get_update(hub, request):
    """Return what runs here, and how it can be changed.

    {"version", "for", "mpy", "kinds": what can be changed over the air, "how" else, "signed":
    whether a signature can be proved, "piece": bytes, "incoming": what is on its way, with "at"}.
    """
    return _about(hub)


async def begin(hub, request):
    """Begin with an update, or go on with the one that was cut off: {"at": bytes are there}."""
    about = request.json_object(*_FIELDS)
    try:
        found = incoming.begin(about, _modulus(), _place)
    except Unfit as e:
        raise Problem(422, "Nothing is changed: %s" % e) from None
    except OSError as e:
        raise not_written(e) from None
    return {"at": found.at}


async def take(hub, request):
    """Take a piece of it, the body: {"at": bytes are there}."""
    if request.headers.get("content-type") != _KIND:
        raise Problem(415, "Send a piece as it is, with Content-Type: %s" % _KIND)
    at = number_of(request.parameter("at") or "")
    found = _current()
    if at is None:
        raise Problem(400, "Expected ?at=N, where the piece begins")
    try:
        with request.file() as file:  # pyright: ignore
            found.take(at, file)
    except Unfit as e:
        raise Problem(409, str(e)) from None
    except OSError as e:
        raise not_written(e) from None
    return {"at": found.at}


async def install(hub, request):
    """Have what has arrived run on trial, after a restart: {"restarting": true}."""
    request.json_object()
    has_plugs = any([plug.device.online for plug in hub.targets.plugs.values()])
    try:
        _current().install(has_plugs)
    except Unfit as e:
        raise Problem(422, "Nothing is changed: %s" % e) from None
    except OSError as e:
        raise not_written(e) from None
    hub.runtime.restart_soon()
    return {"restarting": True}


async def drop(hub, request):
    """Forget what is on its way."""
    incoming.drop()
    return _about(hub)


def _about(hub):
    kinds = ["firmware"] if spare_slot() else []
    if _has_heap_for_code():
        kinds.append("code")
    found = incoming.current()
    return {
        "version": VERSION,
        "for": board(),
        "mpy": getattr(sys.implementation, "_mpy", 0),
        "kinds": kinds,
        "how": None if kinds else _BY_CABLE if MICROPYTHON else _ON_A_PC,
        "signed": bool(_modulus()),
        "piece": incoming.PIECE,
        "incoming": found and dict(found.about, at=found.at),
    }


def _current():
    found = incoming.current()
    if not found:
        raise Problem(409, "No update is on its way: say first what it is")
    return found


def _place(kind):
    if kind == "firmware":
        return Slot()
    if not _has_heap_for_code():
        raise Unfit("the heap of this board is too small for code that is not frozen")
    return incoming.CodeFile()


def _has_heap_for_code():
    return MICROPYTHON and heap_budget() >= _HEAP_FOR_CODE


def _modulus():
    try:
        from update_key import MODULUS  # pyright: ignore - of a firmware alone
    except ImportError:
        return b""
    return MODULUS
