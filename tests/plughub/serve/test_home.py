"""The folder of a hub on a PC."""

import os
import stat
import subprocess
import sys

import pytest

from plughub import ROOT
from plughub.cli import Failure
from plughub.serve.home import Home, default_path

_HOLDER = """
import sys
from plughub.serve.home import Home
with Home(sys.argv[1]):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_it_is_the_current_folder_and_what_is_written_there_is_private(tmp_path):
    before = os.getcwd()
    home = Home(tmp_path / "a" / "home")
    with home:
        assert home.is_new and os.getcwd() == str(home.path)
        with open("config.json", "w") as file:
            file.write("{}")
        assert not home.is_new
    assert os.getcwd() == before
    assert stat.S_IMODE((home.path / "config.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_two_processes_cannot_have_one_home(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, tmp_path],
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'lib'}:{ROOT / 'tools'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout.readline() == b"mine\n"
        umask = os.umask(0o022)
        with pytest.raises(Failure, match=r"serves .* already"):
            Home(tmp_path).__enter__()
        assert os.umask(umask) == 0o022
    finally:
        holder.communicate()
    with Home(tmp_path):
        pass


def test_a_folder_that_cannot_be_is_told_of(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="cannot be used"):
        Home(tmp_path / "file" / "home").__enter__()


def test_without_a_name_it_is_where_the_platform_keeps_data(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "plughub"
