"""A Tuya device on the LAN: one lasting connection, its DPs as it reports them, proved writes."""

import asyncio
import random

from .changes import Changes
from .codec import Codec, as_key
from .command import UPDATEDPS
from .diagnose import why_no_connection
from .dialect import Dialect33, update_dps
from .errors import NoReply, Rejected, TuyaError
from .link import REPLY_MS, Link
from .port import connect, const, ticks_ms, unix_time, wait_ms
from .write import Writer

# A device that accepts connections takes longer than this only behind a very bad link.
_CONNECT_MS = const(3000)
# How long a request waits for the connection to come (back).
_READY_MS = const(2000)
# Nothing accepted: trying again costs the device nothing, and it should be found soon.
_RETRY_ABSENT_MS = const(2000)
# Accepted, then failed: connecting over and over wedges some plugs until they lose power.
_RETRY_MIN_MS = const(1000)
_RETRY_MAX_MS = const(60000)
# The DPs of current, power and voltage of nearly all plugs with a meter.
_METER_DPS = (18, 19, 20)


class Device:
    """A device that is reached at `address` with its local key.

    `dps` holds what the device itself last reported, {number: value}; `online` and `error` tell
    of the connection. run() keeps the connection; `async with` runs it in a task of its own.
    """

    def __init__(self, id, address, key, version="3.3", port=6668, connect=connect):
        self.id = id
        self.address = address
        self.port = port
        self.version = version
        self.dps = {}
        self.online = False
        self.error = None  # the TuyaError that keeps the device offline
        self.heard_at = None  # ticks_ms of the last DPs
        self._key = as_key(key)
        self._dialect = Dialect33(id)
        self._connect = connect
        self._link = None
        self._reader = None
        self._writer = None
        self._accepted = False
        self._subscribers = []
        self._query_lock = asyncio.Lock()
        self._is_ready = asyncio.Event()
        self._hurry = asyncio.Event()
        self._failures = 0
        self._task = None
        Codec(version, self._key)  # an unknown version is told at once

    async def __aenter__(self):
        self._task = asyncio.create_task(self.run())
        return self

    async def __aexit__(self, *exception):
        self._task.cancel()
        self._drop()
        for changes in list(self._subscribers):
            if isinstance(changes, Changes):
                changes.close()

    async def status(self):
        """Ask the device for all its DPs. Returns {number: value}. Raises TuyaError."""
        await self._query(await self._ready())
        return dict(self.dps)

    async def set(self, dps):
        """Write DPs, {number: value}; return when the device has confirmed them.

        Raises Rejected when it did not take them, and the cause when it is not reached within
        2 s. Never queues for longer.
        """
        link = await self._ready()
        if not self._writer:
            self._writer = Writer(link, self._dialect, self.dps, self._query)
        await self._writer.write(dps)

    async def refresh(self, dps=_METER_DPS):
        """Ask the device to measure and push `dps`. Pushes may follow; nothing is waited for."""
        (await self._ready()).send(UPDATEDPS, update_dps(dps))

    def changes(self):
        """Return an async iterator of {number: value}, what has changed since the last turn.

        An empty one says that `online` or `error` did. A slow reader gets several changes as
        one; none is lost. Use it with `async with` or close() it when leaving early.
        """
        return Changes(self._subscribers)

    def subscribe(self, subscriber):
        """Have `subscriber.put(changed)` called with what changes() would tell.

        It must return at once: for those who only pass the news on.
        """
        self._subscribers.append(subscriber)

    async def run(self):
        """Keep the device connected, for ever. Ends only when cancelled."""
        while True:
            self._hurry.clear()
            try:
                await self._session()
            except TuyaError as e:
                self._lost(e)
            await wait_ms(self._hurry, self._pause_ms())

    async def _session(self):
        self._accepted = False
        try:
            stream = await self._connect(self.address, self.port, _CONNECT_MS)
        except (OSError, asyncio.TimeoutError) as e:
            raise why_no_connection(e, self.address) from None
        self._accepted = True
        self._link = link = Link(stream, Codec(self.version, self._key), self._see)
        self._reader = asyncio.create_task(link.read())
        try:
            await self._greet(link)
            await link.keep_alive(self._dialect.heartbeat())
            raise link.error.again()
        finally:
            self._drop()

    async def _greet(self, link):
        # What the first query brings shows that version and key are right.
        reply = link.begin(self._dialect.query_command, self._dialect.query(unix_time()))
        if not await wait_ms(reply.event, REPLY_MS):
            raise NoReply("connected, but no answer within %d ms" % REPLY_MS)
        if reply.error and not isinstance(reply.error, Rejected):
            raise reply.error.again()
        self._found()

    def _drop(self):
        self._is_ready.clear()
        if self._writer:
            self._writer.close()
            self._writer = None
        if self._link:
            self._reader.cancel()
            self._link.close()
            self._link = None

    async def _query(self, link):
        # One at a time, so that what answers was asked for after the wait began.
        async with self._query_lock:
            await link.request(self._dialect.query_command, self._dialect.query(unix_time()))

    async def _ready(self):
        if not self._is_ready.is_set() or self._link.error:
            self._is_ready.clear()
            self._hurry.set()
            if not await wait_ms(self._is_ready, _READY_MS):
                if self.error:
                    raise self.error.again()
                raise NoReply("%s is still being connected" % self.address)
        return self._link

    def _found(self):
        self._failures = 0
        self.online = True
        self.error = None
        self._is_ready.set()
        self._tell({})

    def _lost(self, error):
        self._failures += 1
        self.online = False
        self.error = error
        self._tell({})

    def _pause_ms(self):
        longest = _RETRY_MAX_MS if self._accepted else _RETRY_ABSENT_MS
        pause = min(_RETRY_MIN_MS << min(self._failures - 1, 6), longest)
        return pause - random.getrandbits(8) * pause // 1024

    def _see(self, dps):
        self.heard_at = ticks_ms()
        news = {dp: dps[dp] for dp in dps if dp not in self.dps or self.dps[dp] != dps[dp]}
        self.dps.update(news)
        if self._writer:
            self._writer.see(dps)
        if news:
            self._tell(news)

    def _tell(self, news):
        for subscriber in self._subscribers:
            subscriber.put(news)
