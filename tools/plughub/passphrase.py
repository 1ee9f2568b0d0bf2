"""A passphrase: from the environment, from systemd, or typed."""

import os
from pathlib import Path

import typer

from plughub import ask
from plughub.cli import USAGE, Failure

_VARIABLE = "PLUGHUB_PASSPHRASE"
#: The folder that systemd puts the credentials of a unit into, and the name of ours there.
_CREDENTIALS = "CREDENTIALS_DIRECTORY"
_CREDENTIAL = "plughub-passphrase"
_LENGTH_MIN = 8


def new(question, otherwise=""):
    """Return a passphrase that something is to be protected with; typed, it is asked for twice.

    `otherwise`: what else can be done where nobody can be asked. Raises Failure.
    """
    found = _given() or _typed(question, True, otherwise)
    if len(found) < _LENGTH_MIN:
        raise Failure(f"the passphrase wants {_LENGTH_MIN} characters or more", USAGE)
    return found


def known(question):
    """Return the passphrase of something that there is. Raises Failure."""
    return _given() or _typed(question, False, "")


def _given():
    if phrase := os.environ.get(_VARIABLE):
        return phrase
    folder = os.environ.get(_CREDENTIALS)
    path = folder and Path(folder, _CREDENTIAL)
    return path.read_text().rstrip("\n") if path and path.exists() else None


def _typed(question, is_new, otherwise):
    if not ask.is_possible():
        raise Failure(f"name the passphrase in {_VARIABLE}{otherwise}", USAGE)
    confirm = "The same again" if is_new else False
    return typer.prompt(question, hide_input=True, err=True, confirmation_prompt=confirm)
