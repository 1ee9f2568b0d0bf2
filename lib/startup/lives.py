"""How many starts in a row were short: a hub that keeps failing at the start must be reachable."""

LIVES_MAX = 5
_KEY = "boots"

#: Whether this start has been counted: what chooses a set does that before the hub.
is_counted = False


def count():
    """Count a start. Tell whether it was one of five in a row that lasted less than 30 s.

    Starts from the prompt do not count: they are somebody at work.
    """
    global is_counted  # noqa: PLW0603 - there is one start
    import machine

    is_counted = True
    if machine.reset_cause() == machine.SOFT_RESET:
        return is_safe_mode()
    nvs = _nvs()
    try:
        boots = nvs.get_i32(_KEY) + 1
    except OSError:
        boots = 1  # the first one ever
    _write(nvs, boots)
    return boots >= LIVES_MAX


def is_safe_mode():
    """Tell whether this start is in safe mode: the hub without pins and plugs."""
    try:
        return _nvs().get_i32(_KEY) >= LIVES_MAX
    except OSError:
        return False


def approve():
    """Take this start for a good one: the next begins to count again."""
    _write(_nvs(), 0)


def _nvs():
    from esp32 import NVS

    return NVS("plughub")


def _write(nvs, boots):
    nvs.set_i32(_KEY, boots)
    nvs.commit()
