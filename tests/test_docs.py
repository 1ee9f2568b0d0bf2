"""README.md and docs: their links lead somewhere, and their commands are taken as they stand."""

import re
import shlex
import subprocess

import pytest
import typer

from plughub import ROOT
from plughub.__main__ import app

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_COMMANDS = typer.main.get_command(app).commands
# Files that the commands name, as who follows the text has them.
_FILES = ("home.json", "rules.json", "devices.json", "keys.txt", "core.config_entries")


def lines(start):
    """Yield (page, words) of each line of code that begins with a word, comments left out."""
    for page in PAGES:
        for line in re.findall(rf"^ {{4,}}({start} \S.*)$", page.read_text(), re.MULTILINE):
            yield page.name, shlex.split(line.partition(" #")[0])


def inline(start):
    """Yield (page, words) of the same in the middle of a sentence."""
    for page in PAGES:
        for text in re.findall(rf"`({start} [^`]+)`", page.read_text()):
            yield page.name, shlex.split(text.replace("\n", " "))


def is_pattern(words):
    """Tell a line that says what may be given from one that can be typed."""
    return any(word[0] in "[|" or word.isupper() for word in words[2:])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in (*_FILES, "capture.pcap", "stock.bin"):
        (tmp_path / name).write_text("{}")
    monkeypatch.chdir(tmp_path)


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), (page.name, target)


def test_each_command_is_one_and_takes_what_is_given(folder):
    count = 0
    for page, words in [*lines("plughub"), *inline("plughub")]:
        if words[1].isupper() or words[1].startswith("-"):
            continue
        assert words[1] in _COMMANDS, (page, words)
        if is_pattern(words) or page == "commands.md":
            continue
        command = _COMMANDS[words[1]]
        is_name = len(words) == 2  # such as `plughub decode`, which wants more
        try:
            command.make_context(words[1], words[2:], resilient_parsing=is_name)
        except Exception as e:
            raise AssertionError(f"{page}: {words}: {e}") from None
        count += 1
    assert count > 25


def test_each_target_of_make_is_one():
    told = [words[1] for _, words in [*lines("make"), *inline("make")]]
    wanted = {word for word in told if "/" not in word}
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, check=True)
    targets = set(re.findall(r"^make ([a-z-]+)", listed.stdout.decode(), re.MULTILINE))
    assert wanted <= targets
