"""What the hub has found out and wants to know after a reboot, such as a plug's version."""

from hub.log import log
from hub.system.store import STATE_FILE, load, save
from tuya.errors import WrongVersion
from tuya.port import const, sleep_ms

# Flash wears out: what changes meanwhile goes out together.
_INTERVAL_MS = const(60000)
_SLICE_MS = const(10000)


class State:
    """Facts by the id of a plug: {"bf12..": {"version": "3.5"}}. No secret belongs here."""

    def __init__(self, path=STATE_FILE):
        self._path = path
        self._facts = load(path)
        self._is_new = False

    def recall(self, id, name):
        """Return a fact, None when it is not known."""
        return self.facts(id).get(name)

    def facts(self, id):
        """Return all facts, {name: value}."""
        facts = self._facts.get(id)
        return facts if isinstance(facts, dict) else {}

    def remember(self, id, name, value):
        """Take a fact, to be written by keep(); None is one that is not known any more."""
        if self.recall(id, name) != value:
            facts = self._facts[id] = self.facts(id)
            facts[name] = value
            if value is None:
                del facts[name]
            self._is_new = True

    def forget(self, id):
        """Forget all facts."""
        if self._facts.pop(id, None):
            self._is_new = True

    async def keep(self, beat):
        """Write what is new, for ever."""
        while True:
            for _ in range(_INTERVAL_MS // _SLICE_MS):
                beat()
                await sleep_ms(_SLICE_MS)
            if self._is_new:
                self.write()

    def write(self):
        """Write what is new now. A flash that does not take it is told of, and tried again."""
        try:
            save(self._path, self._facts)
        except OSError as e:
            log("%s could not be written (error %s)" % (self._path, e.errno))
        else:
            self._is_new = False


class Findings:
    """Has a device begin with what was found out of it before, and keeps what it finds out.

    A version that somebody has said is never overruled; an address is, as long as he says the
    same: plugs move.
    """

    def __init__(self, device, state):
        self._device = device
        self._state = state
        self._told = device.address
        self._finds_version = not device.version
        if self._finds_version:
            device.version = state.recall(device.id, "version")
            device.is_device22 = bool(state.recall(device.id, "device22"))
        if state.recall(device.id, "told") == self._told:
            device.address = state.recall(device.id, "address") or self._told
        device.subscribe(self)

    def put(self, changed):
        """Take news of the device."""
        device = self._device
        remember = self._state.remember
        if device.online:
            if self._finds_version:
                remember(device.id, "version", device.version)
                remember(device.id, "device22", device.is_device22)
            if device.address != self._told:
                remember(device.id, "told", self._told)
                remember(device.id, "address", device.address)
        elif self._finds_version and isinstance(device.error, WrongVersion):
            device.version = None  # its firmware has become another: it is found out again
