"""Questions to a person at a terminal. They go to stderr, so that the result can be piped."""

import sys

import typer


def is_possible():
    """Tell whether somebody can be asked."""
    return sys.stdin.isatty()


def text(question, default=None):
    """Return an answer, never an empty one."""
    return typer.prompt(question, default=default, err=True).strip()


def secret(question):
    """Return an answer that is not shown while it is typed."""
    return typer.prompt(question, hide_input=True, err=True).strip()


def yes(question, default=True):
    """Return whether the answer is yes."""
    return typer.confirm(question, default=default, err=True)


def checked(question, read, default=""):
    """Ask until `read(answer)` takes it; the ValueError that it raises says why it does not.

    The answer may be empty. Returns what `read` returned.
    """
    while True:
        answer = typer.prompt(question, default=default, show_default=bool(default), err=True)
        try:
            return read(answer.strip())
        except ValueError as e:
            typer.echo(str(e), err=True)


def choice(question, options, default=0):
    """Show numbered texts; return the index of the one that was chosen."""

    def read(answer):
        if not (answer.isdecimal() and 1 <= int(answer) <= len(options)):
            raise ValueError(_numbers(len(options)))
        return int(answer) - 1

    typer.echo(question, err=True)
    for number, option in enumerate(options, 1):
        typer.echo(f"  {number}  {option}", err=True)
    return checked("Number", read, str(default + 1))


def several(question, count):
    """Return the indices of those that were chosen by numbers such as 1,3-5; all by no answer."""

    def read(answer):
        chosen = set()
        for part in answer.replace(",", " ").split():
            first, dash, last = part.partition("-")
            if not first.isdecimal() or (dash and not last.isdecimal()):
                raise ValueError("numbers such as 1,3-5")
            chosen |= set(range(int(first), int(last or first) + 1))
        if not chosen <= set(range(1, count + 1)):
            raise ValueError(_numbers(count))
        return [number - 1 for number in sorted(chosen)] or [*range(count)]

    return checked(question, read)


def _numbers(count):
    return " or ".join(map(str, range(1, count + 1))) if count <= 3 else f"1 to {count}"
