"""docs/commands.md is what the commands say of themselves."""

import re

from typer.testing import CliRunner

from plughub.__main__ import app
from plughub.reference import PATH, reference


def usage(*words):
    return CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"}).output


def commands(*group):
    """Yield the words of all commands, as the usage lists them."""
    text = usage(*group)
    for name in re.findall(r"^│ ([a-z]+) ", text, re.MULTILINE):
        if "COMMAND [ARGS]" in usage(*group, name):
            yield from commands(*group, name)
        else:
            yield " ".join((*group, name))


def test_it_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == reference(), "`make docs` writes it again"


def test_it_has_all_commands_and_options():
    names = list(commands())
    assert len(names) > 25 and "mqtt preview" in names
    text = reference()
    for name in names:
        assert f"\n### {name}\n" in text, name
        section = text.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        for option in set(re.findall(r"--[a-z][a-z-]+", usage(*name.split()))) - {"--help"}:
            assert option in section, (name, option)
