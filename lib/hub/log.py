"""What happens, a line each on the console. No secret is ever passed to it."""

import sys

from tuya.port import clock_is_set, ticks_ms, unix_time


def log(text):
    """Print `text` behind the time of day in UTC, or behind the uptime while there is no clock."""
    if clock_is_set():
        seconds = unix_time() % 86400
        at = "%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    else:
        at = "%8.1f" % (ticks_ms() / 1000)
    print(at, text)


def log_exception(text, exception):
    """Print `text` and where `exception` came from."""
    log(text)
    if hasattr(sys, "print_exception"):
        sys.print_exception(exception)
    else:
        import traceback

        traceback.print_exception(exception)
