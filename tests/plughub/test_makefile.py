"""What `make` says of itself, and what it asks for."""

import os
import re
import subprocess

import pytest

from plughub import ROOT


def make(*arguments):
    # What the `make` was told that runs the tests is not for this one.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_target_it_tells_what_there_is():
    lines = make().stdout.splitlines()
    targets = [line.split()[1] for line in lines]
    wanted = "run keys test bench memory flash deploy image firmware board-test rules lint clean"
    assert set(wanted.split()) <= set(targets)
    assert all(re.match(r"make [a-z-]+ +\S", line) and len(line) < 100 for line in lines)


def test_the_port_is_the_board_and_the_page_has_its_own():
    options = ("--dry-run", "PORT=/dev/ttyUSB0", "PAGE_PORT=9000", "CONFIG=home.json")
    assert "-m plughub run --plugs 5 --port 9000 " in make("run", *options).stdout
    deploy = make("deploy", *options, "CODE=1").stdout
    assert "-m plughub deploy /dev/ttyUSB0 --config home.json" in deploy
    assert " --code" in deploy
    keys = make("keys", *options, "FROM=devices.json").stdout
    assert "-m plughub keys devices.json --config home.json" in keys
    flash = make("flash", *options, "FIRMWARE=stock.bin", "RULES=rules.json").stdout
    home = "--config home.json --rules rules.json"
    assert f"-m plughub flash /dev/ttyUSB0 stock.bin {home}" in flash


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("deploy",), "PORT= is missing: the board, such as PORT=/dev/ttyUSB0"),
        (("board-test",), "PORT= is missing"),
        (("flash", "PORT=/dev/ttyUSB0"), "FIRMWARE= is missing: a stock MicroPython .bin"),
        (("image",), "FIRMWARE= is missing"),
    ],
)
def test_what_is_missing_is_named(arguments, words):
    result = make("--dry-run", *arguments)
    assert result.returncode
    assert words in result.stderr
