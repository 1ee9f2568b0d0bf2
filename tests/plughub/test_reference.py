"""docs/commands.md is what the commands say of themselves."""

import re

from typer.testing import CliRunner

from plughub.__main__ import app
from plughub.reference import PATH, reference


def test_it_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == reference(), "`make docs` writes it again"


def test_it_has_all_commands_and_options():
    usage = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    names = re.findall(r"^│ ([a-z]+) ", usage, re.MULTILINE)
    assert len(names) > 15
    text = reference()
    for name in names:
        assert f"\n### {name}\n" in text, name
        usage = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).output
        section = text.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        for option in set(re.findall(r"--[a-z][a-z-]+", usage)) - {"--help"}:
            assert option in section, (name, option)
