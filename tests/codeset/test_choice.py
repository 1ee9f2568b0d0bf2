"""Which code runs, and that no cut of the power leaves a mixed one. On MicroPython by littlefs."""

import json
import os
import random
import sys
from hashlib import sha256

from fake_flash import InFolder, PowerCut, cut_at, fresh_disk
from fake_hub import Folder

from codeset import choice, sets
from startup import lives

# Of ten cuts each: PLUGHUB_CUTS=10000 has a thousand.
ROUNDS = int(os.getenv("PLUGHUB_CUTS") or 200) // 10
MICROPYTHON = sys.implementation.name == "micropython"
MPY = getattr(sys.implementation, "_mpy", 0)
OLD = {"hub/app.mpy": b"old" * 700, "hub/web/page.mpy": b"old page", "tuya/port.mpy": b"p"}
NEW = {"hub/app.mpy": b"new" * 800, "hub/web/page.mpy": b"new page", "tuya/more.mpy": b"m" * 99}


class Board:
    """The chip, as the module `machine`: why it was started, its NVS, its timers."""

    PWRON_RESET, HARD_RESET, SOFT_RESET = 1, 2, 5

    def __init__(self):
        self._cause = self.PWRON_RESET
        self.boots = 0
        self.timers = []
        self.resets = 0

    def __enter__(self):
        self._real = (sys.modules.get("machine"), lives._nvs, lives.is_counted)
        sys.modules["machine"] = self
        lives._nvs = lambda: self
        return self

    def __exit__(self, *exception):
        machine, lives._nvs, lives.is_counted = self._real
        if machine:
            sys.modules["machine"] = machine
        else:
            del sys.modules["machine"]

    def reset_cause(self):
        return self._cause

    def reset(self):
        self.resets += 1

    def get_i32(self, key):
        return self.boots

    def set_i32(self, key, value):
        self.boots = value

    def commit(self):
        pass

    def start(self, cause=HARD_RESET):
        """Start it as boot.py does; return the number of the set that is mounted then."""
        self._cause = cause
        mounted = []
        real = sets.mount
        sets.mount = mounted.append
        try:
            choice.choose()
        finally:
            sets.mount = real
        return mounted[0] if mounted else 0

    @property
    def Timer(self):
        timers = self.timers

        class Timer:
            ONE_SHOT = 0

            def __init__(self, id):
                pass

            def init(self, mode, period, callback):
                timers.append((period, callback))

        return Timer


def made(files, version="1.0", mpy=MPY):
    """Return a set as bytes: as tools/plughub/firmware/code_set.py makes it."""
    records = {}
    body = b""
    for name in sorted(files):
        parts = name.split("/")
        for i in range(1, len(parts)):
            records[key("/".join(parts[:i]))] = (0, sets.IS_FOLDER)
        records[key(name)] = (len(body), len(files[name]))
        body += files[name]
    about = {"plughub": "set", "version": version, "mpy": mpy}
    head = json.dumps(dict(about, entries=len(records), size=len(body))).encode() + b"\n"
    index = b""
    for name in sorted(records):
        at, size = records[name]
        index += name + at.to_bytes(4, "big") + size.to_bytes(4, "big")
    whole = head + index + body
    return whole + sha256(whole).digest()


def key(name):
    return sha256(name.encode()).digest()[: sets.NAME]


def write(number, files, **more):
    """Write a set as a deploy does."""
    put(number, made(files, **more))


def put(number, data):
    if sets.FOLDER not in os.listdir("."):
        os.mkdir(sets.FOLDER)
    with open(sets.path_of(number), "wb") as file:
        for at in range(0, len(data), 100):
            file.write(data[at : at + 100])


def refused(number):
    try:
        sets.verify(number)
    except sets.BadSet as e:
        return str(e)
    raise AssertionError("it was taken")


def test_a_board_without_sets_runs_what_is_frozen():
    with Folder(), Board() as board:
        assert [board.start() for _ in range(4)] == [0] * 4 and board.boots == 4
        assert board.start() == 0 and lives.is_safe_mode()
        assert choice.load() == {} and not board.timers


def test_a_trial_that_goes_well_is_kept():
    with Folder(), Board() as board:
        write(1, OLD)
        assert choice.begin_trial(1) == "1.0"
        assert board.start() == 1
        choice.keep()
        assert choice.load() == {"set": 1}
        assert board.start() == board.start() == 1
        lives.approve()
        write(choice.next_number(), NEW, version="2.0")
        assert choice.begin_trial(2, True) == "2.0"
        assert board.start() == 2 and choice.load()["plugs"] is True
        choice.keep()
        assert sets.numbers() == [2] and board.start() == 2
        os.remove("sets/choice.json")
        assert board.start() == 0 and sets.numbers() == [2]
        choice.sweep()
        assert sets.numbers() == []


def test_a_trial_that_ends_by_a_reset_is_taken_back():
    with Folder(), Board() as board:
        write(1, OLD)
        choice.begin_trial(1)
        board.start()
        choice.keep()
        write(2, NEW, version="2.0")
        choice.begin_trial(2)
        assert board.start() == 2
        assert board.start() == 1
        why = "update 2.0 was taken back: it did not run well for a minute"
        assert choice.load() == {"set": 1, "failed": why}
        assert board.start() == 1 and board.boots == 1
        choice.sweep()
        assert sets.numbers() == [1]


def test_a_trial_outlives_cuts_of_the_power_but_not_many():
    with Folder(), Board() as board:
        write(1, OLD)
        choice.begin_trial(1)
        assert [board.start(Board.PWRON_RESET) for _ in range(6)] == [1] * 5 + [0]
        assert "taken back" in choice.load()["failed"]


def test_a_trial_says_why_it_ended_and_has_its_time():
    with Folder(), Board() as board:
        write(1, OLD)
        choice.begin_trial(1)
        assert board.start() == 1
        [(period, callback)] = board.timers
        assert period == 180000
        callback(None)
        assert board.resets == 1
        choice.note("no plug is online any more")
        assert board.start(Board.PWRON_RESET) == 0
        assert choice.load()["failed"].endswith("back: no plug is online any more")
        callback(None)
        assert board.resets == 1


def test_five_short_lives_lead_from_a_set_to_what_is_frozen_and_five_more_to_safe_mode():
    with Folder(), Board() as board:
        write(1, OLD)
        choice.begin_trial(1)
        board.start()
        choice.keep()
        lives.approve()
        assert [board.start() for _ in range(5)] == [1] * 4 + [0]
        assert not lives.is_safe_mode()
        assert "five starts in a row failed" in choice.load()["failed"]
        assert [board.start() for _ in range(5)] == [0] * 5
        assert lives.is_safe_mode()


def test_what_is_not_whole_is_neither_tried_nor_run():
    with Folder(), Board() as board:
        write(1, OLD)
        choice.begin_trial(1)
        board.start()
        choice.keep()
        put(1, made(OLD)[:-1])
        assert board.start() == 0 and "it is not whole" in choice.load()["failed"]
        length = len(made(OLD))
        assert refused(1) == "it has %s of %s bytes" % (length - 1, length)  # noqa: UP031
        assert "cannot be read" in refused(7)


def test_each_way_in_which_a_set_can_be_wrong_is_told():
    with Folder():
        write(1, OLD, mpy=MPY ^ 1)
        assert refused(1) == "it was compiled for another MicroPython"
        write(1, OLD, mpy=MPY ^ 0xC00)
        assert refused(1) == "it was compiled for another processor"
        whole = made(OLD)
        for at in (len(whole) - 1, len(whole) - 40, whole.index(b"\n") + 1):
            spoiled = bytearray(whole)
            spoiled[at] ^= 1
            put(1, spoiled)
            assert refused(1) == "it is damaged: its checksum is another one"
        put(1, whole + b"x")
        assert "bytes" in refused(1)
        begins = b'{"plughub":"set","version":%s,"size":%s}\n'
        wrong = [b"", b"[]\n", b"{}\n", b"\xff\n", b"[" * 300]
        wrong.append(begins % (b'1,"mpy":1,"entries":1', b"1"))
        wrong.append(begins % (b'"1","mpy":1,"entries":-1', b"1"))
        wrong.append(begins % (b'"1","mpy":1,"entries":1', b"true"))
        for head in wrong:
            put(1, head)
            assert refused(1) == "it does not begin as a set of code does", head
        put(1, whole.replace(b'"entries": 6', b'"entries": 1001'))
        assert refused(1) == "it has 1001 entries"
        for text in ("{", "[]", '{"set":"1"}', '{"set":-1}', '{"trial":1}', '{"trial":true}'):
            with open("sets/choice.json", "w") as file:
                file.write(text)
            with Board() as board:
                assert board.start() == 0, text


def test_what_is_in_a_set_is_found_and_nothing_else():
    files = dict(OLD)
    for i in range(50):
        files["hub/web/more%s.mpy" % i] = b"%d" % i * i  # noqa: UP031
    files["startup/lives.mpy"] = files["codeset/choice.mpy"] = b"x"
    with Folder():
        write(1, files)
        with open(sets.path_of(1), "rb") as file:
            mounted = sets.Mounted(file)
            for name in OLD:
                assert mounted.open("/" + name, "rb").read() == files[name]
                assert mounted.stat("/" + name)[0] == 0x8000
            for i in range(50):
                name = "hub/web/more%s.mpy" % i  # noqa: UP031
                assert mounted.open(name, "r").read() == files[name]
            for name in ("hub", "/hub/web", "tuya"):
                assert mounted.stat(name)[0] == 0x4000
            for name in ("", "/", "hub/app.py", "hubb", "codeset", "startup/lives.mpy"):
                try:
                    mounted.stat(name)
                except OSError as e:
                    assert e.errno == 2
                else:
                    raise AssertionError(name)
            for name, mode in (("hub", "rb"), ("hub/app.mpy", "wb"), ("hub/no.mpy", "rb")):
                try:
                    mounted.open(name, mode)
                except OSError as e:
                    assert e.errno == 2
                else:
                    raise AssertionError(name)


def test_a_set_that_cannot_be_started_is_not_left_at_the_prompt():
    if not MICROPYTHON:
        return  # where there is no prompt to be left at
    error = ImportError("no module named x")
    with Folder(), Board() as board:
        try:
            choice.ended(error)
        except ImportError:
            assert not board.resets
        write(1, OLD)
        choice.begin_trial(1)
        assert board.start() == 1
        sys.path.insert(0, sets.MOUNTED)
        try:
            choice.ended(error)
        finally:
            del sys.path[0]
        assert board.resets == 1 and board.start() == 0
        assert "no module named x" in choice.load()["failed"]


def update():
    """What an update does with the flash, from its first byte to the removal of the old set."""
    choice.sweep()
    number = choice.next_number()
    write(number, NEW, version="2.0")
    choice.begin_trial(number)
    with Board() as board:
        if board.start() != number:
            raise PowerCut
        choice.keep()


def look(disk):
    """Start a board after a cut; return the version that runs, which is whole."""
    with InFolder(disk), Board() as board:
        number = board.start(Board.PWRON_RESET)
        return sets.verify(number) if number else None


def test_a_cut_at_any_write_of_an_update_leaves_the_old_or_the_new():
    if not MICROPYTHON:
        return  # a PC's file system is not ours to prove
    found = []
    for cuts in range(10000):
        disk = disk_with_old()
        is_done = cut_at(disk, cuts, update)
        found.append(look(disk))
        with InFolder(disk):
            choice.sweep()  # and the next one goes through
        assert cut_at(disk, None, update) and look(disk) == "2.0"
        if is_done:
            break
    assert found[0] == "1.0" and found[-1] == "2.0"
    changes = [i for i in range(1, len(found)) if found[i] != found[i - 1]]
    assert len(changes) == 1 and 20 < changes[0] < len(found) - 1, (changes, len(found))


def test_cuts_at_random_one_after_the_other_never_leave_a_mixed_set():
    if not MICROPYTHON:
        return
    chance = random.getrandbits
    for _ in range(ROUNDS):
        disk = disk_with_old()
        for _ in range(10):
            cut_at(disk, chance(8), update)
            assert look(disk) in ("1.0", "2.0")


def disk_with_old():
    disk = fresh_disk(128)
    with InFolder(disk):
        write(1, OLD)
        choice.begin_trial(1)
        with Board() as board:
            board.start()
        choice.keep()
    return disk
