"""Why the board was started anew. What the watchdog is about to end is kept over the reset."""

_MARK = b"plughub:"


def leave_note(names):
    """Keep the names of stuck tasks in the memory that survives a reset."""
    from machine import RTC

    RTC().memory(_MARK + ", ".join(names).encode())


def take_note():
    """Return why the board was started, in words, and forget the note."""
    import machine

    rtc = machine.RTC()
    note = bytes(rtc.memory())
    rtc.memory(b"")
    cause = machine.reset_cause()
    if cause == machine.WDT_RESET:
        if note.startswith(_MARK):
            names = note[len(_MARK) :].decode()
            return "the watchdog reset the board: no sign of life from %s" % names
        return "the watchdog reset the board: everything stood still"
    return {
        machine.PWRON_RESET: "power was switched on",
        machine.HARD_RESET: "it was reset",
        machine.DEEPSLEEP_RESET: "it woke up",
        machine.SOFT_RESET: "it was restarted from the prompt",
    }.get(cause, "for an unknown reason")
