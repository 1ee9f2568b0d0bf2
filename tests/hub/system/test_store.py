"""Power cuts and full disks. On MicroPython the file system is the board's own littlefs."""

import json
import os
import sys

from fake_flash import Mounted, PowerCut, fresh_disk
from patched import Patched

from hub.system import store

MICROPYTHON = sys.implementation.name == "micropython"
OLD = {"bf1": {"version": "3.3", "text": "old" * 40}}
NEW = {"bf1": {"version": "3.5", "text": "new" * 60}, "bf2": {"version": "3.1"}}
SCRATCH = "store-of-a-test.json"


def in_place():
    """Have files saved as on a board, while this context lasts."""
    return Patched(store, IS_ESP32=True)


def test_a_power_cut_at_any_write_leaves_the_old_or_the_new():
    if not MICROPYTHON:
        return cut_on_a_pc()
    renamed = cut_at_each_write()
    assert renamed > 3
    with in_place():
        assert 1 < cut_at_each_write() < renamed
    return None


def cut_at_each_write():
    """Return how many writes it takes."""
    outcomes = []
    cuts = 0
    while True:
        disk = fresh_disk()
        with Mounted(disk):
            store.save("/test/state.json", OLD)
        disk.writes_left = cuts
        complete = True
        with Mounted(disk):
            try:
                store.save("/test/state.json", NEW)
            except OSError:
                complete = False
        disk.writes_left = None
        with Mounted(disk):
            found = store.load("/test/state.json")
            assert found in (OLD, NEW), (cuts, found)
            outcomes.append(found == NEW)
            store.save("/test/state.json", NEW)  # and it can still be written
            assert store.load("/test/state.json") == NEW
        if complete:
            break
        cuts += 1
    assert outcomes[-1] and not outcomes[0]
    return cuts


def cut_on_a_pc():
    """A PC's file system is not ours to prove: each call of ours fails instead."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/state.json"
        store.save(path, OLD)
        for name in ("rename", "dump"):
            owner = os if name == "rename" else json
            real = getattr(owner, name)

            def fail(*arguments):
                raise PowerCut

            setattr(owner, name, fail)
            try:
                store.save(path, NEW)
            except OSError:
                pass
            finally:
                setattr(owner, name, real)
            assert store.load(path) == OLD
            assert os.listdir(folder) == ["state.json"]


def test_a_full_disk_keeps_the_old():
    if not MICROPYTHON:
        return
    full()
    with in_place():
        full()


def full():
    disk = fresh_disk(8)
    with Mounted(disk):
        store.save("/test/state.json", OLD)
        # What is in littlefs's buffer comes to the flash with the next piece, or as it is closed.
        for size in (5000, 2600, 2500, 2400, 2300, 2200):
            try:
                store.save("/test/state.json", {"big": "x" * size})
            except OSError as e:
                assert e.errno == 28
            else:
                break
            assert store.load("/test/state.json") == OLD
            assert os.listdir("/test") == ["state.json"]
        assert size < 5000


def test_what_is_no_json_is_nothing():
    for text in ("", "{", "[1]", "7", '{"a":'):
        with open(SCRATCH, "w") as file:
            file.write(text)
        assert store.load(SCRATCH) == {}
    os.remove(SCRATCH)
    assert store.load(SCRATCH) == {}
