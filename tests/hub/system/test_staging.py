"""A power cut at any write of what several files take: all old or all new. On littlefs."""

import asyncio
import os
import sys

from fake_flash import InFolder, each_cut, fresh_disk
from fake_home import paths_of_home
from fake_hub import Folder
from fake_time import FakeTime
from patched import Patched

from hub.components import schema
from hub.config.draft import Draft
from hub.config.entries import entries_of, read
from hub.config.load import load
from hub.system import staging, store

MICROPYTHON = sys.implementation.name == "micropython"
OLD = {"bf1": {"version": "3.3", "text": "old" * 40}}
NEW = {"bf1": {"version": "3.5", "text": "new" * 60}, "bf2": {"version": "3.1"}}


def on_a_board():
    """Have files put in force as on a board, while this context lasts."""
    return Patched(staging, IS_ESP32=True)


def home(letters):
    plugs = [{"name": c, "id": "bf" + c * 18, "key": c * 16} for c in letters]
    return {"wifi": {"ssid": "home", "password": "a password"}, "plugs": plugs}


def _was_called():
    """Return {id: name} of the plugs in the file."""
    if not store.exists("config.json"):
        return {}
    return {plug["id"]: plug["name"] for _, _, plug in read("config.json", ("plugs",))}


def keep(config):
    keep_from(lambda: entries_of(config))


def keep_from(read_new):
    change = Draft(schema(), read_new, None, [], _was_called())
    asyncio.run(_staged(change))
    staging.commit()


async def _staged(change):
    with FakeTime():
        await change.check()
        await change.stage()


def keys_kept():
    return store.load("secrets.json")["plugs"]


def is_whole(names):
    """Tell whether the configuration is that of these plugs, each with its key."""
    found = load(schema())
    return not found["faults"] and [(p["name"], p["key"]) for p in found["plugs"]] == [
        (name, name * 16) for name in names
    ]


def written(name):
    with open(name) as file:
        return file.read()


def put(name, text):
    with open(name, "w") as file:
        file.write(text)


def stage(**texts):
    """Stage texts for files, whose names are without ".json"."""
    for name, text in texts.items():
        staging.stage(name + ".json", lambda file, text=text: file.write(text))


def test_a_commit_that_is_left_after_any_of_its_steps_is_all_old_or_all_new():
    for steps in range(5):
        with Folder():
            staging.recover()
            put("config.json", "old")
            put("secrets.json", "old")
            stage(config="new", secrets="new")
            commit = staging.committing()
            for _ in range(steps):
                next(commit, None)
            staging.recover()  # as the next start does
            found = [written(name) for name in ("config.json", "secrets.json")]
            assert found == (["new"] * 2 if steps else ["old"] * 2)
            assert sorted(paths_of_home()) == ["config.json", "secrets.json"]


def test_a_single_file_needs_no_mark():
    with Folder():
        staging.recover()
        put("rules.json", "old")
        stage(rules="new")
        assert len(list(staging.committing())) == 1
        assert paths_of_home() == ["rules.json"] and written("rules.json") == "new"


def test_what_has_no_room_beside_the_old_one_takes_its_place():
    if not MICROPYTHON:
        return  # the file system of a PC is not ours to prove
    free = []
    with on_a_board():
        for size in (1000, 2500, 3000):
            with InFolder(fresh_disk()):
                staging.recover()
                put("rules.json", "old" * 500)
                stage(rules="n" * size)
                free.append(os.statvfs(".")[3] * 512 > size)
                staging.commit()
                assert written("rules.json") == "n" * size
                assert paths_of_home() == ["rules.json"]
    assert free == [True, False, False]


def test_what_there_is_no_heap_to_copy_takes_the_place_of_the_old_one():
    def copy(path, file):
        file.write("half of it")
        raise MemoryError

    with Folder(), on_a_board(), Patched(staging, copy=copy):
        staging.recover()
        put("rules.json", "old")
        stage(rules="new")
        staging.commit()
        assert written("rules.json") == "new" and paths_of_home() == ["rules.json"]


def test_what_a_change_leaves_as_it_was_is_not_written():
    with Folder():
        staging.recover()
        keep(home("ab"))
        staged = []
        real = staging.stage
        stage = lambda path, write: (staged.append(path), real(path, write))  # noqa: E731
        with Patched(staging, stage=stage):
            keep(home("ab"))
            assert staged == ["config.json"] and not store.exists("config.old.json")
            del staged[:]
            keep(home("ba"))
            assert staged == ["config.json", "config.old.json"]
            del staged[:]
            keep(home("bc"))
            assert staged == ["config.json", "config.old.json", "secrets.json"]


FILES = (
    "config.json",
    "secrets.json",
    "rules.json",
    "auth.json",
    store.ENERGY_FILE,
    store.STATE_FILE,
)


def contents():
    """Return what a start finds, a text for each file."""
    return [written(name) if store.exists(name) else "" for name in FILES]


def rules(*names):
    """Return rules that switch plugs of these names, one each."""
    do = [{"plug": name, "set": "off"} for name in names]
    return {"rules": [{"id": "r%d" % i, "at": "12:00", "do": one} for i, one in enumerate(do)]}


def renamed_home(*names):
    """Return a home whose plugs are those of home("ab"), called otherwise."""
    found = home("ab")
    for i, name in enumerate(names):
        found["plugs"][i]["name"] = name
    return found


def undo():
    keep_from(lambda: read(store.UNDO_FILE))


def keep_rules(value):
    staging.discard()
    staging.stage(store.RULES_FILE, lambda file: store.write(value, file))
    staging.commit()


def with_wifi(ssid, password):
    found = home("ab")
    found["wifi"] = {"ssid": ssid, "password": password}
    return found


def with_key(key):
    found = home("ab")
    found["plugs"][1]["key"] = key
    return found


#: What is done to the home of the plugs a and b, to which there are rules.
OPERATIONS = (
    lambda: keep(home("abc")),
    lambda: keep(renamed_home("a", "lamp")),
    lambda: keep(renamed_home("b", "a")),  # and no rule takes one for the other
    undo,
    lambda: keep(with_key("0123456789abcdef")),
    lambda: keep(with_wifi("other", "another password")),
    lambda: keep_rules(rules("b")),
    lambda: store.save(store.AUTH_FILE, {"hash": "another", "tokens": [["a", "read", "x" * 64]]}),
    lambda: store.save(store.ENERGY_FILE, {"bf1": {"wh": 2000, "days": [1] * 30}}),
    lambda: store.save(store.STATE_FILE, NEW),
)


def begin_home():
    staging.recover()  # as each start does
    keep(renamed_home("x", "y"))
    keep(home("ab"))
    keep_rules(rules("a", "b"))
    store.save(store.AUTH_FILE, {"hash": "some"})
    store.save(store.ENERGY_FILE, {"bf1": {"wh": 1000}})
    store.save(store.STATE_FILE, OLD)


def test_a_power_cut_at_any_write_leaves_all_files_old_or_all_new():
    if not MICROPYTHON:
        return  # the file system of a PC is not ours to prove
    cut_in_each_operation()
    with on_a_board():
        cut_in_each_operation()


def cut_in_each_operation():
    for operation in OPERATIONS:
        disk = fresh_disk(48)
        with InFolder(disk):
            begin_home()
            old = contents()
            before = bytes(disk.data)
            operation()
            new = contents()
        assert new != old
        outcomes = []
        look = lambda: (contents(), paths_of_home())  # noqa: E731
        for found, paths in each_cut(disk, before, operation, staging.recover, look):
            assert found in (old, new), (len(outcomes), found)
            outcomes.append(found == new)
            assert not set(paths) - KNOWN
        assert outcomes[-1] and not outcomes[0] and len(outcomes) > 3


#: What may be left besides: the next write of that file removes it.
KNOWN = set(
    FILES + (store.UNDO_FILE, "auth.json.new", "kept/energy.json.new", "kept/state.json.new")
)


def test_what_older_firmware_has_kept_stays_whenever_the_power_is_cut():
    if not MICROPYTHON:
        return  # the file system of a PC is not ours to prove
    disk = fresh_disk(32)
    with InFolder(disk):
        store.save("state.json", OLD)
        store.save("energy.json", {"bf1": {"wh": 1000}})
    before = bytes(disk.data)
    look = lambda: (store.load(store.STATE_FILE), store.load(store.ENERGY_FILE), os.listdir())  # noqa: E731
    count = 0
    for found in each_cut(disk, before, staging.recover, staging.recover, look):
        assert found == (OLD, {"bf1": {"wh": 1000}}, [store.KEPT_FOLDER]), count
        count += 1
    assert count > 3


def test_what_older_firmware_has_counted_in_between_does_not_replace_what_was_counted_before():
    with Folder():
        staging.recover()
        store.save(store.ENERGY_FILE, {"bf1": {"wh": 1000}})
        store.save("energy.json", {"bf1": {"wh": 1}})
        staging.recover()
        assert store.load(store.ENERGY_FILE) == {"bf1": {"wh": 1000}}
        assert os.listdir() == [store.KEPT_FOLDER]


def test_a_power_cut_at_any_write_never_parts_a_configuration_from_its_keys():
    if not MICROPYTHON:
        return  # the file system of a PC is not ours to prove
    never_parted()
    with on_a_board():
        never_parted()


def never_parted():
    disk = fresh_disk(32)
    with InFolder(disk):
        staging.recover()
        keep(home("ab"))
    before = bytes(disk.data)
    outcomes = []
    look = lambda: (is_whole("ab"), is_whole("ac"))  # noqa: E731
    for is_old, is_new in each_cut(disk, before, lambda: keep(home("ac")), staging.recover, look):
        assert is_old or is_new, len(outcomes)
        outcomes.append(is_new)
    with InFolder(disk):
        # An undo would want the one of b again; after the next change nothing does.
        assert sorted(keys_kept()) == ["bf" + c * 18 for c in "abc"]
        keep(home("c"))
        assert sorted(keys_kept()) == ["bf" + c * 18 for c in "ac"]
    assert outcomes[-1] and not outcomes[0] and len(outcomes) > 10
