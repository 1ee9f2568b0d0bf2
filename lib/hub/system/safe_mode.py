"""Whether to start without automation: a hub that keeps failing at the start must be reachable."""

from tuya.port import const

_BOOTS_MAX = const(5)
_KEY = "boots"


def count_boot():
    """Count a start. Tell whether it was one of five in a row that lasted less than 30 s.

    Starts from the prompt do not count: they are somebody at work.
    """
    import machine

    if machine.reset_cause() == machine.SOFT_RESET:
        return is_safe_mode()
    nvs = _nvs()
    try:
        boots = nvs.get_i32(_KEY) + 1
    except OSError:
        boots = 1  # the first one ever
    _write(nvs, boots)
    return boots >= _BOOTS_MAX


def is_safe_mode():
    """Tell whether this start is in safe mode."""
    try:
        return _nvs().get_i32(_KEY) >= _BOOTS_MAX
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
