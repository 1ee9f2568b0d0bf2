"""The plug itself: what it is, who is connected, and how the world acts on it."""

import asyncio

from fakeplug import negotiation
from fakeplug.bodies import Bodies
from fakeplug.clock import SystemClock
from fakeplug.codec import CODECS, source_header
from fakeplug.countdown import Countdown
from fakeplug.datapoints import Datapoints, is_energy
from fakeplug.firmware import Firmware
from fakeplug.ports import free_port
from fakeplug.quirks import Quirks
from fakeplug.session import Session

#: How many client frames `received` remembers.
RECEIVED_LIMIT = 1000
#: Ending sessions needs a turn of the event loop or two; more means a fault of ours.
STOP_DEADLINE_S = 5.0


class FakePlug:
    """A Tuya LAN device in software.

    `id` and `key` (16 characters) are texts, `version` is "3.1" to "3.5", `dps` maps DP numbers
    to bool, int, float or str. `children` makes it a gateway: it maps the cid of each sub-device
    to its DPs. `clock` is a SystemClock or a ManualClock. All methods belong to the event loop's
    thread.

        async with FakePlug(id="bf...", key="0123456789abcdef", dps={1: True}) as plug:
            print(plug.host, plug.port)
    """

    def __init__(
        self, id, key, version="3.3", dps=None, quirks=None, *, children=None, clock=None
    ):
        if version not in CODECS:
            raise ValueError(f"version {version!r}: expected one of {', '.join(CODECS)}")
        self.id = id
        self.key = key.encode()
        self.version = version
        self.quirks = quirks or Quirks()
        self.clock = clock or SystemClock()
        self.bodies = Bodies(version, id)
        self.children = {cid: Datapoints(values) for cid, values in (children or {}).items()}
        #: The cids of sub-devices that the gateway cannot reach.
        self.offline = set()
        self.firmware = Firmware(self)
        self.countdown = Countdown(self)
        self.received = []
        self.sessions = []
        self.host = None
        self.port = None
        self._datapoints = Datapoints(dps or {1: False})
        #: Whether it stands still: see freeze().
        self.is_frozen = False
        self._powered = False
        self._server = None
        self._relisten = None
        self._pushes = 0
        self._connections = 0
        self._negotiations = 0
        self._waiters = []

    # --- power ---

    async def start(self, host="127.0.0.1", port=0):
        """Listen. `host` and `port` tell the address afterwards; port 0 picks one.

        Raises OSError when the address is taken.
        """
        if self._powered:
            raise RuntimeError(f"plug {self.id} is already started")
        self.host, self.port = host, port or free_port(host=host)
        self._connections = 0
        self._powered = True
        try:
            await self._listen()
        except BaseException:
            self._powered = False
            raise

    async def stop(self):
        """Pull it from the wall: listener and sessions go away. `start` may follow.

        What DP 38 says ("on", "off", "memory") becomes of DP 1 when the power returns.
        """
        self._powered = False
        if self._relisten:
            # Not cancelled: that could leave a listener behind that nobody knows of.
            await asyncio.wait([self._relisten])
            self._relisten = None
        self._unlisten()
        self.countdown.cancel()
        self.crash()
        async with asyncio.timeout(STOP_DEADLINE_S):
            await self.wait_for(lambda plug: not plug.sessions)
        after = {"on": True, "off": False}.get(self._datapoints.values.get(38))
        if after is not None:
            self._datapoints.update({1: after})

    async def reboot(self):
        """Power off and on again at the same address."""
        await self.stop()
        await self.start(self.host, self.port)

    async def __aenter__(self):
        if not self._powered:
            await self.start()
        return self

    async def __aexit__(self, *_):
        await self.stop()

    @property
    def listening(self):
        """True while new connections are accepted by TCP."""
        return self._server is not None

    def crash(self):
        """End every session at once; the listener stays."""
        for session in self.sessions:
            session.abort()

    def freeze(self):
        """Stand still, as a stopped process does: TCP takes what comes, and nobody reads it."""
        self.is_frozen = True
        for session in self.sessions:
            session.pause()

    def thaw(self):
        """Go on, first with all that has come meanwhile."""
        self.is_frozen = False
        for session in self.sessions:
            session.resume()

    def rekey(self, key):
        """Take a new local key, as a re-pairing in the app does; sessions end."""
        self.key = key.encode()
        self.crash()

    async def _listen(self):
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Session(self), self.host, self.port, reuse_address=True
        )
        self.changed()

    async def _listen_again(self):
        await self._listen()
        self._relisten = None

    def _unlisten(self):
        if self._server:
            self._server.close()
            self._server = None

    # --- the world acts on the plug ---

    @property
    def dps(self):
        """The true state, by DP number. A copy; `press` and `measure` change it."""
        return dict(self._datapoints.values)

    def press(self, changes, cid=None):
        """Change DPs as a button or the phone app does: every session gets a push."""
        changed = self.datapoints(cid).update(changes)
        if not cid:
            changed |= self.countdown.see(changed)
        if self.quirks.measures == "on_updatedps":
            changed = {dp: value for dp, value in changed.items() if not is_energy(dp, value)}
        self.publish(changed, cid)
        self.changed()

    def measure(self, values, cid=None):
        """Change DPs without a push, as a meter does between its reports."""
        self.datapoints(cid).update(values)
        self.changed()

    def report(self, dps, cid=None):
        """Push these DPs (numbers) although nothing changed."""
        values = self.datapoints(cid).values
        self.publish({dp: values[dp] for dp in dps}, cid)

    async def wait_for(self, predicate):
        """Return when `predicate(plug)` is true. It is asked after every change and frame.

        Has no deadline of its own: use asyncio.timeout.
        """
        if predicate(self):
            return
        waiter = predicate, asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter[1]
        finally:
            self._waiters.remove(waiter)

    # --- what firmware and sessions use ---

    def datapoints(self, cid=None):
        return self.children[cid] if cid else self._datapoints

    def codec(self, key):
        codec = CODECS[self.version]
        if self.version == "3.4":
            return codec(key, self.quirks.pad_empty)
        return codec(key)

    def publish(self, changed, cid=None):
        """Push DPs to every session, unless there are none or this plug never pushes."""
        if not changed or self.quirks.push == "none":
            return
        self.datapoints(cid).told(changed)
        for session in self.sessions:
            session.push(changed, cid)

    def push_header(self):
        self._pushes += 1
        if self.quirks.zero_header:
            return source_header(self.version, 0, 0)
        return source_header(self.version, self._pushes)

    def choose_nonce(self, client_nonce):
        self._negotiations += 1
        is_zero = self._negotiations <= self.quirks.zero_keys
        choose = negotiation.zero_key_nonce if is_zero else negotiation.device_nonce
        return choose(self.version, self.key, client_nonce)

    def note(self, frame):
        self.received.append(frame)
        if len(self.received) > RECEIVED_LIMIT:
            del self.received[0]
        self.changed()

    def changed(self):
        """Let `wait_for` look again."""
        for predicate, future in self._waiters:
            if not future.done() and predicate(self):
                future.set_result(None)

    def admit(self, session):
        """Give a new connection a slot; False when it has to close."""
        quirks = self.quirks
        self._connections += 1
        if not self._powered or 0 < quirks.wedge_after < self._connections:
            return False
        if len(self.sessions) >= quirks.slots:
            if quirks.slots_full != "kick":
                return False
            self.sessions.pop(0).close()
        self.sessions.append(session)
        if quirks.slots_full == "refuse" and len(self.sessions) >= quirks.slots:
            self._unlisten()
        self.changed()
        return True

    def leave(self, session):
        """Free the slot of a connection that ended."""
        if session not in self.sessions:
            return
        self.sessions.remove(session)
        if self._powered and not self.listening and not self._relisten:
            self._relisten = asyncio.get_running_loop().create_task(self._listen_again())
        self.changed()
