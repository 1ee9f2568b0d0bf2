"""An MQTT client: keeps a connection to a broker, and says in words why there is none.

Messages have QoS 1, and at most four of them wait for the broker's word. None is kept for the next
connection: who talks tells then how things are, and an event of long ago would only do harm.
"""

import asyncio
import os

from hub.log import WARNING, log
from hub.mqtt import packets
from hub.mqtt.packets import BadPacket, Decoder, Refused
from hub.system.unload import unload
from tuya.port import const, sleep_ms, ticks_diff, ticks_ms, wait_ms, within

_WINDOW = const(4)
# A command is far smaller; what is longer is not for us.
_RECEIVED = const(512)
# A long message leaves in pieces of this size, alone: all that is under way takes memory of the
# network, of which a board has little.
_PIECE = const(1000)
# While the network lacks memory what is sent waits for it, so long at most.
_SCARCE_MS = const(50)
_SCARCE = const(20)
# So often who talks is woken to look after the connection.
_TICK_MS = const(1000)
_ACKS_MAX = const(128)  # bytes
_KEEPALIVE_S = const(30)
_PING_MS = const(15000)
# How long the broker may take for its answer to anything, and to read what is sent.
_ANSWER_MS = const(10000)
_PAUSE_MIN_MS = const(1000)
_PAUSE_MAX_MS = const(60000)
# A connection that lasted for less was none: somebody else may have our id.
_LASTING_MS = const(30000)

#: How a connection fails.
FAILURES = (Refused, BadPacket, EOFError, OSError, asyncio.TimeoutError, MemoryError)


class Client:
    """Owns the connection to the broker of `settings`: host, port, user, password, client_id.

    `reach()` returns a connected stream (see net/way.py). `take(topic, payload, is_retained)` is
    called with each message and must return at once; a payload is None when it was too long.
    `wake()` has who talks call look(): each second, and when the connection is lost. At
    `will_topic` "offline" is retained when the hub is gone. `is_scarce()` tells whether the
    network lacks memory.
    """

    def __init__(self, settings, reach, will_topic, take, wake, is_scarce):
        self.settings = settings
        self.error = "not connected yet"  # why there is no connection, or what it lacks, in words
        self.is_connected = False
        self._reach = reach
        self._will_topic = will_topic
        self._take = take
        self._wake = wake
        self._is_scarce = is_scarce
        self._decoder = Decoder(_RECEIVED, self)
        self._event = asyncio.Event()  # something has come that was waited for
        self._stream = None
        self._tasks = ()  # what reads, and what wakes who talks
        self._unacknowledged = {}  # {id: ticks_ms at which it was sent}
        self._last_id = 0
        self._topics = ()
        self._opened_at = ticks_ms()
        self._begin()

    def _begin(self):
        self._code = None  # of CONNACK
        self._lost = None  # what has ended the connection
        self._is_sending = False
        self._acks = b""  # what has to wait until a long message has been sent
        self._unacknowledged.clear()
        self._heard_at = self._sent_at = self._pinged_at = ticks_ms()
        self._decoder.begin()

    # --- the connection ---

    async def run(self, talk):
        """Keep the connection, for ever; `talk(client)` is run while there is one.

        What talk() raises of FAILURES ends it.
        """
        pause = _PAUSE_MIN_MS
        while True:
            self._begin()
            try:
                await self.open()
                await talk(self)
            except asyncio.CancelledError:
                self._say_goodbye()
                raise
            except FAILURES as e:
                if self._has_lasted():
                    pause = _PAUSE_MIN_MS
                self._tell_of(e)
            finally:
                self.close()
            # Not all hubs of a house come back in the same moment.
            await sleep_ms(pause - pause * os.urandom(1)[0] // 512)
            pause = min(2 * pause, _PAUSE_MAX_MS)

    async def open(self):
        """Connect, and wait until the broker has let us in. Raises FAILURES."""
        self._opened_at = ticks_ms()
        self._stream = await self._reach()
        self._opened_at = self._heard_at = ticks_ms()
        self._tasks = asyncio.create_task(self._read()), asyncio.create_task(self._tick())
        from hub.mqtt.opening import connect

        settings = self.settings
        user = settings["user"], settings["password"]
        about = settings["client_id"], _KEEPALIVE_S, self._will_topic, "offline"
        data = connect(*(about + user))
        connect = None
        unload("hub.mqtt.opening")
        await self._send(data)
        while self._code is None:
            await self._answered()
        if self._code:
            raise Refused(self._code)
        self.error = None
        self.is_connected = True
        log("MQTT: connected to %s" % settings["host"])

    def close(self):
        """Close the connection, if there is one."""
        self.is_connected = False
        for task in self._tasks:
            task.cancel()
        self._tasks = ()
        if self._stream:
            self._stream.close()
            self._stream = None

    def look(self):
        """Ping the broker when it is time. Raises what has ended the connection."""
        self._check()
        now = ticks_ms()
        silence = ticks_diff(now, self._heard_at)
        if silence >= _KEEPALIVE_S * 1000 or any(
            [ticks_diff(now, at) >= _ANSWER_MS for at in self._unacknowledged.values()]
        ):
            raise asyncio.TimeoutError
        silence = max(silence, ticks_diff(now, self._sent_at))
        if silence >= _PING_MS and ticks_diff(now, self._pinged_at) >= _PING_MS:
            self._pinged_at = now
            self._send_now(packets.PING)

    def _has_lasted(self):
        return ticks_diff(ticks_ms(), self._opened_at) >= _LASTING_MS

    def _say_goodbye(self):
        """Send the will oneself and part as is proper, as far as that can be done at once."""
        if self.is_connected and not self._is_sending:
            goodbye = packets.publish(self._will_topic, 7, self._next_id(), True) + b"offline"
            try:
                self._stream.send_some(goodbye + packets.DISCONNECT)
            except OSError:
                pass  # the broker has it as the will

    def _tell_of(self, error):
        from hub.mqtt.failures import in_words

        was = self.error
        self.error = in_words(error, self.is_connected, self.settings)
        in_words = None
        unload("hub.mqtt.failures")
        if self.is_connected and isinstance(error, EOFError) and not self._has_lasted():
            self.error += "; has another client the id %s?" % self.settings["client_id"]
        if self.error != was:
            log("MQTT: %s" % self.error, WARNING)

    # --- what is sent: by who talks, and by nobody else ---

    async def subscribe(self, topics):
        """Subscribe to topics, a tuple of text. Raises as look()."""
        from hub.mqtt.opening import subscribe

        self._topics = topics
        data = subscribe(self._next_id(), topics)
        subscribe = None
        unload("hub.mqtt.opening")
        await self._send(data)

    async def publish(self, topic, payload, is_retained=False):
        """Send a message; wait before that while four are under way. Raises as look().

        `payload`: text, or a function that returns an iterator of bytes, the same each time it
        is called: a long one is never in the heap as a whole.
        """
        if isinstance(payload, str):
            while len(self._unacknowledged) >= _WINDOW:
                await self._answered()
            data = payload.encode()
            await self._send(self._head(topic, len(data), is_retained) + data)
            return
        await self.settle()
        size = sum(len(part) for part in payload())
        await self._send_parts(self._head(topic, size, is_retained), payload())
        await self.settle()

    def _head(self, topic, size, is_retained):
        id = self._next_id()
        self._unacknowledged[id] = ticks_ms()
        return packets.publish(topic, size, id, is_retained)

    async def settle(self):
        """Wait until the broker has acknowledged all. Raises as look()."""
        while self._unacknowledged:
            await self._answered()

    def _next_id(self):
        self._last_id = self._last_id % 65535 + 1
        return self._last_id

    async def _answered(self):
        """Wait for the broker's word on something; who waits looks whether that was it."""
        self._check()
        self._event.clear()
        if not await wait_ms(self._event, _ANSWER_MS):
            raise asyncio.TimeoutError

    async def _send(self, data):
        """Send bytes, in one write unless the broker is slow."""
        await self._flush(data)
        self._is_sending = False
        self._acknowledge()

    async def _send_parts(self, head, parts):
        piece = bytearray(head)
        for part in parts:
            if len(piece) + len(part) > _PIECE:
                await self._flush(piece)
                piece = bytearray()
            piece.extend(part)
        await self._send(piece)

    async def _flush(self, data):
        self._check()
        self._is_sending = True
        for _ in range(_SCARCE):
            if not self._is_scarce():
                break
            await sleep_ms(_SCARCE_MS)
        sent = self._stream.send_some(data)
        while sent < len(data):
            await within(self._stream.writable, _ANSWER_MS)
            sent += self._stream.send_some(memoryview(data)[sent:])
        self._sent_at = ticks_ms()

    def _send_now(self, data):
        sent = self._stream.send_some(data)
        if sent < len(data):
            raise asyncio.TimeoutError  # a broker that does not even take this reads nothing
        self._sent_at = ticks_ms()

    def _acknowledge(self):
        if self._acks and not self._is_sending:
            acks = self._acks
            self._acks = b""
            self._send_now(acks)

    # --- what comes ---

    async def _tick(self):
        while True:
            await sleep_ms(_TICK_MS)
            self._wake()

    async def _read(self):
        decoder = self._decoder
        try:
            while True:
                count = await self._stream.readinto(decoder.room)
                if not count:
                    raise EOFError
                self._heard_at = ticks_ms()
                decoder.took(count)
        except FAILURES as e:
            self._lost = self._lost or e
        finally:
            self._lost = self._lost or EOFError()
            self._event.set()
            self._wake()

    def _check(self):
        if self._lost:
            raise self._lost

    def connected(self, code):
        self._code = code
        self._event.set()

    def message(self, topic, payload, is_retained, is_again, id):
        if id is not None:
            self._acks += packets.puback(id)
            if len(self._acks) > _ACKS_MAX:
                raise BadPacket("more messages than may be under way")
            self._acknowledge()
        if is_again:
            # It may have been carried out: a toggle must not be done twice.
            log("MQTT: %s has come twice: ignored" % topic, WARNING)
        else:
            self._take(topic, payload, is_retained)

    def acknowledged(self, id):
        if self._unacknowledged.pop(id, None) is None:
            raise BadPacket("a word on what was not sent")
        self._event.set()

    def subscribed(self, codes):
        denied = [
            topic
            for topic, code in zip(self._topics, codes)  # noqa: B905 - MicroPython's has no strict
            if code == packets.DENIED
        ]
        self._topics = ()
        if denied:
            self.error = "the broker does not let us subscribe to %s" % ", ".join(denied)
            log("MQTT: " + self.error, WARNING)
