"""Why the board was restarted. What the watchdog is about to end is kept over the reset."""

_MARK = b"plughub:"


def leave_note(names):
    """Keep the names of stuck tasks in the memory that survives a reset."""
    leave_reason("no sign of life from %s" % ", ".join(names))


def leave_reason(text):
    """Keep why the board is about to be reset."""
    from machine import RTC

    RTC().memory(_MARK + text.encode())


def take_note():
    """Return why the board was started, in words, and forget the note."""
    import machine

    rtc = machine.RTC()
    note = bytes(rtc.memory())
    rtc.memory(b"")
    cause = machine.reset_cause()
    reason = note[len(_MARK) :].decode() if note.startswith(_MARK) else ""
    if cause == machine.WDT_RESET:
        return "the watchdog reset the board: " + (reason or "everything stood still")
    if reason and cause != machine.PWRON_RESET:
        return "it reset itself: " + reason
    return {
        machine.PWRON_RESET: "power was switched on",
        machine.HARD_RESET: "it was reset",
        machine.DEEPSLEEP_RESET: "it woke up",
        machine.SOFT_RESET: "it was restarted from the prompt",
    }.get(cause, "for an unknown reason")
