"""Changes the configuration while the hub runs: checked first, kept, then applied.

Nothing is held in memory as a whole but what was checked. Network settings that lock the user out
undo themselves: they are on trial until somebody confirms them.
"""

import asyncio

from tuya.port import const, sleep_ms

from ..log import WARNING, log
from ..system import store
from ..system.store import CONFIG_FILE, RULES_FILE, SECRETS_FILE, UNDO_FILE
from ..system.unload import FURNISHERS, unload
from .entries import Fault, read, write_entries
from .marks import Settled
from .secrets import keys, take

_TRIAL_MS = const(60000)
_BREATH_MS = const(20)


class Faulty(Exception):
    """A configuration that is not taken. `faults`: list of text, each with its place."""

    def __init__(self, faults):
        super().__init__("the configuration has faults")
        self.faults = faults


async def change(hub, read_new, is_dry=False):
    """Put another configuration in place of the one there is.

    `read_new()` returns an iterator of its entries (see config.entries), each time it is called.
    A secret that it does not hold stays as it was. Returns {"applied": whether it is in force,
    "restart": names of what a restart puts in force, "confirm_within": seconds or None}. Raises
    Faulty, and OSError when the flash does not take it; nothing has changed then. With `is_dry`
    nothing changes at all. Others run between its steps: no two changes may be under way.
    """
    change = Change(hub, read_new)
    rules = await change.check()
    if is_dry:
        return _result()
    end_trial(hub)
    change.stage()
    await _breathe()
    if hub.is_safe:
        store.commit()
        return _result(restart=["all"])
    new = change.again(rules)
    await _breathe()
    # What checks has done its work, and what furnishes wants its room: 6 kB.
    change = rules = None
    _let_go_of_checks(hub, new)
    from ..assemble import has_other_network, restart_wanted

    is_trial = has_other_network(hub, new)
    restart = restart_wanted(hub, new)
    if is_trial:
        hub.trial = asyncio.create_task(_undo_trial(hub))
    else:
        store.commit()
    if not _apply(hub, new):
        return _result(restart=["all"])
    return _result(True, restart, _TRIAL_MS // 1000 if is_trial else None)


async def change_rules(hub, read_new, is_dry=False):
    """Put other rules in place of those there are. See change().

    The answer has "warnings" as well, texts. With `is_dry` nothing changes.
    """
    if hub.trial:
        raise Faulty(["the network settings wait to be confirmed"])
    change = Change(hub, lambda: read(CONFIG_FILE), lambda: _known(read_new))
    rules = await change.check()
    warnings = {"warnings": rules.warnings}
    if is_dry:
        return dict(_result(), **warnings)
    store.discard()  # what a change that was cancelled has left
    try:
        store.stage(RULES_FILE, lambda file: write_entries(read_new(), file))
        store.commit()
    except OSError:
        store.discard()
        raise
    await _breathe()
    new = change.again(rules)
    change = None
    await _breathe()
    is_applied = not hub.is_safe and _apply(hub, new)
    return dict(_result(is_applied, [] if is_applied else ["all"]), **warnings)


async def undo(hub):
    """Go back to the configuration before the last change, which this can be undone by itself.

    Returns and raises as change() does.
    """
    if not store.exists(UNDO_FILE):
        raise Faulty(["there is nothing to go back to"])
    return await change(hub, lambda: read(UNDO_FILE))


async def confirm(hub):
    """Keep the configuration that is on trial. Tells whether there was one."""
    if not hub.trial:
        return False
    store.commit()
    hub.trial.cancel()
    hub.trial = None
    return True


def end_trial(hub):
    """Forget a configuration that is on trial; what it has changed is changed again."""
    if hub.trial:
        hub.trial.cancel()
        hub.trial = None
        store.discard()


async def change_key(hub, plug, key):
    """Give a plug another local key, and nothing else. Raises Faulty, OSError."""
    return await change(hub, lambda: _with_key(plug.device.id, key))


class Change:
    """A configuration on its way to the flash.

    `read_new()`: its entries; `read_rules()`: those of the rules, where others are to come.
    """

    def __init__(self, hub, read_new, read_rules=None):
        self._read_new = read_new
        self._secrets = store.load(SECRETS_FILE)
        if "plugs" in self._secrets:
            self._secrets["plugs"] = dict(keys(self._secrets))
        self._names = {}  # {name: the new one} of plugs that are called otherwise
        self._is_staged = False
        self._ids = []
        self._in_heap = _names_of(hub)
        self._was_called = _was_called(hub)
        if not read_rules and _is_json(RULES_FILE):
            read_rules = self._rules
        self._read_rules = read_rules

    async def check(self):
        """Check it; return its Rules, or () where there are none. Raises Faulty."""
        from .schema import check_home, check_rules, outline

        config = check_home(_known(self._entries), self._secrets, self._in_heap)
        if config["faults"]:
            raise Faulty(config["faults"])  # its rules would only say the same in other words
        outline(config)
        await _breathe()
        check_rules(config, self._read_rules)
        if config["faults"]:
            raise Faulty(config["faults"])
        await _breathe()
        return config["rules"]

    def again(self, rules):
        """Return the whole configuration once more, which was found right."""
        from .schema import check_home

        config = check_home(self._entries(), self._secrets, self._in_heap)
        if rules:
            rules.bind(config)
        config.pop("checker").finish(config)
        return config

    def stage(self):
        """Stage all files. Raises OSError; nothing is left of them then."""
        store.discard()  # what a change that was cancelled has left
        try:
            store.stage(CONFIG_FILE, lambda file: write_entries(self._entries(), file))
            store.stage(SECRETS_FILE, lambda file: store.write(self._needed(), file))
            if self._names and self._read_rules:
                store.stage(RULES_FILE, lambda file: write_entries(self._rules(), file))
            is_same = store.is_same(CONFIG_FILE, store.staged(CONFIG_FILE))
            if store.exists(CONFIG_FILE) and not is_same:
                store.stage(UNDO_FILE, lambda file: store.copy(CONFIG_FILE, file))
            self._is_staged = True
        except OSError:
            store.discard()
            raise

    def _entries(self):
        """Yield the entries without what is secret in them."""
        for key, index, value in self._read_new():
            if key == "plugs" and isinstance(value, dict):
                self._look_at(value.get("id"), value.get("name"))
            yield key, index, take(key, index, value, self._secrets)

    def _look_at(self, id, name):
        if not isinstance(id, str) or not isinstance(name, str):
            return  # which is told of by the check
        if id not in self._ids:
            self._ids.append(id)
        was = self._was_called.get(id)
        if was not in (None, name):
            self._names[was] = name

    def _rules(self):
        """Yield the entries of the rules as this configuration names its plugs."""
        if self._is_staged:
            path = store.staged(RULES_FILE)
            yield from read(path if store.exists(path) else RULES_FILE)
            return
        from ..rules.schema.names import renamed

        for key, index, value in read(RULES_FILE):
            yield key, index, renamed(value, self._names)

    def _needed(self):
        """Return the secrets without the keys of plugs that are neither here nor in an undo."""
        if "plugs" in self._secrets:
            known = keys(self._secrets)
            wanted = self._ids + list(self._was_called)
            self._secrets["plugs"] = {id: known[id] for id in known if id in wanted}
        return self._secrets


def _let_go_of_checks(hub, new):
    rules = new["rules"]
    if rules and rules.marks == hub.furnished.get("rules"):
        new["rules"] = rules = Settled(rules)
    if not rules or isinstance(rules, Settled):
        checks = ("schema", "validator", "expect")
        unload("hub.rules.schema", *["hub.config." + name for name in checks])


def _names_of(hub):
    """Return the names of what a hub has, as they are in the heap."""
    kinds = (hub.plugs, hub.relays, hub.groups, hub.scenes) if hub else ()
    return [name for kind in kinds for name in kind]


def _was_called(hub):
    """Return {id: name} of the plugs in the configuration that is in force."""
    if hub and not (hub.is_safe or hub.trial):
        return {plug.device.id: plug.name for plug in hub.plugs.values()}
    if not store.exists(CONFIG_FILE):
        return {}
    plugs = [plug for _, _, plug in read(CONFIG_FILE, ("plugs",)) if isinstance(plug, dict)]
    return {plug.get("id"): plug.get("name") for plug in plugs}


def _is_json(path):
    """Tell whether there are entries in a file. One that is broken stays as it is."""
    try:
        for _ in read(path, ()):
            pass
    except Fault:
        return False
    return True


def _known(read_new):
    """Yield the entries of what somebody has sent; none of something else is fine, nothing not."""
    is_empty = True
    for entry in read_new():
        is_empty = False
        yield entry
    if is_empty:
        raise Fault("an object in braces is expected, with something in it")


def _with_key(id, key):
    for name, index, value in read(CONFIG_FILE):
        if name == "plugs" and isinstance(value, dict) and value.get("id") == id:
            value["key"] = key
        yield name, index, value


def _result(applied=False, restart=(), confirm_within=None):
    return {"applied": applied, "restart": list(restart), "confirm_within": confirm_within}


async def _breathe():
    """Let others run: what they do not take in meanwhile fills the buffers of the network."""
    await sleep_ms(_BREATH_MS)


async def _undo_trial(hub):
    await sleep_ms(_TRIAL_MS)
    log("the network settings are undone: nobody has confirmed them", WARNING)
    hub.trial = None
    store.discard()
    from .load import load

    _apply(hub, load())
    unload(*FURNISHERS)  # no request has loaded them this time, to forget them after it


def _apply(hub, new):
    """Change the home now; tell whether there was the heap for it."""
    from ..assemble import furnish

    hub.faults[:] = new["warnings"]
    try:
        furnish(hub, new)
    except MemoryError:
        log("too little heap to change the home while it runs: the board restarts", WARNING)
        hub.restart_soon()
        return False
    return True
