"""The log as the page shows it. Loaded when somebody looks."""

from . import log


def lines():
    """Return the last lines, the oldest first: [{"seq", "level", "text"}], counted from 1."""
    data, last = log.kept()
    raw = [line for line in data.split(b"\n") if line]
    first = last - len(raw) + 1
    return [
        {"seq": first + i, "level": chr(line[0]), "text": _decoded(line[2:])}
        for i, line in enumerate(raw)
    ]


def _decoded(line):
    # A line that was too long may end within a character.
    for end in (len(line), len(line) - 1, len(line) - 2, len(line) - 3):
        try:
            return line[:end].decode()
        except UnicodeError:
            pass
    return ""
