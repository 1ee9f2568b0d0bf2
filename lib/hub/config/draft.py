"""A configuration on its way to the flash: checked, then staged, an entry at a time."""

from hub.config.entries import Fault, read, write_entries
from hub.config.names import renamed
from hub.config.schema import outline
from hub.config.secrets import keys, load_secrets, take, write_secrets
from hub.config.validator import known
from hub.system import staging, store
from hub.system.store import CONFIG_FILE, RULES_FILE, SECRETS_FILE, UNDO_FILE
from hub.system.unload import unload_components
from tuya.port import const, sleep_ms

_BREATH_MS = const(20)


class Faulty(Exception):
    """A configuration that is not taken. `faults`: list of text, each with its place."""

    def __init__(self, faults):
        super().__init__("the configuration has faults")
        self.faults = faults


class Draft:
    """What is to come in place of the home's files.

    `read_new()`: its entries; `read_rules()`: those of the rules, where others are to come, or
    None. `in_heap`: texts that are there already, `was_called`: {id: name} of the plugs before,
    `names`: {name: new name} of what else is called otherwise. `secrets`: those that belong to it,
    None for those in the flash.
    """

    def __init__(self, schema, read_new, read_rules, in_heap, was_called, names=(), secrets=None):
        self._schema = schema
        self._read_new = read_new
        self._secrets = load_secrets() if secrets is None else secrets
        if "plugs" in self._secrets:
            self._secrets["plugs"] = dict(keys(self._secrets))
        self._names = dict(names)  # {name: the new one}
        self._is_staged = False
        self._ids = []
        self._in_heap = in_heap
        self._was_called = was_called
        if not read_rules and _is_json(RULES_FILE):
            read_rules = self._rules
        self._read_rules = read_rules

    async def check(self):
        """Check it; return its Rules, or () where there are none. Raises Faulty."""
        await breathe()
        schema = self._schema
        entries = not_empty(self._entries)
        config = await step(schema.checking_home(entries, self._secrets, self._in_heap))
        if config["faults"]:
            raise Faulty(config["faults"])  # its rules would only say the same in other words
        outline(config)
        unload_components()  # what checks rules wants their room
        await breathe()
        await step(schema.checking_rules(config, self._read_rules))
        if config["faults"]:
            raise Faulty(config["faults"])
        await breathe()
        return config["rules"]

    async def again(self, rules):
        """Return the whole configuration again, which was found right."""
        schema = self._schema
        config = await step(schema.checking_home(self._entries(), self._secrets, self._in_heap))
        if rules:
            rules.bind(config)
        await step(schema.checking_rules(config, None))
        return config

    async def stage(self):
        """Stage what differs, a file at a time. Raises OSError; nothing is left of them then."""
        staging.discard()  # what a change that was cancelled has left
        try:
            for path, write in self._files():
                staging.stage(path, write)
                await breathe()
        except OSError:
            staging.discard()
            raise
        self._is_staged = True

    def _files(self):
        """Yield (path, write) of what is to be staged; each is, before the next is asked for."""
        yield CONFIG_FILE, lambda file: write_entries(self._entries(), file)
        if staging.is_same(CONFIG_FILE, staging.staged(CONFIG_FILE)):
            store.remove(staging.staged(CONFIG_FILE))
        elif store.exists(CONFIG_FILE):
            yield UNDO_FILE, lambda file: staging.copy(CONFIG_FILE, file)
        if self._needed() != load_secrets():
            yield SECRETS_FILE, lambda file: write_secrets(self._secrets, file)
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
            path = staging.staged(RULES_FILE)
            yield from read(path if store.exists(path) else RULES_FILE)
            return
        for key, index, value in read(RULES_FILE):
            yield key, index, renamed(value, self._names)

    def _needed(self):
        """Return the secrets without the keys of plugs that are neither here nor in an undo."""
        if "plugs" in self._secrets:
            kept = keys(self._secrets)
            wanted = self._ids + list(self._was_called)
            self._secrets["plugs"] = {id: kept[id] for id in kept if id in wanted}
        return self._secrets


def not_empty(read_new):
    """Yield the entries of what somebody has sent; none of something else is fine, nothing not."""
    is_empty = True
    for entry in read_new():
        is_empty = False
        yield entry
    if is_empty:
        raise Fault("an object in braces is expected, with something in it")


async def breathe():
    """Let others run: what they do not take in meanwhile fills the buffers of the network."""
    await sleep_ms(_BREATH_MS)


async def step(steps):
    """Return what a generator returns that yields nothing. Others run between its steps."""
    while True:
        try:
            next(steps)
        except StopIteration as e:
            return e.value
        await sleep_ms(0)


def _is_json(path):
    """Tell whether there are entries in a file. One that is broken stays as it is."""
    try:
        for _ in read(path, ()):
            pass
    except Fault:
        return False
    return True
