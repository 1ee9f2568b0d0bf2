"""What an examination consists of, and what it ends with."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    BAD = "bad"  # this is what is wrong, or a sign of it
    NOTE = "note"  # worth knowing, and wrong with nothing
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Step:
    """One line of the checklist: what was looked at, and what was seen."""

    name: str
    state: State
    seen: str


@dataclass(frozen=True)
class Verdict:
    """What is wrong, by the name of the error that programs get, and what to do about it.

    `cause` is "" where nothing is wrong.
    """

    cause: str
    seen: str
    advice: str = ""


class Ended(Exception):
    """The examination cannot go on: `verdict` says why."""

    def __init__(self, verdict):
        super().__init__(verdict.seen)
        self.verdict = verdict
