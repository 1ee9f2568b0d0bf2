"""Questions to a person at a terminal. They go to stderr, so that the result can be piped."""

import sys

import typer

PROJECT, FILE, APP = "1", "2", "3"
_SOURCES = f"""Where shall the local keys come from?
  {PROJECT}  a project of the Tuya IoT platform (docs/keys.md says how to get one)
  {FILE}  a file of tinytuya, tuya-cli or Home Assistant
  {APP}  the Smart Life app, by a QR code"""


def is_possible():
    """Tell whether somebody can be asked."""
    return sys.stdin.isatty()


def source():
    """Return PROJECT, FILE or APP."""
    typer.echo(_SOURCES, err=True)
    while True:
        answer = text("Number", default=PROJECT)
        if answer in (PROJECT, FILE, APP):
            return answer
        typer.echo("1, 2 or 3", err=True)


def text(question, default=None):
    """Return an answer, never an empty one."""
    return typer.prompt(question, default=default, err=True).strip()


def secret(question):
    """Return an answer that is not shown while it is typed."""
    return typer.prompt(question, hide_input=True, err=True).strip()
