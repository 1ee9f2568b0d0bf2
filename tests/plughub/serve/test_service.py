"""What has the hub started with the PC."""

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from interpreters import missing
from newcomer import run

from plughub.cli import Failure
from plughub.serve import service

COMMAND = ["/opt/plug hub/bin/plughub", "serve", "--home", "/home/me/100%"]


def verify(tmp_path, text):
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        missing("no systemd-analyze")
    unit = tmp_path / "plughub.service"
    unit.write_text(text)
    return subprocess.run(
        [analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("is_of_system", [False, True])
@pytest.mark.parametrize("has_pins", [False, True])
def test_a_unit_is_what_systemd_takes(tmp_path, is_of_system, has_pins):
    text = service.unit([sys.executable, "serve", "--home", "%S/x"], is_of_system, has_pins)
    assert "Type=notify" in text and "NoNewPrivileges=yes" in text
    found = verify(tmp_path, text)
    assert found.returncode == 0 and "plughub.service" not in found.stderr, found.stderr


def test_words_are_quoted_as_systemd_reads_them():
    text = service.unit(COMMAND, False)
    expected = 'ExecStart="/opt/plug hub/bin/plughub" serve --home /home/me/100%%\n'
    assert expected in text


def test_pins_are_only_for_who_asks_for_them():
    assert "PrivateDevices=yes" in service.unit(COMMAND, True)
    assert "SupplementaryGroups=gpio" in service.unit(COMMAND, True, True)
    assert "PrivateDevices" not in service.unit(COMMAND, True, True)


def test_it_is_written_for_the_user_and_told_what_starts_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    service.install(False, False, tmp_path / "h", "0.0.0.0", 8123, False, "linux")
    unit = (tmp_path / ".config/systemd/user/plughub.service").read_text()
    assert "systemctl --user enable --now plughub" in capsys.readouterr().out
    assert f"serve --host 0.0.0.0 --port 8123 --home {tmp_path / 'h'}\n" in unit


async def test_the_command_prints_that_of_the_machine(home):
    status, output, _ = await run(home, "service", "install", "--print", "--system")
    assert status == 0 and "--home %S/plughub\n" in output and "DynamicUser=yes" in output


def test_macos_gets_an_agent(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    service.install(False, False, tmp_path / "h", "::", None, False, "darwin")
    (path,) = (tmp_path / "Library/LaunchAgents").iterdir()
    settings = plistlib.loads(path.read_bytes())
    assert settings["ProgramArguments"][-1] == str(tmp_path / "h")
    assert settings["RunAtLoad"] and settings["Label"] == path.stem
    assert "launchctl bootstrap" in capsys.readouterr().out


def test_windows_gets_words(tmp_path, capsys):
    service.install(False, False, tmp_path / "a b", "::", 8080, False, "win32")
    said = capsys.readouterr().out
    assert "schtasks /create" in said and f'\\"{tmp_path / "a b"}\\"' in said
    assert list(tmp_path.iterdir()) == []


def test_where_it_cannot_be_written_it_says_so(tmp_path, monkeypatch):
    (tmp_path / ".config").write_text("")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with pytest.raises(Failure, match="cannot be written"):
        service.install(False, False, tmp_path, "::", None, False, "linux")
