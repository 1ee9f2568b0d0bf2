"""What a source of keys has found."""

from dataclasses import dataclass, field
from typing import Any

_NAME_MAX = 200


@dataclass
class Found:
    """Devices of one source.

    `entries` are as in a devices.json of tinytuya; of each only what is known is there, "id" at
    least. `is_whole`: the source knows all devices of the home, so that a missing one is gone.
    """

    source: str
    entries: list[dict[str, Any]] = field(repr=False)
    is_whole: bool = False
    region: str | None = None
    warnings: list[str] = field(default_factory=list)


def name_of(text):
    """Return a name as it may be printed and written: one line, without control characters."""
    text = text if isinstance(text, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_NAME_MAX]


def with_parents(entries):
    """Give each sub-device the id of its gateway as "parent", "" where nobody knows it.

    Where the source does not tell it, the local key does: a sub-device has that of its gateway.
    """
    gateways = {}
    for entry in entries:
        if entry.get("key") and not entry.get("sub"):
            gateways.setdefault(entry["key"], []).append(entry["id"])
    for entry in entries:
        if entry.get("sub") and not entry.get("parent"):
            same = gateways.get(entry.get("key"), ())
            entry["parent"] = same[0] if len(same) == 1 else ""
    return entries
