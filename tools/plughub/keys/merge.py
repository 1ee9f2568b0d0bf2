"""What a source brings to the devices.json that is there: merged with it, and compared."""

from dataclasses import dataclass, field
from typing import Any

NEW = "new"
NEW_KEY = "new key"
RENAMED = "renamed"
GONE = "gone"
SAME = ""


@dataclass
class Merged:
    """The entries to write, and (change, entry, former name) of each: see compare()."""

    entries: list[dict[str, Any]] = field(repr=False)
    changes: list[tuple[tuple[str, ...], dict[str, Any], str]] = field(repr=False)

    def count(self, change):
        """Return how many devices have this change."""
        return sum(change in kinds for kinds, _, _ in self.changes)


def merge(old, found, is_whole, prune):
    """Return the Merged of the entries of a devices.json and those of a source.

    What the source does not know of a device stays: its address, its version, and whatever another
    program has put there. A device that is gone stays as well, unless `prune` drops it.
    """
    known = {entry["id"]: entry for entry in old}
    by_place = {_place(entry): entry["id"] for entry in old if _place(entry)}
    arrived = {}
    for entry in found:
        id = entry["id"]
        if id not in known and _place(entry) in by_place:
            id = by_place[_place(entry)]  # a source that does not tell the ids of sub-devices
        arrived[id] = entry | {"id": id}
    entries, changes = [], []
    for id in [*known, *(id for id in arrived if id not in known)]:
        if id not in arrived:
            is_gone = is_whole or prune
            changes.append(((GONE,) if is_gone else (), known[id], _name(known[id])))
            if not prune:
                entries.append(known[id])
            continue
        entry = known.get(id, {}) | _informative(arrived[id], known.get(id))
        entries.append(entry)
        changes.append((_kinds(known.get(id), entry), entry, _name(known.get(id, entry))))
    return Merged(entries, changes)


def _kinds(before, entry):
    if before is None:
        return (NEW,)
    kinds = []
    if entry.get("key") and before.get("key") != entry["key"]:
        kinds.append(NEW_KEY)
    if _name(before) != _name(entry):
        kinds.append(RENAMED)
    return tuple(kinds)


def _informative(entry, before):
    """Return of an entry what says something: an empty text must not erase what is known."""
    if before is None:
        return entry
    return {name: value for name, value in entry.items() if value not in ("", None, {})}


def _place(entry):
    """Return where a sub-device is: (gateway, what the gateway calls it)."""
    parent, cid = entry.get("parent"), entry.get("node_id")
    return (parent, cid) if parent and cid else None


def _name(entry):
    return entry.get("name") or entry["id"]
