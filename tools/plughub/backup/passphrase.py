"""The passphrase of a backup: from the environment, or typed."""

import os

import typer

from plughub import ask
from plughub.cli import USAGE, Failure

_VARIABLE = "PLUGHUB_PASSPHRASE"
_LENGTH_MIN = 8


def new():
    """Return a passphrase for a backup that is to be made. One that is typed is typed twice."""
    found = os.environ.get(_VARIABLE) or _typed("Passphrase for the backup", True)
    if len(found) < _LENGTH_MIN:
        raise Failure(f"the passphrase wants {_LENGTH_MIN} characters or more", USAGE)
    return found


def known():
    """Return the passphrase of a backup that there is."""
    return os.environ.get(_VARIABLE) or _typed("Passphrase of the backup", False)


def _typed(question, is_new):
    if not ask.is_possible():
        text = f"name the passphrase in {_VARIABLE}"
        raise Failure(text + (", or say --no-passphrase" if is_new else ""), USAGE)
    confirm = "The same again" if is_new else False
    return typer.prompt(question, hide_input=True, err=True, confirmation_prompt=confirm)
