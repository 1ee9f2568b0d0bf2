"""A Tuya device on the LAN: one lasting connection, its DPs as it reports them, proved writes."""

import asyncio

from tuya.attempts import Attempts
from tuya.changes import Observed
from tuya.cipher import as_key
from tuya.dps import METER
from tuya.errors import NO_STATE, NoResources, Offline, Rejected, TuyaError
from tuya.port import call, connect, const, sleep_ms, unix_time, wait_ms
from tuya.versions import Codec, Dialect, as_version

if const(0):  # for an IDE: nothing is loaded here
    from tuya.shapes import Child, Connect, DPs, Find, OnPush, Sequence, Written

_STATUS = const(0x08)
_UPDATEDPS = const(0x12)

_REPLY_MS = const(2000)
# How long a request waits for the connection to come (back).
_READY_MS = const(2000)
# How many times as long a question waits while the cause of a failure is being found out.
_PATIENCE = const(5)
# A connection that closes within this, before we have said a word, closes for everybody.
_QUIET_MS = const(500)


class Device(Observed):
    """A device that is reached at `address` with its local key.

    `version` is "3.1" to "3.5" or a number, `address` a numeric one; None has either found out.
    They are remembered here, and where the device has moved to as well. `dps` holds what the
    device itself last reported, {number: value}; `online` and `error` tell of the connection.
    run() keeps the connection; `async with` runs it in a task of its own.
    """

    _task = None  # asyncio.Task | None: what runs it, where that is `async with`
    _is_running = False
    _children = None  # {cid: Child}, where it is a gateway
    # Most devices need neither: each takes 50 bytes of heap.
    _query_lock = None  # type: asyncio.Lock | None
    _arrival = None  # type: asyncio.Event | None  # for who waits until it is connected

    def __init__(
        self,
        id: str,
        address: str | None,
        key: str | bytes,
        version: str | float | None = "3.3",
        port: int = 6668,
        connect: "Connect" = connect,
        find: "Find | None" = None,
    ) -> None:
        super().__init__()
        if not (id and isinstance(id, str) and isinstance(address or "", str)):
            raise ValueError("an id and an address are texts, not %r and %r" % (id, address))
        version = as_version(version) if version else None
        # A board keeps 23 attributes in 192 bytes, and 24 in 240: the rest stands in the class.
        self.id: str = id
        self.address: str | None = address
        self.port: int = port
        self.version: str | None = version
        self.online: bool = False
        self.error: TuyaError | None = None  # the TuyaError that keeps the device offline
        #: Called with (DPs) of each push, also of one that changes nothing: for counting.
        self.on_push: "OnPush | None" = None
        if version == "3.2":
            self.is_device22: bool = True
        as_key(key)
        self._key = key  # as it was given: whoever keeps it as well shares it
        self._connect = connect
        self._attempts = Attempts(self, find)
        self._asked = self  # the Observed that a query is under way for
        self._dialect = self._link = self._reader = self._writer = None
        self.is_connected: bool = False  # it can be asked at once

    async def __aenter__(self) -> "Device":
        self._task = asyncio.create_task(self.run())
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._task.cancel()
        self._drop()
        self.end_changes()
        for child in (self._children or {}).values():
            child.end_changes()

    async def status(self) -> "DPs":
        """Ask the device for all its DPs. Returns {number: value}. Raises TuyaError.

        Waits for 2 s where it is not connected, up to 10 s while the cause is being found out.
        """
        return await self.status_of(self)

    async def set(self, dps: "Written", confirm: bool = True) -> None:
        """Write DPs, {number: value}; return when the device has confirmed them.

        Without `confirm` its acknowledgement is enough: for DPs that are never reported. Raises
        Rejected when it did not take them, and the cause when it is not reached within 2 s.
        A number may be a text, "1"; a value is a bool, number or text: ValueError for any other.
        """
        await self.write_to(self, dps, confirm)

    @property
    def is_gateway(self) -> bool:
        """Whether child() has been asked for one of its sub-devices."""
        return bool(self._children)

    @property
    def is_looking(self) -> bool:
        """Whether its version, its address or what it lacks is being found out."""
        return self._attempts.is_looking or self._attempts.is_searching

    def use_key(self, key: str | bytes) -> None:
        """Go on with another local key, with a connection of its own; the same changes nothing."""
        if as_key(key) == as_key(self._key):
            return
        self._key = key
        self._attempts.hurry()
        self._attempts.close()
        self._attempts = Attempts(self, self._attempts.find)
        if self._link:
            self._link.fail(Offline("there is a new key"))

    async def refresh(self, dps: "Sequence[int]" = METER, cid: str | None = None) -> None:
        """Ask the device to measure and push `dps`. Pushes may follow; nothing is waited for."""
        from tuya.dialect import update_dps

        (await self._ready()).send(_UPDATEDPS, update_dps(dps, cid))

    def child(self, cid: str) -> "Child":
        """Return the sub-device `cid` of a gateway, which has the calls of a Device."""
        self._children = self._children or {}
        if cid not in self._children:
            from tuya.gateway import Child

            self._children[cid] = Child(self, cid)
        return self._children[cid]

    async def online_children(self) -> dict[str, bool]:
        """Ask a gateway for its sub-devices: {cid: whether it is online}. Raises TuyaError."""
        from tuya.gateway import online_children

        return await online_children(await self._ready(), self._children or {})

    async def status_of(self, observed: Observed) -> "DPs":
        """As status(), of this device or one of its children."""
        await self._query(await self._ready(_PATIENCE), observed)
        return dict(observed.dps)

    async def write_to(self, observed: Observed, dps: "Written", confirm: bool) -> None:
        """As set(), to this device or one of its children."""
        from tuya.write import Writer, checked

        dps = checked(dps)
        link = await self._ready()
        writer = self._writer = self._writer or Writer(link, self._dialect, self._query)
        if self.version == "3.1":
            from tuya.key31 import Judge

            writer = Judge(writer, link, self._attempts, self._judge)
        await writer.write(observed, dps, confirm)

    async def run(self) -> None:
        """Keep the device connected, for ever. Ends only when cancelled."""
        self._is_running = True
        try:
            await self._attempts.rest()
            while True:
                try:
                    try:
                        await self._session()
                    except TuyaError as e:
                        self._lose(await self._attempts.fail(e))
                    await self._attempts.pause()
                except Exception as e:
                    self._lose(NoResources.of(e))
                    await sleep_ms(_READY_MS)
        finally:
            self._is_running = False
            self._attempts.close()

    def _lose(self, error):
        if error:
            self.online = False
            self.error = error
        self.tell({})

    async def _session(self):
        # What a connection needs is loaded with the first: it serves nothing before.
        from tuya.link import Link

        attempts = self._attempts
        version, is_quiet = await attempts.plan()
        if version == "3.2":
            self.is_device22 = True  # all of them are
        address = attempts.address
        if not address:
            raise Offline("its address is not known yet")
        try:
            stream = await self._connect(address, self.port, attempts.connect_ms)
        except (OSError, asyncio.TimeoutError) as e:
            from tuya.diagnose import why_no_connection

            raise why_no_connection(e, address) from None
        attempts.stage = attempts.GREETING
        try:
            self._dialect = Dialect(version, self.id)
            link = Link(stream, Codec(version, self._key), self._see)
            self._reader = asyncio.create_task(link.read())
        except BaseException:  # there is no memory for it
            stream.close()
            raise
        self._link = link
        try:
            if is_quiet:
                await sleep_ms(_QUIET_MS)
            refusal = await self._greet(link, version)
            attempts.succeed(version, link.is_proved)
            self.version = version
            self.is_connected = True
            if self._arrival:
                self._arrival.set()
                self._arrival = None
            self._judge()
            if link.asked_twice or refusal:  # the first query is done with before another is made
                async with self._lock():
                    if link.asked_twice:
                        await link.pass_over(self._dialect.query_command, _REPLY_MS // 2)
                    if refusal:
                        await self._reread(link, self, refusal)
            await link.keep_alive(self._dialect.heartbeat)
            raise link.error.again()
        finally:
            self._drop()

    async def _greet(self, link, version):
        """Have the device talk; return the error of the first query when it was refused.

        What is encrypted shows that version and key are right, whatever it says.
        """
        if version >= "3.4":
            from tuya.session import Negotiation, negotiate

            await negotiate(link, Negotiation(version, self._key))
        if self._attempts.is_wanted:
            return None  # it answers one question: that of who waits
        if self.is_device22 and await self._ask_device22(link, self):
            return None
        query = self._dialect.query(unix_time())
        command = self._dialect.query_command
        refusal = await link.request_first(command, query, version >= "3.4")
        if link.is_proved or (version == "3.1" and not refusal):
            return refusal
        from tuya.diagnose import judge_clear

        return await judge_clear(self, link, version, refusal, self._reread)

    def _judge(self):
        """Be online, unless the key is doubted though the device talks, as in 3.1 it may."""
        self.error = self._attempts.doubt
        self.online = not self.error
        self.tell({})

    def _drop(self):
        self.is_connected = False
        if self._writer:
            self._writer.close()
            self._writer = None
        if self._link:
            self._reader.cancel()
            self._link.close()
            # A task that has ended keeps what it worked with, and that is heap.
            self._reader = self._link = self._dialect = None

    async def _query(self, link, observed):
        # One at a time, so that what answers was asked for after the wait began. (An `async with`
        # of MicroPython takes ten times as long.)
        lock = self._lock()
        await lock.acquire()
        try:
            if link.error:  # it has ended while others were asking
                raise link.error.again()
            if observed.is_device22 and await self._ask_device22(link, observed):
                return
            self._asked = observed
            body = self._dialect.query(unix_time(), observed.cid)
            await link.request(self._dialect.query_command, body, observed.reply_ms)
        except Rejected as e:
            if not await self._reread(link, observed, e):
                raise
        finally:
            self._asked = self
            lock.release()

    def _lock(self):
        """Return the lock of queries."""
        self._query_lock = self._query_lock or asyncio.Lock()
        return self._query_lock

    async def _reread(self, link, observed, error):
        """Read by nulls what calls a query unvalid; tell whether that worked."""
        is_unvalid = error.seen.endswith(NO_STATE) and not self.is_gateway
        return is_unvalid and await self._ask_device22(link, observed)

    async def _ask_device22(self, link, observed):
        from tuya.device22 import ask_device22

        # 3.4 is asked as 3.3 is (tinytuya: device22).
        dialect = Dialect("3.3", self.id) if self._attempts.version == "3.4" else self._dialect
        observed.is_device22 = await ask_device22(link, dialect, observed)
        return observed.is_device22

    async def _ready(self, patience=1):
        if not self.is_connected or self._link.error:
            self.is_connected = False
            # A question waits while the cause is being found out; a write does not.
            is_urgent = patience == 1 or not self._attempts.is_looking
            if is_urgent and self._attempts.hurry() and self._link:
                self._link.fail(Offline("it is tried in its own version first"))
            arrival = self._arrival = self._arrival or asyncio.Event()
            while not await wait_ms(arrival, _READY_MS):
                patience -= 1
                if not (patience and self._attempts.is_looking):
                    break
        # It may have come and gone while we waited for our turn.
        if not self.is_connected:
            if self.error:
                raise self.error.again()
            if not self._is_running:
                raise Offline("nothing connects it: use it inside `async with`, or run() it")
            # Nothing has failed: this blames nobody.
            raise TuyaError("it is still being connected: try again in a moment")
        return self._link

    def _see(self, dps, cid, command):
        if self.error and self.is_connected and self._link.is_proved:
            self._attempts.prove_key()
            self._judge()
        observed = self
        if cid:
            observed = self._children.get(cid) if self._children else None
        elif command != _STATUS:
            observed = self._asked  # an answer need not say whose it is
        if observed:
            observed.take(dps)
            if self.on_push and command == _STATUS and observed is self:
                call(self.on_push, dps, "on_push has failed")
            if self._writer:
                self._writer.see(observed, dps)
