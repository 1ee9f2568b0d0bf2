"""What is asked for at a terminal, and what is not shown there."""

import json

import pytest
from terminal import Terminal

from plughub import passphrase
from plughub.backup import file
from plughub.cli import Failure

PHRASE = "a long passphrase"


def test_a_new_passphrase_is_typed_twice_and_shown_never(tmp_path, monkeypatch):
    monkeypatch.delenv("PLUGHUB_PASSPHRASE", raising=False)
    terminal = Terminal(tmp_path, "backup", "/dev/no-such-port")
    terminal.expect("Passphrase for the backup: ")
    terminal.type(PHRASE)
    terminal.expect("The same again: ")
    terminal.type(PHRASE + "x")
    terminal.expect("do not match")
    for question in ("Passphrase for the backup: ", "The same again: "):
        terminal.expect(question)
        terminal.type(PHRASE)
    code, text = terminal.end()
    assert code == 4 and "there is no /dev/no-such-port" in text
    assert PHRASE not in text


def test_that_of_a_backup_is_typed_once_and_proved_before_anything_else(tmp_path, monkeypatch):
    monkeypatch.delenv("PLUGHUB_PASSPHRASE", raising=False)
    files = {"config.json": json.dumps({"name": "attic"}).encode()}
    (tmp_path / "x.backup").write_bytes(file.make(files, "attic", None, PHRASE))
    terminal = Terminal(tmp_path, "restore", "/dev/no-such-port", "x.backup")
    terminal.expect("Passphrase of the backup: ")
    terminal.type("another passphrase")
    code, text = terminal.end()
    assert code == 1 and "x.backup: The passphrase is wrong" in " ".join(text.split())


def test_a_short_one_is_none(monkeypatch):
    monkeypatch.setenv("PLUGHUB_PASSPHRASE", "short")
    with pytest.raises(Failure, match="8 characters"):
        passphrase.new("Passphrase")
    assert passphrase.known("Passphrase") == "short"  # whoever has made it


def test_that_of_a_service_comes_from_systemd(tmp_path, monkeypatch):
    monkeypatch.delenv("PLUGHUB_PASSPHRASE", raising=False)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(Failure, match="PLUGHUB_PASSPHRASE"):
        passphrase.known("Passphrase")
    (tmp_path / "plughub-passphrase").write_text(PHRASE + "\n")
    assert passphrase.known("Passphrase") == PHRASE
