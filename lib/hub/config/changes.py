"""Changes the configuration while the hub runs: checked first, kept, then applied.

Nothing is held in memory as a whole but what was checked. Network settings that lock the user out
are reverted, unless somebody confirms them within a minute.
"""

import asyncio

from hub.config.draft import Draft, Faulty, breathe, not_empty
from hub.config.entries import read, write_entries
from hub.config.expect import text
from hub.config.load import load
from hub.config.marks import Settled
from hub.config.names import renamed_entries
from hub.log import WARNING, log
from hub.system import staging, store
from hub.system.store import CONFIG_FILE, RULES_FILE, UNDO_FILE
from hub.system.unload import unload_furnishers
from tuya.port import const, sleep_ms

_CONFIRM_MS = const(60000)
# Bytes of heap that building takes for a moment, beside what is built and stays.
_BUILDING = const(2500)
# Such a network is tried while all goes on, and for what is new the board would have to restart.
_TWO_THINGS = (
    "there is too little heap to try another network and to add to the home at once: first save"
    " one, then the other"
)


class Changes:
    """Changes the configuration of `hub`, which keeps what there is to keep.

    `home()` returns the Furniture of the hub, which is loaded when all has been checked; `schema`
    is the Schema of a home.

    What changes something returns {"applied": whether it is in force, "restart": names of what a
    restart puts in force, "confirm_within": seconds or None}, and lets others run now and then: no
    two of them may be under way at a time. It raises Faulty, and OSError when
    the flash does not take it; nothing has changed then.
    """

    def __init__(self, hub, home, schema):
        self._hub = hub
        self._home = home
        self._schema = schema

    async def change(self, read_new, is_dry=False, names=()):
        """Put another configuration in place of the one there is.

        `read_new()` returns an iterator of its entries (see config.entries), each time it is
        called. A secret that it does not hold stays as it was. With `is_dry` nothing changes.
        `names`: {name: new name} of targets, for the rules; of plugs they are found out.
        """
        draft = self._draft(read_new, names)
        rules = await draft.check()
        if is_dry:
            return _result()
        self.revert()
        await draft.stage()
        if self._hub.runtime.is_safe:
            await self._commit()
            return _result(restart=["all"])
        new = await draft.again(rules)
        await breathe()
        # What checks has done its work, and what furnishes wants its room: 6 kB.
        draft = rules = None
        home = self._home()
        if new["rules"] and new["rules"].marks == home.rules:
            new["rules"] = Settled(new["rules"])
        has_to_be_confirmed = home.has_other_network(new)
        restart = home.restart_wanted(new)
        if has_to_be_confirmed and not self._has_heap(home, new):
            staging.discard()
            raise Faulty([_TWO_THINGS])
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
        draft = self._draft(lambda: read(CONFIG_FILE), (), lambda: not_empty(read_new))
        rules = await draft.check()
        warnings = {"warnings": rules.warnings}
        if is_dry:
            return dict(_result(), **warnings)
        staging.discard()  # what a change that was cancelled has left
        staging.stage(RULES_FILE, lambda file: write_entries(read_new(), file))
        await breathe()
        await self._commit()
        new = await draft.again(rules)
        draft = None
        await breathe()
        is_applied = not self._hub.runtime.is_safe and self._apply(new)
        return dict(_result(is_applied, [] if is_applied else ["all"]), **warnings)

    async def change_key(self, id, key):
        """Give the plug of that id another local key, and nothing else."""
        return await self.change(lambda: _with_key(id, key))

    async def rename(self, name, new):
        """Call a target otherwise, wherever the configuration and the rules name it."""
        expected = text(new)
        if expected:
            raise Faulty(["name: expected %s" % expected])
        names = {name: new}
        return await self.change(lambda: renamed_entries(read(CONFIG_FILE), names), False, names)

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
        texts = self._texts()
        await Draft(self._schema, read_new, read_rules, texts, {}, (), secrets).check()

    def revert(self):
        """Forget settings that nobody has confirmed; tell whether there were any.

        The home stays as it is until the next change of it.
        """
        if not self._hub.unconfirmed:
            return False
        self._hub.unconfirmed.cancel()
        self._hub.unconfirmed = None
        staging.discard()
        return True

    def reload(self):
        """Put in force what is in the files."""
        self._apply(load(self._schema))

    def _draft(self, read_new, names=(), read_rules=None):
        hub = self._hub
        is_in_force = not (hub.runtime.is_safe or hub.unconfirmed)
        targets = hub.targets
        was_called = {plug.device.id: plug.name for plug in targets.plugs.values()}
        if not is_in_force:
            was_called = _plug_names()
        return Draft(self._schema, read_new, read_rules, self._texts(), was_called, names)

    def _texts(self):
        """Return what is in the heap already, and need not come to stand there twice."""
        return self._hub.targets.texts() + list(self._hub.rules)

    async def _commit(self, discards=True):
        """Put what is staged in force; tell whether all of it is. Raises OSError: nothing is.

        Once it has begun there is no way back: the next start ends what is left of it.
        """
        has_begun = False
        try:
            for _ in staging.committing():
                has_begun = True
                await breathe()
        except BaseException as e:
            if not has_begun:
                if discards:
                    staging.discard()
                raise
            self._hub.runtime.restart_because("a change of the configuration was interrupted")
            if not isinstance(e, OSError):
                raise
            return False
        return True

    def _apply(self, new):
        """Change the home now; tell whether there was the heap for it."""
        home = self._home()
        try:
            if self._has_heap(home, new):
                home.apply(new)
                return True
        except MemoryError:
            pass  # it was more than was measured
        log("too little heap to change the home while it runs: the board restarts", WARNING)
        self._hub.runtime.restart_soon()
        return False

    def _has_heap(self, home, new):
        """Tell whether what is new can be built beside what there is, while it runs."""
        growth = home.growth(new)
        return growth <= 0 or self._hub.memory.left() >= growth + _BUILDING


def _plug_names():
    """Return {id: name} of the plugs in the file."""
    if not store.exists(CONFIG_FILE):
        return {}
    plugs = [plug for _, _, plug in read(CONFIG_FILE, ("plugs",)) if isinstance(plug, dict)]
    return {plug.get("id"): plug.get("name") for plug in plugs}


def _with_key(id, key):
    for name, index, value in read(CONFIG_FILE):
        if name == "plugs" and isinstance(value, dict) and value.get("id") == id:
            value["key"] = key
        yield name, index, value


def _result(applied=False, restart=(), confirm_within=None):
    return {"applied": applied, "restart": list(restart), "confirm_within": confirm_within}


async def _revert_later(hub):
    await sleep_ms(_CONFIRM_MS)
    log("the network settings are reverted: nobody has confirmed them", WARNING)
    hub.unconfirmed = None
    staging.discard()
    hub.changes().reload()
    unload_furnishers()  # no request has loaded them this time
