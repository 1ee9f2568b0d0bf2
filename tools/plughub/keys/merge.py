"""What a source brings to the devices.json that is there: merged with it, and compared."""

from dataclasses import dataclass, field
from typing import Any

from plughub.devices import Known, known

NEW = "new"
NEW_KEY = "new key"
RENAMED = "renamed"
GONE = "gone"


@dataclass
class Merged:
    """The entries to write, and for each device that is known ((change, ...), it, former name)."""

    entries: list[dict[str, Any]] = field(repr=False)
    changes: list[tuple[tuple[str, ...], Known, str]] = field(repr=False)

    def present(self):
        """Return [Known] of all devices that are not gone."""
        return [device for kinds, device, _ in self.changes if GONE not in kinds]

    def count(self, change):
        """Return how many devices have this change."""
        return sum(change in kinds for kinds, _, _ in self.changes)


def merge(old, found, is_whole, prune):
    """Return the Merged of the entries of a devices.json and those of a source.

    What the source does not know of a device stays: its address, its version, and whatever another
    program has put there. A device that is gone stays as well, unless `prune` drops it.
    """
    before = {device.id: device for device in map(known, old)}
    places = {_place(device): device.id for device in before.values() if _place(device)}
    arrived = {}
    for device in map(known, found):
        id = device.id
        if id not in before:  # a source may not tell the ids of sub-devices
            id = places.get(_place(device), id)
        arrived[id] = device.raw | {"id": id}
    entries, changes = [], []
    for id in [*before, *(id for id in arrived if id not in before)]:
        former = before.get(id)
        if id in arrived:
            entry = _merged(former, arrived[id])
            device = known(entry)
            changes.append((_kinds(former, device), device, shown_name(former or device)))
            entries.append(entry)
        else:
            is_gone = is_whole or prune
            changes.append(((GONE,) if is_gone else (), former, shown_name(former)))
            if not prune:
                entries.append(former.raw)
    return Merged(entries, changes)


def shown_name(device):
    """Return what to call a device: its id where it has no name."""
    return device.name or device.id


def _kinds(former, device):
    if former is None:
        return (NEW,)
    kinds = []
    if device.key != former.key:
        kinds.append(NEW_KEY)
    if shown_name(device) != shown_name(former):
        kinds.append(RENAMED)
    return tuple(kinds)


def _merged(former, entry):
    if former is None:
        return entry
    # What is empty must not erase what is known.
    return former.raw | {name: entry[name] for name in entry if entry[name] not in ("", None, {})}


def _place(device):
    """Return where a sub-device is: (gateway, what the gateway calls it)."""
    return (device.parent, device.cid) if device.parent and device.cid else None
