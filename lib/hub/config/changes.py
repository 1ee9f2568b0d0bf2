"""Changes the configuration while the hub runs: checked first, kept, then applied.

Nothing is held in memory as a whole but what was checked. Network settings that lock the user out
are reverted, unless somebody confirms them within a minute.
"""

import asyncio

from hub.config.entries import Fault, read, write_entries
from hub.config.load import load
from hub.config.marks import Settled
from hub.config.secrets import keys, take
from hub.config.validator import known
from hub.log import WARNING, log
from hub.system import store
from hub.system.store import CONFIG_FILE, RULES_FILE, SECRETS_FILE, UNDO_FILE
from hub.system.unload import unload_furnishers
from tuya.port import const, sleep_ms

_CONFIRM_MS = const(60000)
_BREATH_MS = const(20)


class Faulty(Exception):
    """A configuration that is not taken. `faults`: list of text, each with its place."""

    def __init__(self, faults):
        super().__init__("the configuration has faults")
        self.faults = faults


class Changes:
    """Changes the configuration of `hub`, which keeps what there is to keep.

    `home()` returns the Furniture of the hub, which is loaded when all has been checked; `schema`
    is the Schema of a home, `renamed(value, names)` returns what is in a rules file with {name:
    new name} of plugs put in.

    What changes something returns {"applied": whether it is in force, "restart": names of what a
    restart puts in force, "confirm_within": seconds or None}, and lets others run now and then: no
    two of them may be under way at a time. It raises Faulty, and OSError when
    the flash does not take it; nothing has changed then.
    """

    def __init__(self, hub, home, schema, renamed):
        self._hub = hub
        self._home = home
        self._schema = schema
        self._renamed = renamed

    async def change(self, read_new, is_dry=False):
        """Put another configuration in place of the one there is.

        `read_new()` returns an iterator of its entries (see config.entries), each time it is
        called. A secret that it does not hold stays as it was. With `is_dry` nothing changes.
        """
        draft = self._draft(read_new)
        rules = await draft.check()
        if is_dry:
            return _result()
        self.revert()
        await draft.stage()
        if self._hub.runtime.is_safe:
            await self._commit()
            return _result(restart=["all"])
        new = draft.again(rules)
        await _breathe()
        # What checks has done its work, and what furnishes wants its room: 6 kB.
        draft = rules = None
        home = self._home()
        if new["rules"] and new["rules"].marks == home.rules:
            new["rules"] = Settled(new["rules"])
        has_to_be_confirmed = home.has_other_network(new)
        restart = home.restart_wanted(new)
        if has_to_be_confirmed:
            self._hub.unconfirmed = asyncio.create_task(_revert_later(self._hub))
        elif not await self._commit():
            return _result(restart=["all"])
        if not self._apply(new):
            return _result(restart=["all"])
        return _result(True, restart, _CONFIRM_MS // 1000 if has_to_be_confirmed else None)

    async def change_rules(self, read_new, is_dry=False):
        """Put other rules in place of those there are. See change().

        The answer has "warnings" as well, texts.
        """
        if self._hub.unconfirmed:
            raise Faulty(["the network settings have to be confirmed first"])
        draft = self._draft(lambda: read(CONFIG_FILE), lambda: _not_empty(read_new))
        rules = await draft.check()
        warnings = {"warnings": rules.warnings}
        if is_dry:
            return dict(_result(), **warnings)
        store.discard()  # what a change that was cancelled has left
        store.stage(RULES_FILE, lambda file: write_entries(read_new(), file))
        await _breathe()
        await self._commit()
        new = draft.again(rules)
        draft = None
        await _breathe()
        is_applied = not self._hub.runtime.is_safe and self._apply(new)
        return dict(_result(is_applied, [] if is_applied else ["all"]), **warnings)

    async def change_key(self, id, key):
        """Give the plug of that id another local key, and nothing else."""
        return await self.change(lambda: _with_key(id, key))

    async def undo(self):
        """Go back to the configuration before the last change; this can be undone the same way."""
        return await self.change(lambda: read(UNDO_FILE))

    async def confirm(self):
        """Keep network settings that revert otherwise. Tells whether there were any."""
        hub = self._hub
        if not hub.unconfirmed:
            return False
        hub.unconfirmed.cancel()
        try:
            await self._commit(False)
            hub.unconfirmed = None
        except OSError:
            hub.unconfirmed = asyncio.create_task(_revert_later(hub))
            raise
        return True

    async def check(self, read_new, read_rules, secrets):
        """Check a home that is to replace this one, with its own secrets. Raises Faulty."""
        texts = self._hub.targets.texts()
        await Draft(self._schema, read_new, read_rules, texts, {}, None, secrets).check()

    def revert(self):
        """Forget settings that nobody has confirmed; tell whether there were any.

        The home stays as it is until the next change of it.
        """
        if not self._hub.unconfirmed:
            return False
        self._hub.unconfirmed.cancel()
        self._hub.unconfirmed = None
        store.discard()
        return True

    def reload(self):
        """Put in force what is in the files."""
        self._apply(load(self._schema))

    def _draft(self, read_new, read_rules=None):
        hub = self._hub
        is_in_force = not (hub.runtime.is_safe or hub.unconfirmed)
        targets = hub.targets
        was_called = {plug.device.id: plug.name for plug in targets.plugs.values()}
        if not is_in_force:
            was_called = _plug_names()
        texts = targets.texts()
        return Draft(self._schema, read_new, read_rules, texts, was_called, self._renamed)

    async def _commit(self, discards=True):
        """Put what is staged in force; tell whether all of it is. Raises OSError: nothing is.

        Once it has begun there is no way back: the next start ends what is left of it.
        """
        has_begun = False
        try:
            for _ in store.committing():
                has_begun = True
                await _breathe()
        except BaseException as e:
            if not has_begun:
                if discards:
                    store.discard()
                raise
            self._hub.runtime.restart_because("a change of the configuration was interrupted")
            if not isinstance(e, OSError):
                raise
            return False
        return True

    def _apply(self, new):
        """Change the home now; tell whether there was the heap for it."""
        try:
            self._home().apply(new)
        except MemoryError:
            log("too little heap to change the home while it runs: the board restarts", WARNING)
            self._hub.runtime.restart_soon()
            return False
        return True


class Draft:
    """A configuration on its way to the flash.

    `read_new()`: its entries; `read_rules()`: those of the rules, where others are to come, or
    None. `in_heap`: texts that are there already, `was_called`: {id: name} of the plugs before.
    `secrets`: those that belong to it, None for those in the flash.
    """

    def __init__(self, schema, read_new, read_rules, in_heap, was_called, renamed, secrets=None):
        self._schema = schema
        self._renamed = renamed
        self._read_new = read_new
        self._secrets = store.load(SECRETS_FILE) if secrets is None else secrets
        if "plugs" in self._secrets:
            self._secrets["plugs"] = dict(keys(self._secrets))
        self._names = {}  # {name: the new one} of plugs that are called otherwise
        self._is_staged = False
        self._ids = []
        self._in_heap = in_heap
        self._was_called = was_called
        if not read_rules and _is_json(RULES_FILE):
            read_rules = self._rules
        self._read_rules = read_rules

    async def check(self):
        """Check it; return its Rules, or () where there are none. Raises Faulty."""
        schema = self._schema
        config = schema.check_home(_not_empty(self._entries), self._secrets, self._in_heap)
        if config["faults"]:
            raise Faulty(config["faults"])  # its rules would only say the same in other words
        schema.outline(config)
        await _breathe()
        schema.check_rules(config, self._read_rules)
        if config["faults"]:
            raise Faulty(config["faults"])
        await _breathe()
        return config["rules"]

    def again(self, rules):
        """Return the whole configuration again, which was found right."""
        config = self._schema.check_home(self._entries(), self._secrets, self._in_heap)
        if rules:
            rules.bind(config)
        self._schema.check_rules(config, None)
        return config

    async def stage(self):
        """Stage what differs, a file at a time. Raises OSError; nothing is left of them then."""
        store.discard()  # what a change that was cancelled has left
        try:
            for path, write in self._files():
                store.stage(path, write)
                await _breathe()
        except OSError:
            store.discard()
            raise
        self._is_staged = True

    def _files(self):
        """Yield (path, write) of what is to be staged; each is, before the next is asked for."""
        yield CONFIG_FILE, lambda file: write_entries(self._entries(), file)
        if store.is_same(CONFIG_FILE, store.staged(CONFIG_FILE)):
            store.remove(store.staged(CONFIG_FILE))
        elif store.exists(CONFIG_FILE):
            yield UNDO_FILE, lambda file: store.copy(CONFIG_FILE, file)
        if self._needed() != store.load(SECRETS_FILE):
            yield SECRETS_FILE, lambda file: store.write(self._secrets, file)
        if self._names and self._read_rules:
            yield RULES_FILE, lambda file: write_entries(self._rules(), file)

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
            self._ids.append(known(id, self._in_heap) or id)
        was = self._was_called.get(id)
        if was not in (None, name):
            self._names[was] = name

    def _rules(self):
        """Yield the entries of the rules as this configuration names its plugs."""
        if self._is_staged:
            path = store.staged(RULES_FILE)
            yield from read(path if store.exists(path) else RULES_FILE)
            return
        for key, index, value in read(RULES_FILE):
            yield key, index, self._renamed(value, self._names)

    def _needed(self):
        """Return the secrets without the keys of plugs that are neither here nor in an undo."""
        if "plugs" in self._secrets:
            kept = keys(self._secrets)
            wanted = self._ids + list(self._was_called)
            self._secrets["plugs"] = {id: kept[id] for id in kept if id in wanted}
        return self._secrets


def _plug_names():
    """Return {id: name} of the plugs in the file."""
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


def _not_empty(read_new):
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


async def _revert_later(hub):
    await sleep_ms(_CONFIRM_MS)
    log("the network settings are reverted: nobody has confirmed them", WARNING)
    hub.unconfirmed = None
    store.discard()
    hub.changes().reload()
    unload_furnishers()  # no request has loaded them this time
