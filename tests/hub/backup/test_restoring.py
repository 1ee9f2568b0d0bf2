"""Backups made and restored on a board: whole, damaged, of others, and with the power cut."""

import asyncio
import io
import json
import sys
from binascii import hexlify
from hashlib import sha256

from fake_flash import InFolder, each_cut, fresh_disk
from fake_home import HOME, KDF, KEY, OTHER, SECRETS, files_of_home, write_home
from fake_hub import Folder
from fake_time import FakeTime

from hub.backup.container import SIZE_MAX, make_header
from hub.backup.fault import BackupFault
from hub.backup.making import SPOOL, make
from hub.backup.restoring import leave_to_next_start, prepare
from hub.components import schema
from hub.config.draft import Draft, Faulty
from hub.system import staging, store

MICROPYTHON = sys.implementation.name == "micropython"


async def backup(key=KEY):
    """Return the backup of what is in this folder, and remove its file."""
    size = await make("attic", 1800000000, KDF if key else None, key)
    with open(SPOOL, "rb") as file:
        data = file.read()
    store.remove(SPOOL)
    assert len(data) == size
    return data


async def check(read_new, read_rules, secrets):
    await Draft(schema(), read_new, read_rules, [], {}, (), secrets).check()


async def restore(data, key=KEY):
    missing = await prepare(io.BytesIO(data), key, check)
    staging.commit()
    return missing


async def refusal(data, key=KEY):
    """Return why a backup is not restored; nothing may have changed."""
    before = files_of_home()
    try:
        await prepare(io.BytesIO(data), key, check)
    except BackupFault as e:
        why = str(e)
    except Faulty as e:
        why = "; ".join(e.faults)
    else:
        raise AssertionError("it was taken")
    assert files_of_home() == before, why
    return why


def plain(body, size=None):
    """Return a backup without secrets with this body."""
    data = make_header("attic", None, len(body) if size is None else size) + body
    return data + hexlify(sha256(data).digest()) + b"\n"


def with_files(*files):
    """Return a backup without secrets that has these (name, text) in it."""
    parts = [("%s %d\n%s\n" % (name, len(text), text)).encode() for name, text in files]
    return plain(b"".join(parts))


async def test_a_home_is_the_same_on_an_empty_board():
    with Folder():
        write_home()
        data = await backup()
        assert data.startswith(b'{"plughub":"backup","format":1,')
        assert not any([secret.encode() in data for secret in SECRETS])
    with Folder():
        staging.recover()  # as each start does
        assert await restore(data) == []
        assert files_of_home() == HOME


async def test_what_another_home_had_is_gone():
    with Folder():
        write_home({"config.json": {"name": "bare", "wifi": {"ssid": "open"}}})
        data = await backup()
        write_home()
        store.save(store.UNDO_FILE, {})
        store.save(store.AUTH_FILE, {"hash": "of this board"})
        await restore(data)
        found = files_of_home()
        assert found.pop("config.json")["name"] == "bare"
        assert found == {
            "auth.json": {"hash": "of this board"},
            "secrets.json": {},
            "rules.json": {"rules": []},
            "kept/state.json": {},
            "kept/energy.json": {},
        }


async def test_a_backup_without_secrets_has_none_and_the_board_keeps_its_own():
    with Folder():
        write_home()
        data = await backup(None)
        assert not any([secret.encode() in data for secret in SECRETS])
        assert b"ssid" not in data and b'"secrets":false' in data.replace(b" ", b"")
        write_home(dict(OTHER, **{"secrets.json": HOME["secrets.json"]}))
        assert await restore(data, None) == []
        found = files_of_home()
        config = dict(HOME["config.json"], wifi={"ssid": "other"})
        assert found["config.json"] == config
        assert found["secrets.json"] == HOME["secrets.json"]
        assert found[store.ENERGY_FILE] == HOME[store.ENERGY_FILE]


async def test_keys_that_nobody_has_are_told_of():
    with Folder():
        write_home()
        data = await backup(None)
        write_home(OTHER)
        missing = await restore(data, None)
        assert [text.split(" ")[0] for text in missing] == ["a", "b"]
        assert files_of_home()["secrets.json"] == OTHER["secrets.json"]
        assert files_of_home()["rules.json"] == HOME["rules.json"]


async def test_secrets_that_stand_in_the_configuration_are_left_out_too():
    with Folder():
        config = json.loads(json.dumps(HOME["config.json"]))
        config["wifi"]["password"] = SECRETS[2]
        config["plugs"][0]["key"] = SECRETS[0]
        write_home({"config.json": config})
        data = await backup(None)
        assert not any([secret.encode() in data for secret in SECRETS])
        with open("config.json", "w") as file:
            file.write('{"wifi": {"password": "%s"' % SECRETS[2])
        assert "is not valid JSON (line 1" in await no_backup()


async def no_backup():
    try:
        await backup(None)
    except BackupFault as e:
        assert not store.exists(SPOOL)
        return str(e)
    raise AssertionError("it was made")


async def test_without_a_configuration_there_is_nothing_to_keep():
    with Folder():
        assert await no_backup() == "There is no config.json on this board yet"


async def test_a_wrong_passphrase_and_every_flipped_byte_are_refused():
    with Folder():
        write_home({"config.json": HOME["config.json"], "secrets.json": HOME["secrets.json"]})
        sealed, bare = await backup(), await backup(None)
        write_home(OTHER)
        wrong = "The passphrase is wrong, or the backup is damaged"
        assert await refusal(sealed, bytes(32)) == wrong
        assert "its passphrase is needed" in await refusal(sealed, None)
        for data, key in ((sealed, KEY), (bare, None)):
            for at in range(len(data)):
                damaged = bytearray(data)
                damaged[at] ^= 1 << (at % 8)
                assert await refusal(bytes(damaged), key), at


async def test_what_is_cut_off_or_goes_on_is_refused():
    with Folder():
        write_home({"config.json": HOME["config.json"]})
        for key in (KEY, None):
            data = await backup(key)
            for length in range(len(data)):
                assert await refusal(data[:length], key), length
            assert "cut off: it has" in await refusal(data[:-1], key)
            assert "behind its end" in await refusal(data + b"x", key)


async def test_any_bytes_are_no_backup():
    with Folder():
        write_home(OTHER)
        no = "This is not a backup of Plughub"
        for data in (b"", b"\n", b"\0" * 2000, b"[" * 900 + b"\n", b"{}\n", b'{"plughub": 7}\n'):
            assert await refusal(data) == no, data
        for text in ("x" * 5000, '{"plughub":"config"}\n', "PK\x03\x04"):
            assert await refusal(text.encode()) == no


def header(**changes):
    about = json.loads(make_header("attic", None, 10, KDF, "00" * 12))
    about.update(changes)
    return (json.dumps(about) + "\n").encode() + bytes(26)


async def test_a_first_line_is_believed_only_as_far_as_it_goes():
    with Folder():
        write_home(OTHER)
        assert "newer Plughub (format 2)" in await refusal(header(format=2))
        for changes in (
            {"format": "1"},
            {"format": True},
            {"size": 0},
            {"size": -5},
            {"size": SIZE_MAX + 1},
            {"size": 1.5},
            {"name": None},
            {"name": "\x1b[2J"},
            {"name": "../.."[:0]},
            {"created": "now"},
            {"secrets": False},
            {"cipher": "AES-128-CBC"},
            {"nonce": "00" * 11},
            {"nonce": "zz" * 12},
            {"kdf": None},
            {"kdf": dict(KDF, name="md5")},
            {"kdf": dict(KDF, n=1000)},
            {"kdf": dict(KDF, n=1 << 20)},
            {"kdf": dict(KDF, n=1 << 40)},
            {"kdf": dict(KDF, r=1 << 40)},
            {"kdf": dict(KDF, p=5)},
            {"kdf": dict(KDF, n=True)},
            {"kdf": dict(KDF, salt="0")},
            {"kdf": dict(KDF, more=1)},
        ):
            assert "its first line is not" in await refusal(header(**changes)), changes


async def test_files_that_do_not_belong_there_are_refused():
    config = ("config.json", '{"name": "x"}')
    with Folder():
        write_home(OTHER)
        for data, expected in (
            (with_files(config, ("boot.py", "x")), "holds a file 'boot.py' that this Plughub"),
            (with_files(config, ("../config.json", "{}")), "that this Plughub does not know"),
            (with_files(config, ("auth.json", "{}")), "holds a file 'auth.json'"),
            (with_files(config, config), "config.json is not where it belongs"),
            (with_files(("rules.json", "{}"), config), "config.json is not where it belongs"),
            (with_files(("rules.json", '{"rules": []}')), "it has no config.json"),
            (plain(b"config.json 9\n{}\n"), "longer than all of it"),
            (plain(b"config.json 1\n{}\n"), "does not end where it says"),
            (plain(b"config.json -1\n{}\n"), "which file comes next"),
            (plain(b"config.json 02\n{}\n"), "which file comes next"),
            (plain(b"\xff\xfe 2\n{}\n"), "which file comes next"),
            (plain(b"x" * 100), "which file comes next"),
            (with_files(("config.json", "{nonsense")), "config.json in the backup: line 1"),
            (with_files(config, ("state.json", "[]")), "state.json in the backup: an object"),
            (with_files(("config.json", '{"name": "\\ud800"}')), "is no text in UTF-8"),
        ):
            assert expected in await refusal(data, None), expected
        why = await refusal(with_files(config, ("state.json", "[]")), None)
        assert why.startswith("state.json in")  # as the backup calls it


async def test_what_a_change_would_be_refused_for_is_refused_with_its_place():
    with Folder():
        write_home(OTHER)
        groups = '{"groups": [{"name": "g", "members": ["nobody"]}]}'
        why = await refusal(with_files(("config.json", groups)), None)
        assert "config.json: groups[0]" in why
        rules = '{"rules": [{"id": "x", "at": "25:00", "do": {"plug": "a", "set": "on"}}]}'
        why = await refusal(
            with_files(("config.json", '{"name": "x"}'), ("rules.json", rules)), None
        )
        assert "rules.json: rules[0]" in why


async def test_what_was_under_way_is_not_restored_nor_what_no_start_may_believe():
    plug = {"version": "3.5", "device22": True, "address": "192.0.2.5", "told": "192.0.2.9"}
    rule = {"fired": 1790000000, "locks": ["a", "b"]}
    right = {"bf1": plug, "rule x": rule, "relay fan": {"on": True}}
    odd = {
        "holds": {"a": [False, False, None, [None, 60]]},
        "rule x": dict(rule, step=[0, [1790000000, 5]], until=5, armed=False, done=7),
        "bf1": plug,
        "bf2": {"version": "9.9", "device22": 1, "address": "x", "told": None, "on": "yes"},
        "bf3": {"version": [], "fired": True, "locks": [7], "address": {}},
        "bf4": {"fired": -1, "locks": "a"},
        "bf5": [1],
        "relay fan": {"on": True},
    }
    with Folder():
        write_home(dict(HOME, **{store.STATE_FILE: odd}))
        await restore(await backup())
        assert files_of_home()[store.STATE_FILE] == right


async def test_what_the_hub_writes_until_the_restart_is_not_what_stays():
    with Folder():
        write_home()
        data = await backup()
        write_home(OTHER)
        await prepare(io.BytesIO(data), KEY, check)
        leave_to_next_start()
        store.save(store.ENERGY_FILE, {})  # as the hub does that goes
        store.save(store.STATE_FILE, {})
        assert files_of_home()["config.json"] == OTHER["config.json"]
        staging.recover()
        found = files_of_home()
        del found["auth.json"]
        assert found == HOME


def done(coroutine):
    """Run a coroutine whose pauses take no time."""

    async def run():
        with FakeTime():
            return await coroutine

    return asyncio.run(run())


def cut_off(data):
    """Restore a backup on a disk that may fail, and end there, as a board does."""
    try:
        done(restore(data))
    except BackupFault:  # what is read back is not what was written
        raise OSError from None


def test_a_power_cut_at_any_write_leaves_the_old_home_or_the_new_one():
    if not MICROPYTHON:
        return  # the file system of a PC is not ours to prove
    disk = fresh_disk(64)
    with InFolder(disk):
        write_home()
        data = done(backup())
        write_home(OTHER)
        old = files_of_home()
        before = bytes(disk.data)
        done(restore(data))
        new = files_of_home()
    assert new == dict(HOME, **{"auth.json": OTHER["auth.json"]})
    outcomes = []
    for found in each_cut(disk, before, lambda: cut_off(data), staging.recover, files_of_home):
        assert found in (old, new), (len(outcomes), found)
        outcomes.append(found == new)
    assert outcomes[-1] and not outcomes[0] and len(outcomes) > 10
