"""The one error of this package."""


class Refused(Exception):
    """A file is not what it should be, or cannot take more: the text says what, where, and why."""


def require(condition, text):
    """Raise Refused with `text` unless `condition` holds."""
    if not condition:
        raise Refused(text)
