"""Firmware over the air: written to the slot that does not run, and on trial from the next start.

    firmware.json   {"slot": label, "version", "plugs"}, until it is kept or taken back

The bootloader goes back to the slot before unless the new one is marked valid in its first life.
"""

import sys

from hub.log import log
from hub.system.store import exists, load, remove, save
from hub.system.trial import judge
from hub.update.about import Unfit
from tuya.port import const

FILE = "firmware.json"
_BLOCK = const(4096)
_LABEL = const(4)  # of Partition.info()
_SIZE = const(3)
_TIMEOUT_MS = const(30000)


def _running_slot():
    from esp32 import Partition

    return Partition(Partition.RUNNING)  # pyright: ignore


def spare_slot():
    """Return the esp32.Partition for the next firmware, None where the flash has a single one."""
    try:
        return _running_slot().get_next_update()
    except (ImportError, OSError):
        return None


def board():
    """Return what this firmware is built for."""
    return getattr(sys.implementation, "_build", "") or sys.platform


class Slot:
    """The place of a firmware."""

    def __init__(self):
        self._part = spare_slot()

    def check(self, about):
        """Raise Unfit where it is for another board, or too long, or there is no slot for it."""
        if not self._part:
            raise Unfit("this flash has room for one firmware: it is changed by cable")
        if about["for"] != board():
            raise Unfit("it is for %s, and this is %s" % (about["for"], board()))
        size = self._part.info()[_SIZE]
        if about["size"] > size:
            raise Unfit("it has %d bytes, and the slot for it %d" % (about["size"], size))

    def write(self, at, block):
        if len(block) < _BLOCK:
            block = block + b"\xff" * (_BLOCK - len(block))
        self._part.writeblocks(at // _BLOCK, block)

    def drop(self):
        """What is half written is never started: nothing has to be done."""

    def install(self, about, has_plugs):
        label = self._part.info()[_LABEL]
        save(FILE, {"slot": label, "version": about["version"], "plugs": has_plugs})
        try:
            self._part.set_boot()  # which proves it
        except OSError:
            remove(FILE)
            raise Unfit("the bootloader does not take it for a firmware") from None


def begin(hub, config):
    """Have a firmware on trial judged, where one is; tell of one that was taken back."""
    if not exists(FILE):
        return
    found = load(FILE)
    if _running_slot().info()[_LABEL] != found.get("slot"):
        text = "firmware %s was taken back: it did not run well in its first minute"
        hub.faults.append(found.get("why") or text % found.get("version"))
        remove(FILE)
        return
    arguments = hub, config["web"]["port"], bool(found.get("plugs")), _Choice
    hub.supervisor.add("trial", judge, _TIMEOUT_MS, *arguments)


class _Choice:
    """What hub.system.trial does with a firmware: as codeset.choice with a set."""

    @staticmethod
    def keep():
        """Keep it for good."""
        from esp32 import Partition

        Partition.mark_app_valid_cancel_rollback()
        remove(FILE)

    @staticmethod
    def note(why):
        """Have the next start say why it was taken back: the bootloader does that."""
        found = load(FILE)
        found["why"] = "firmware %s was taken back: %s" % (found.get("version"), why)
        save(FILE, found)
        log(found["why"])
