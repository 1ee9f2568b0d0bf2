"""Changes the configuration while the hub runs: checked first, kept, then applied where it can.

Network settings that lock the user out undo themselves: they are on trial until confirmed.
"""

import asyncio
import json

from tuya.port import sleep_ms

from .checked import load, public, remember
from .log import WARNING, log
from .rules.names import rules_for
from .secrets import plugs_of, split
from .system.store import (
    CONFIG_FILE,
    RULES_FILE,
    SECRETS_FILE,
    UNDO_FILE,
    exists,
    replace,
    save,
)
from .system.store import load as load_json
from .system.unload import CHECKERS, FURNISHERS, unload

_TRIAL_MS = 60000
_NETWORK = ("wifi", "web")
# These are read once, at the start.
_AT_START = ("name", "watchdog", "poll", "shared_poll", "sockets", "boot_button")


class Faulty(Exception):
    """A configuration that is not taken. `faults`: list of text, each with its place."""

    def __init__(self, faults):
        super().__init__("the configuration has faults")
        self.faults = faults


def change(hub, read_new, is_dry=False):
    """Put what `read_new()` returns, as JSON has it, in place of the configuration.

    A secret that it does not hold stays as it was. Returns {"applied": whether it is in force,
    "restart": names of what a restart puts in force, "confirm_within": seconds or None}. Raises
    Faulty, and OSError when the flash does not take it; nothing has changed then. With `is_dry`
    nothing changes at all.
    """
    raw = read_new()  # nobody else is to hold it: it has to go when it has done its work
    if not isinstance(raw, dict) or not raw:
        raise Faulty(["an object in braces is expected, with something in it"])
    public_part, secrets = split(raw)
    secrets = _merged(load_json(SECRETS_FILE), secrets)
    rules = rules_for(public_part)
    new = _checked(public_part, secrets, rules)
    if new["faults"]:
        raise Faulty(new["faults"])
    if is_dry:
        return {"applied": False, "restart": [], "confirm_within": None}
    if hub.is_safe:
        keep(public_part, secrets)
        _keep_rules(rules)
        return {"applied": False, "restart": ["all"], "confirm_within": None}
    old = load()
    if hub.trial:
        _furnish(hub, hub.trial.new, old)
        end_trial(hub)
    is_trial = any([old[kind] != new[kind] for kind in _NETWORK])
    if is_trial:
        hub.trial = _Trial(hub, public_part, secrets, rules, old, new)
    else:
        keep(public_part, secrets)
        _keep_rules(rules)
        remember(new)
    # What furnishes is loaded now, and wants their room.
    raw = public_part = secrets = rules = None
    if not _apply(hub, old, new):
        return {"applied": False, "restart": ["all"], "confirm_within": None}
    return {
        "applied": True,
        "restart": [name for name in _AT_START if old[name] != new[name]],
        "confirm_within": _TRIAL_MS // 1000 if is_trial else None,
    }


def change_rules(hub, read_new, is_dry=False):
    """Put what `read_new()` returns, as JSON has it, in place of the rules. See change().

    The answer has "warnings" as well, texts. With `is_dry` nothing changes.
    """
    raw = read_new()
    if not isinstance(raw, dict):
        raise Faulty(["an object in braces is expected"])
    new = _checked(public(), load_json(SECRETS_FILE), raw)
    if new["faults"]:
        raise Faulty(new["faults"])
    result = {"applied": False, "restart": [], "confirm_within": None, "warnings": new["warnings"]}
    if is_dry:
        return result
    old = load()
    replace(RULES_FILE, lambda file: _write(raw, file))
    remember(new)
    raw = None
    result["applied"] = not hub.is_safe and _apply(hub, old, new)
    if not result["applied"]:
        result["restart"] = ["all"]
    return result


def _keep_rules(rules):
    """Write rules that call a plug by another name now; the others stay as the user wrote them."""
    if rules is not None and rules != load_json(RULES_FILE):
        replace(RULES_FILE, lambda file: _write(rules, file))


def _checked(public_part, secrets, rules):
    from .config import check

    new = check(public_part, secrets, rules)
    check = None
    unload(*CHECKERS)  # before what furnishes is loaded: both at a time are too much
    return new


def undo(hub):
    """Go back to the configuration before the last change, which this can be undone by itself.

    Returns and raises as change() does.
    """
    if not exists(UNDO_FILE):
        raise Faulty(["there is nothing to go back to"])
    return change(hub, lambda: load_json(UNDO_FILE))


def confirm(hub):
    """Keep the configuration that is on trial. Tells whether there was one."""
    trial = hub.trial
    if not trial:
        return False
    keep(trial.public, trial.secrets)
    _keep_rules(trial.rules)
    end_trial(hub)
    return True


def end_trial(hub):
    """Let nothing be undone any more."""
    if hub.trial:
        hub.trial.task.cancel()
        hub.trial = None


def change_key(hub, plug, key):
    """Give a plug another local key, and nothing else. Raises Faulty, OSError."""
    raw = public()
    for item in plugs_of(raw):
        if item.get("id") == plug.device.id:
            item["key"] = key
    return change(hub, lambda: raw)


def move_secrets():
    """Move keys and passwords that stand in the configuration to the file of their own."""
    public_part, secrets = split(load_json(CONFIG_FILE))
    if not secrets:
        return
    try:
        keep(public_part, _merged(load_json(SECRETS_FILE), secrets))
    except OSError as e:
        text = "keys stay in %s: the flash takes no more (error %s)"
        log(text % (CONFIG_FILE, e.errno), WARNING)


class _Trial:
    def __init__(self, hub, public_part, secrets, rules, old, new):
        self.public = public_part
        self.secrets = secrets
        self.rules = rules
        self.new = new
        self.task = asyncio.create_task(self._undo(hub, old))

    async def _undo(self, hub, old):
        await sleep_ms(_TRIAL_MS)
        log("the network settings are undone: nobody has confirmed them", WARNING)
        hub.trial = None
        _furnish(hub, self.new, old)


def _apply(hub, old, new):
    """Change the home now; tell whether there was the heap for it."""
    try:
        _furnish(hub, old, new)
    except MemoryError:
        log("too little heap to change the home while it runs: the board restarts", WARNING)
        hub.restart_soon()
        return False
    return True


def _furnish(hub, old, new):
    from .assemble import furnish

    hub.faults[:] = new["warnings"]
    furnish(hub, old, new)
    unload(*FURNISHERS)


def keep(public_part, secrets):
    """Write a configuration and its secrets. Wherever the power is cut, none lacks its keys."""
    save(SECRETS_FILE, secrets)
    if exists(CONFIG_FILE):
        old = public()
        if old != public_part:
            replace(UNDO_FILE, lambda file: _write(old, file))
        old = None
    replace(CONFIG_FILE, lambda file: _write(public_part, file))
    needed = _needed(secrets, public_part)
    if needed != secrets:
        save(SECRETS_FILE, needed)


def _merged(kept, secrets):
    merged = dict(kept)
    merged.update({key: secrets[key] for key in secrets if key != "plugs"})
    if "plugs" in secrets or "plugs" in kept:
        keys = kept.get("plugs")
        merged["plugs"] = dict(keys) if isinstance(keys, dict) else {}
        merged["plugs"].update(secrets.get("plugs", {}))
    return merged


def _needed(secrets, public_part):
    """Return the secrets without the keys of plugs that are there no more, nor after an undo."""
    if not isinstance(public_part.get("plugs"), list) or "plugs" not in secrets:
        return secrets
    ids = [plug.get("id") for plug in plugs_of(public_part) + plugs_of(load_json(UNDO_FILE))]
    keys = secrets["plugs"]
    return dict(secrets, plugs={id: keys[id] for id in keys if id in ids})


def _write(value, file):
    """Write JSON for people too: a line for each field and each entry of a list."""
    between = "{\n "
    for key in value:
        file.write("%s%s: " % (between, json.dumps(key)))
        between = ",\n "
        if isinstance(value[key], list) and value[key]:
            before = "[\n  "
            for entry in value[key]:
                file.write(before)
                json.dump(entry, file)
                before = ",\n  "
            file.write("]")
        else:
            json.dump(value[key], file)
    file.write("\n}\n" if value else "{}\n")
