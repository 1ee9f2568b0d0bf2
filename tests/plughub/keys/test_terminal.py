"""The questions of `plughub keys`, at a real terminal."""

import json
import os
import re
import subprocess
import sys

import pytest
from openapi_server import an_api
from openapi_standin import CLIENT_ID, SECRET
from terminal import Terminal

from plughub import ROOT
from plughub.cli import USAGE

# The blank comes once the terminal shows nothing more, which forgets what was typed before.
_SECRET = "(is not shown): "


@pytest.fixture
def here(home):
    (home / "devices.json").write_text("[]")
    return home


def test_a_newcomer_is_led_to_the_keys(servers, here):
    host = servers.serve(an_api())
    terminal = Terminal(here, "keys", "--region", host)
    terminal.expect("Where shall the local keys come from?")
    terminal.expect("Number [1]:")
    terminal.type("seven")
    terminal.expect("1, 2 or 3")
    terminal.expect("Number [1]:")
    terminal.type("")
    terminal.expect("Access ID / Client ID:")
    terminal.type(CLIENT_ID)
    terminal.expect(_SECRET)
    terminal.type("0" * 32)
    terminal.expect("sign invalid (1004)")
    terminal.expect(_SECRET)
    terminal.type(SECRET)
    code, text = terminal.end()
    assert code == 0, text
    assert "3 new" in text and "devices.json holds 3 devices" in text
    assert SECRET not in text and "0" * 32 not in text and "key-0" not in text
    assert len(json.loads((here / "devices.json").read_text())) == 3


def test_a_wrong_secret_is_asked_for_three_times(servers, here):
    host = servers.serve(an_api())
    terminal = Terminal(here, "keys", "--region", host, "--client-id", CLIENT_ID)
    for _ in range(3):
        terminal.expect(_SECRET)
        terminal.type("0" * 32)
    code, text = terminal.end()
    assert code == 4 and "Traceback" not in text


def test_a_file_can_be_named(here):
    (here / "from.json").write_text('[{"id": "bf00", "name": "Lamp", "key": "0123456789abcdef"}]')
    terminal = Terminal(here, "keys")
    terminal.expect("Number [1]:")
    terminal.type("2")
    terminal.expect("File:")
    terminal.type("from.json")
    code, text = terminal.end()
    assert code == 0 and "1 device in from.json: 1 new" in text


def test_who_breaks_off_gets_no_traceback(here):
    terminal = Terminal(here, "keys")
    terminal.expect("Number [1]:")
    terminal.type("\x03")
    code, text = terminal.end()
    assert code == 130 and "Traceback" not in text


@pytest.mark.parametrize(("environment", "has_colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_who_wants_them(here, environment, has_colour, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Terminal(here, "keys", "missing.json", **environment)
    code, text = terminal.end()
    assert code == 3 and "missing.json cannot be read" in text
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]", text)) == has_colour


def test_without_a_terminal_nothing_is_asked(here):
    result = subprocess.run(
        [sys.executable, "-m", "plughub", "keys"],
        cwd=here,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'lib'}:{ROOT / 'tools'}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == USAGE and not result.stdout
    assert result.stderr.startswith("plughub: name a project with --client-id")
    assert "\x1b" not in result.stderr
