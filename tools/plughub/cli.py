"""What all commands share: how they print, what they end with, and how a failure is told."""

import functools
import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

FAILED = 1  # it was done, and has failed
USAGE = 2  # what was asked for makes no sense: typer's own
NOT_FOUND = 3  # no such device, file or board
UNREACHABLE = 4  # the device, board or cloud does not answer, or refuses

#: For people. What goes to a pipe has no colours, nor where NO_COLOR is set: rich sees to that.
console = Console(highlight=False)
#: For what is not the result: progress, warnings, failures.
errors = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
ShowKeys = Annotated[bool, typer.Option("--show-keys", help="Print local keys as they are.")]


class Failure(Exception):
    """Ends a command: a sentence that says what is wrong and what to do, and the exit code."""

    def __init__(self, text, code=FAILED):
        super().__init__(text)
        self.code = code


def guarded(command):
    """Have a command tell a Failure in words and end with its code: nobody reads a traceback."""

    @functools.wraps(command)
    def run(*arguments, **options):
        try:
            return command(*arguments, **options)
        except Failure as e:
            errors.print(f"plughub: {e}", style="red", markup=False, soft_wrap=True)
            raise typer.Exit(e.code) from None
        except (KeyboardInterrupt, typer.Abort):  # the latter at a question
            raise typer.Exit(130) from None

    return run


def print_json(data: Any, indent: int | None = 1):
    """Print data for programs: one JSON text, in one line without `indent`."""
    json.dump(data, sys.stdout, indent=indent, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def shown_key(key, is_shown):
    """Return a local key as it may be printed: itself only for who has asked with --show-keys."""
    return key if is_shown else ("known" if key else "")
