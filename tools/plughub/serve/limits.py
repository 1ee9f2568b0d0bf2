"""What is scarce on a board and is not on a PC.

On a board each limit is a constant where it holds, since a setting would take heap there. Here a
PC puts its own in their places, before the hub is assembled.
"""

import importlib
import sys

from plughub.serve.bridge import ManyBridge
from plughub.serve.listening import BACKLOG
from plughub.serve.memory import PCMemory
from plughub.serve.meters import ManyMeters

_PLENTY = 1_000_000
#: Of the page, where the configuration names none: other programs have 80, or only root may.
PORT = 8080

#: (module, name, value): `name` of `module` becomes `value`.
LIMITS = (
    ("hub.hub", "board_memory", PCMemory),
    ("hub.hub", "Meters", ManyMeters),
    ("hub.mqtt.bridge", "Bridge", ManyBridge),
    ("hub.mqtt.broker", "Bridge", ManyBridge),
    ("hub.config.needs", "heap_budget", lambda: 1 << 62),
    ("hub.log", "_SIZE", 1 << 16),
    ("hub.log", "_ring", bytearray(1 << 16)),
    ("hub.web.server", "CLIENTS", 256),
    ("hub.web.server", "_ARRIVING", BACKLOG),
    ("hub.web.server", "_WAITING", BACKLOG),
    ("hub.web.events", "STREAMS_MAX", 128),
    ("hub.web.http", "_CHUNK", 1 << 16),
    # Browsers send to localhost the cookies of every other program there.
    ("hub.web.http", "_HEAD_MAX", 1 << 15),
    ("hub.web.http", "_IN_MEMORY", 1 << 20),
    ("hub.web.writer", "_PIECE", 1 << 18),
    ("hub.web.auth", "_BODY_MAX", 1 << 23),
    ("hub.web.auth", "_BACKUP_MAX", 1 << 24),
    ("hub.web.auth", "_REMEMBERED_MAX", 256),
    ("hub.web.login.passwords", "_TOKENS_MAX", 128),
    ("hub.web.login.passwords", "_LOGINS_MAX", 64),
)

#: Fields of the configuration that mean something else here: {name: (check, default)}.
_HUB_FIELDS = {
    "sockets": (("number", 8, _PLENTY, "sockets"), _PLENTY),
    "boot_button": ("pin", None),
}


def lift():
    """Put a PC's limits in the places of a board's. Raises AttributeError for one that is gone."""
    for module, name, value in LIMITS:
        replace(module, name, value)
    components = importlib.import_module("hub.components")
    replace("hub.components", "HUB", _fields(components.HUB, _HUB_FIELDS))
    server = importlib.import_module("hub.web.server")
    replace("hub.web.server", "SCHEMA", _fields(server.SCHEMA, {"port": ("port", PORT)}))


def raise_open_files():
    """Have this process open as many sockets as it may: one for each plug, and more."""
    if sys.platform == "win32":
        return  # which has no such limit
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def replace(module, name, value):
    """Put a value in the place of what a module has under a name. Raises AttributeError."""
    module = importlib.import_module(module)
    getattr(module, name)
    setattr(module, name, value)


def _fields(table, others):
    """Return a table of fields (see hub.config.validator) in which some are another."""
    return tuple((row[0], *others.get(row[0], row[1:])) for row in table)
