"""The file of a backup on a PC, and that the board's own code and the PC's read each other."""

import asyncio
import json
import os
import re

import pytest
from fake_home import HOME, KEY, OTHER, SECRETS, files_of_home, write_home

from hub.backup.container import name_of
from hub.backup.fault import BackupFault
from hub.backup.making import SPOOL, make
from hub.backup.prompt import restore
from hub.components import schema
from hub.system import staging, store
from plughub import ROOT
from plughub.backup import file
from plughub.board.ports import is_port

PHRASE = "a long passphrase, mit Umläuten"
FILES = {path: json.dumps(value).encode() for path, value in HOME.items()}


@pytest.fixture
def board(tmp_path, monkeypatch):
    """Be in the folder of a board that has a home."""
    monkeypatch.chdir(tmp_path)
    write_home()
    return tmp_path


def test_what_the_pc_makes_it_opens():
    data = file.make(FILES, "attic", 1800000000, PHRASE)
    assert not any(secret.encode() in data for secret in SECRETS)
    opened = file.open_backup(data, lambda: PHRASE)
    assert opened.files == FILES and opened.header.name == "attic"
    assert opened.header.created == 1800000000 and opened.header.has_secrets
    assert not any(secret in repr(opened) for secret in SECRETS)
    with pytest.raises(BackupFault, match="passphrase is wrong"):
        file.open_backup(data, lambda: PHRASE + "x")


def test_each_flipped_byte_and_each_length_is_refused(monkeypatch):
    monkeypatch.setattr(file, "derive", lambda phrase, kdf: KEY)
    small = {"config.json": b'{"name": "attic"}'}
    for phrase in (PHRASE, None):
        data = file.make(small, "attic", None, phrase)
        for at in range(len(data)):
            damaged = data[:at] + bytes((data[at] ^ 1 << at % 8,)) + data[at + 1 :]
            with pytest.raises(BackupFault):
                file.open_backup(damaged, lambda: PHRASE)
            with pytest.raises(BackupFault):
                file.open_backup(data[:at], lambda: PHRASE)


def test_a_passphrase_is_the_same_from_each_keyboard():
    kdf = file.new_kdf()
    assert file.derive("Umla\u0308ut", kdf) == file.derive("Uml\u00e4ut", kdf)
    assert file.new_kdf()["salt"] != kdf["salt"]


def test_the_board_restores_what_the_pc_has_made(board, capsys):
    for phrase in (PHRASE, None):
        write_home()
        data = file.make(FILES, "attic", 1800000000, phrase)
        opened = file.open_backup(data, lambda phrase=phrase: phrase)
        write_home(OTHER if phrase else OTHER | {"secrets.json": HOME["secrets.json"]})
        (board / "upload.json").write_bytes(data)
        restore("upload.json", opened.key, schema())
        assert json.loads(capsys.readouterr().out) == {"missing": []}
        assert not store.exists("upload.json")
        staging.recover()  # as the next start does
        found = files_of_home()
        wifi = HOME["config.json"] if phrase else HOME["config.json"] | {"wifi": {"ssid": "other"}}
        assert {name: found[name] for name in HOME} == HOME | {"config.json": wifi}


def test_the_pc_opens_what_the_board_has_made(board):
    kdf = file.new_kdf()
    for key in (file.derive(PHRASE, kdf), None):
        asyncio.run(make("attic", None, kdf if key else None, key))
        data = (board / SPOOL).read_bytes()
        files = file.open_backup(data, lambda: PHRASE).files
        if key:
            assert files == {path: (board / path).read_bytes() for path in HOME}
        else:
            assert "secrets.json" not in files and "wifi" not in json.loads(files["config.json"])
            made = file.make({path: (board / path).read_bytes() for path in HOME}, "attic", None)
            assert made == data


def test_the_reader_in_the_docs_reads_it(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "backup.md").read_text()
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "reader.py").write_text(program)
    for phrase in (PHRASE, None):
        folder = tmp_path / str(bool(phrase))
        folder.mkdir()
        monkeypatch.chdir(folder)
        (folder / "home.backup").write_bytes(file.make(FILES, "attic", None, phrase))
        monkeypatch.setattr("sys.argv", ["reader.py", "home.backup"])
        monkeypatch.setattr("getpass.getpass", lambda *_: PHRASE)
        exec(compile(program, "reader.py", "exec"), {"__name__": "__main__"})
        assert sorted(os.listdir(folder)) == sorted(
            ["home.backup", *(name_of(p) for p in HOME if phrase or p != "secrets.json")]
        )
        if phrase:
            assert {path: (folder / name_of(path)).read_bytes() for path in HOME} == FILES


def test_what_is_a_port_and_what_a_page():
    for board in ("/dev/ttyUSB0", "COM3", "com12", "socket://192.168.1.20:7777", "rfc2217://x:1"):
        assert is_port(board), board
    for board in ("plughub.local", "192.168.1.20", "http://x", "https://x", "comet", "COM"):
        assert not is_port(board), board
