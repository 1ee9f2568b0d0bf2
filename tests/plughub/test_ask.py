"""Questions at a terminal."""

import pytest
import typer
from typer.testing import CliRunner

from plughub import ask


def answers(question, *lines):
    """Return (what a question returns to who types these lines, what is shown)."""
    found = []
    app = typer.Typer()
    app.command()(lambda: found.append(question()))
    result = CliRunner().invoke(app, input="".join(line + "\n" for line in lines))
    assert result.exit_code == 0, result.output
    return found[0], result.output


def test_a_choice_by_its_number():
    choose = lambda: ask.choice("Which?", ("one", "two"))  # noqa: E731
    assert answers(choose, "2")[0] == 1
    assert answers(choose, "")[0] == 0
    chosen, shown = answers(choose, "3", "two", "²", "1")
    assert chosen == 0 and shown.count("1 or 2\n") == 3
    assert "  1  one\n  2  two\n" in shown


@pytest.mark.parametrize(
    ("line", "chosen"), [("", [0, 1, 2, 3, 4]), ("1,3-5", [0, 2, 3, 4]), ("5 2", [1, 4])]
)
def test_several(line, chosen):
    assert answers(lambda: ask.several("Which?", 5), line)[0] == chosen


def test_several_that_are_none():
    chosen, shown = answers(lambda: ask.several("Which?", 5), "6", "-2", "1-", "all", "0", "1")
    assert chosen == [0]
    assert shown.count("1 to 5\n") == 2 and shown.count("numbers such as 1,3-5\n") == 3
