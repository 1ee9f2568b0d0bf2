"""Which code runs: what is frozen, or a set beside it. No update touches this.

    sets/choice.json  {"set": N, "trial": N, "lives": N, "plugs": bool, "failed": text}

All of it is optional. "set" is the one that runs, none for what is frozen. "trial" runs instead,
until keep(): it has one life, more where the power was cut in it. What ends otherwise is taken
back, and "failed" says why. "plugs": whether one was online when the trial was begun.

Neither `hub` nor `tuya` is imported here, which a set brings: what has been loaded once stays.
"""

import json
import os
import sys

from codeset import sets
from startup import lives

# A trial that has not been kept by then is over: keep() is called after 60 s of health.
_TRIAL_MS = 180000
_FILE = sets.FOLDER + "/choice.json"


def choose():
    """Have imports find the set that is chosen; call it once, before anything else is imported.

    Never raises: what is frozen runs then.
    """
    try:
        number = _chosen(lives.count())
        if number:
            sets.mount(number)
    except Exception as e:  # whatever it is, there has to be a hub
        sys.print_exception(e)


def ended(e):
    """A set that cannot even be started is not left at the prompt; what is frozen raises `e`."""
    if sets.MOUNTED not in sys.path:
        raise e
    sys.print_exception(e)
    note(repr(e))
    import machine

    machine.reset()


def load():
    """Return the choice as it stands in its file, {} where none was ever made."""
    try:
        with open(_FILE) as file:
            choice = json.load(file)
    except (OSError, ValueError):
        return {}
    return choice if isinstance(choice, dict) else {}


def begin_trial(number, plugs=False):
    """Have a set run from the next start on, on trial; return its version.

    `plugs`: whether a plug is online now, so that one has to be then. Raises sets.BadSet, OSError.
    """
    version = sets.verify(number)
    _save({"set": _number(load(), "set"), "trial": number, "lives": 0, "plugs": plugs})
    return version


def keep():
    """Keep the set on trial for good; the others are removed. Raises OSError."""
    choice = load()
    number = _number(choice, "trial")
    if number:
        _save({"set": number})
        sweep()


def interrupted():
    """Have this start not count: somebody was at work at the prompt. Raises OSError."""
    lives.approve()
    choice = load()
    if _number(choice, "trial"):
        choice["lives"] = 0
        _save(choice)


def note(why):
    """Have a trial be over with the next start, which says why. Raises OSError."""
    choice = load()
    if _number(choice, "trial"):
        choice["why"] = why
        _save(choice)


def sweep():
    """Remove the sets that nobody has chosen, and what was never written to its end."""
    choice = load()
    wanted = (_number(choice, "set"), _number(choice, "trial"))
    for number in sets.numbers():
        if number not in wanted:
            sets.remove(number)


def next_number():
    """Return the number for one more set."""
    return max(sets.numbers() or (0,)) + 1


def _chosen(is_short_lived):
    choice = load()
    number = _number(choice, "set")
    trial = _number(choice, "trial")
    if trial:
        if _may_live(choice):
            return trial if _begin_life(choice) else number
        why = choice.get("why") or "it did not run well for a minute"
        _take_back(number, trial, why)
    elif number and (is_short_lived or not sets.is_whole(number)):
        why = "five starts in a row failed" if is_short_lived else "it is not whole"
        _take_back(0, number, why)
        number = 0
    return number


def _may_live(choice):
    """Tell whether a set on trial may run once more."""
    import machine

    if not sets.is_whole(_number(choice, "trial")) or "why" in choice:
        return False
    begun = choice.get("lives")
    if type(begun) is not int:
        return False
    if machine.reset_cause() in (machine.PWRON_RESET, machine.SOFT_RESET):
        return begun < lives.LIVES_MAX
    return not begun


def _begin_life(choice):
    """Tell whether the set on trial can be run: what could not be counted would live for ever."""
    choice["lives"] += 1
    try:
        _save(choice)
    except OSError:
        return False
    import machine

    # The watchdog of the hub is not there before the hub.
    machine.Timer(0).init(mode=machine.Timer.ONE_SHOT, period=_TRIAL_MS, callback=_end)
    return True


def _take_back(number, failed, why):
    try:
        version = sets.version_of(failed)
    except (sets.BadSet, OSError):
        version = "?"
    try:
        _save({"set": number, "failed": "update %s was taken back: %s" % (version, why)})
    except OSError:
        pass  # the next start does the same
    lives.approve()  # what runs now has five of its own


def _end(timer):
    if _number(load(), "trial"):
        import machine

        machine.reset()


def _number(choice, name):
    number = choice.get(name)
    return number if type(number) is int and number > 0 else 0


def _save(choice):
    try:
        os.mkdir(sets.FOLDER)
    except OSError:
        pass  # it is there
    with open(_FILE + ".new", "w") as file:
        json.dump(choice, file)
    os.rename(_FILE + ".new", _FILE)
