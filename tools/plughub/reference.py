"""Writes docs/commands.md, the reference of all commands, from the commands themselves."""

import inspect
import re

import typer

from plughub import ROOT
from plughub.__main__ import app

PATH = ROOT / "docs" / "commands.md"
_HEAD = """\
# Commands

What `plughub COMMAND --help` says, of all commands, made by `make docs`.

All take `--help`. What prints data takes `--json`. A command ends with 0 when it has done what it
was asked for, 1 when that has failed, 2 when what was asked for makes no sense, 3 when there is no
such device, file or board, 4 when something was not reached or has refused, and 130 after Ctrl-C.
Errors go to standard error as one line.
"""


def reference():
    """Return the text of docs/commands.md."""
    root = typer.main.get_command(app)
    return _HEAD + "".join(_commands(root, "plughub"))


def _commands(group, path):
    panel = None
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield f"\n## {name}\n\n{inspect.cleandoc(command.help)}\n"
            yield from _commands(command, f"{path} {name}")
            continue
        name_of_panel = getattr(command, "rich_help_panel", None)
        if isinstance(name_of_panel, str) and name_of_panel != panel:
            panel = name_of_panel
            yield f"\n## {panel}\n"
        yield _command(command, f"{path} {name}")


def _command(command, name):
    parameters = [p for p in command.params if p.name != "help"]
    words = [name, *(_word(p) for p in parameters if _is_argument(p))]
    words += [] if all(map(_is_argument, parameters)) else ["[OPTIONS]"]
    text = f"\n### {name.removeprefix('plughub ')}\n\n    {' '.join(words)}\n\n"
    text += re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(command.help or "")) + "\n"
    rows = [_row(p) for p in parameters if _help(p)]
    if rows:
        text += "\n| | |\n|---|---|\n" + "".join(rows)
    return text


def _is_argument(parameter):
    return parameter.param_type_name == "argument"


def _word(argument):
    name = argument.metavar or argument.name.upper()
    if argument.nargs < 0 and not name.endswith("..."):
        name += "..."
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _row(parameter):
    if _is_argument(parameter):
        what = parameter.metavar or parameter.name.upper()
    else:
        what = ", ".join(reversed(parameter.opts))
        if not parameter.is_flag:
            what += " " + (parameter.metavar or max(parameter.opts, key=len)[2:].upper())
    more = f" Also from `{parameter.envvar}`." if parameter.envvar else ""
    help = _help(parameter).replace("|", "\\|")
    return f"| `{what.strip('[]')}` | {help}{more}{_default(parameter)} |\n"


def _default(parameter):
    default = parameter.default
    if parameter.required or default is False or not isinstance(default, (int, float, str)):
        return ""
    return f" Without: {default}."


def _help(parameter):
    return getattr(parameter, "help", None) or ""


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8")
