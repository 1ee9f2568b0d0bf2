"""One TCP connection to a device: sends requests, routes what comes back by its command.

Replies are matched by command and never by sequence number, which half of all devices count for
themselves. A push may come at any moment: before a reply, after it or instead of it.
"""

import asyncio

from tuya.dialect import parse_dps
from tuya.errors import (
    BadFrame,
    NoReply,
    NoResources,
    Offline,
    Rejected,
    SlotTaken,
    TuyaError,
)
from tuya.port import LATE_MS, const, own, sleep_ms, ticks_add, ticks_diff, ticks_ms, wait_ms

_HEART_BEAT = const(0x09)
_SESS_KEY_NEG_RESP = const(0x04)
_DP_QUERY = const(0x0A)
_DP_QUERY_NEW = const(0x10)

# How long a request may take. Real plugs answer within 0.6 s (99 of 100).
_REPLY_MS = const(2000)
#: How a device ends a connection at what it cannot read.
NO_WORD = "without a word"
#: Stands for a command in expect(): any message with DPs.
ANY_DPS = -1

_ROUND_MS = const(500)
# A silent device is asked for life after 9.3 to 9.8 s, and once more; those with a battery listen
# for 15 s after their last sign. One that hears nothing from us closes, after 15 to 30 s, however
# much it has to say itself. Some that measure answer 9 s late.
_SILENCE_MS = const(9300)
_UNSENT_MS = const(14000)
_PONG_MS = const(5000)
_PINGS = const(2)
# So much of what a device says instead of an answer is passed on.
_TEXT_MAX = const(100)
# What lwIP calls a lack of memory; 11 is that of a frame it could not put into its queue.
_NO_MEMORY = const((11, 12, 105))

# What is read into it is taken out before anybody else runs.
_received = (memoryview(bytearray(384)),)


class Reply:
    """What an outstanding request waits for: a message, or the error that ended it."""

    def __init__(self):
        self.event = asyncio.Event()
        self.due_at = None  # ticks_ms at which it expires
        self.message = None
        self.error = None

    def end(self, message=None, error=None):
        """Take what has come. A reply whose event is set waits for no more."""
        self.message = message
        self.error = error
        self.event.set()

    def expire(self, link):
        """Nothing has come in time."""
        # Late, it could be taken for the answer to the next request: the link has to go.
        link.fail(NoReply("no answer in time"))


class Link:
    """Owns `stream` until close().

    `on_dps(dps, cid, command)` is called with the DPs of every message, the sub-device that they
    are of (or None) and the command they came with.
    """

    asked_twice = False  # whether the first query may be answered once more
    asked_for_all = ()  # the Observed whose every possible DP was asked for: see device22.py
    children_lock = None  # type: asyncio.Lock | None  # of questions for sub-devices: gateway.py

    def __init__(self, stream, codec, on_dps):
        self._stream = stream
        self._codec = codec
        self._on_dps = on_dps
        self._sequence = 0
        self._held = b""
        self._replies = {}  # command: Reply of the one request outstanding
        self.heard_at = self._sent_at = ticks_ms()
        self.heard = False
        self.error = None  # why the link has ended

    @property
    def is_proved(self):
        """Whether the key has opened something that the device has sent."""
        return self._codec.proved

    def send(self, command, payload):
        """Send one frame, at once and in one write. Raises TuyaError when the link has ended."""
        if self.error:
            raise self.error.again()
        data = self._encode(command, payload)
        if self._held:
            data = self._held + data
            self._held = b""
        try:
            self._stream.send(data)
        except OSError as e:
            self.fail(self._lost(e))
            raise self.error.again() from None
        self._sent_at = ticks_ms()

    def rekey(self, command, payload, key):
        """Hold a last frame under the old key until the next, under the new one, goes out with it.

        Two writes would stall for 40 ms: TCP waits for the first to be acknowledged.
        """
        self._held = self._encode(command, payload)
        self._codec.use(key)

    def expect(self, command, reply):
        """Have `reply.end` called with the next message of `command`."""
        self._replies[command] = reply
        return reply

    def begin(self, command, payload, answer=None):
        """Send a request; return its Reply, which a message of `answer` (or `command`) ends."""
        reply = self.expect(answer or command, Reply())
        self.send(command, payload)
        return reply

    async def request(self, command, payload, ms=_REPLY_MS):
        """Send a request and return the message that answers it. Raises TuyaError."""
        reply = self.begin(command, payload)
        reply.due_at = ticks_add(self._sent_at, ms)
        await reply.event.wait()
        if reply.error:
            raise reply.error.again()
        return reply.message

    async def request_first(self, command, payload, may_be_lost):
        """As request(), before keep_alive() keeps deadlines; returns the Rejected of a refusal.

        `may_be_lost`: the device may have lost it, and is asked once more then.
        """
        reply = self.begin(command, payload)
        if may_be_lost:
            from tuya.session import repeat_lost

            await repeat_lost(self, reply, command, payload)
        if not await wait_ms(reply.event, _REPLY_MS):
            raise NoReply("connected, but no answer within %d ms" % _REPLY_MS)
        if reply.error and not isinstance(reply.error, Rejected):
            raise reply.error.again()
        return reply.error

    async def pass_over(self, command, ms):
        """Wait for an answer that nobody needs, so that it cannot answer what comes next."""
        await wait_ms(self.expect(command, Reply()).event, ms)

    async def read(self):
        """Read and route until the connection ends; `error` then says why."""
        try:
            await self._stream.pump(own(_received)[0], self._take)
            self.fail(self._closed())
        except OSError as e:
            self.fail(self._lost(e))
        except MemoryError:
            self.fail(_no_memory())
        finally:
            # Whatever ended the reading, nobody may go on waiting for what it would have read.
            self.fail(Offline("the connection was closed"))

    def look(self):
        """Take what has come already, a moment before read() would."""
        try:
            received = own(_received)[0]
            count = self._stream.read_now(received)
            if count:
                self._take(received[:count])
        except OSError:
            pass  # read() is told the same
        except MemoryError:
            self.fail(_no_memory())

    async def keep_alive(self, make_ping):
        """Keep the deadlines of requests, and ping a device that is silent for long.

        `make_ping` returns the body of a ping, which is not kept: it would take heap all along.
        Returns when the link has ended. Raises Offline when the device answers no ping.
        """
        pings = 0
        asked_at = 0
        now = ticks_ms()
        # Looking twice a second costs less heap than a task that could be woken up.
        while not self.error:
            await sleep_ms(_ROUND_MS)
            passed = ticks_diff(ticks_ms(), now)
            now = ticks_ms()
            if passed > _ROUND_MS + LATE_MS:
                continue  # the event loop stood still: what has come meanwhile is read first
            self._end_overdue(now)
            if pings and ticks_diff(self.heard_at, asked_at) >= 0:
                pings = 0
            if pings and ticks_diff(now, asked_at) < _PONG_MS:
                continue
            if pings == _PINGS:
                raise Offline("the plug has fallen silent")
            if pings or self._is_ping_due(now):
                pings += 1
                asked_at = now
                self.send(_HEART_BEAT, make_ping())

    def fail(self, error):
        """End the link because of `error`; its owner then closes it."""
        if not self.error:
            self.error = error
            for reply in self._replies.values():
                reply.end(error=error)
            self._replies.clear()

    def close(self):
        """End the link. The task in read() must have been cancelled or have ended before."""
        self._stream.close()
        self.fail(Offline("the connection was closed"))

    def _end_overdue(self, now):
        for command in list(self._replies):
            reply = self._replies.get(command)
            if reply and reply.due_at is not None and ticks_diff(now, reply.due_at) >= 0:
                reply.expire(self)
                if reply.event.is_set():
                    self._replies.pop(command, None)

    def _is_ping_due(self, now):
        return (
            ticks_diff(now, self.heard_at) >= _SILENCE_MS
            or ticks_diff(now, self._sent_at) >= _UNSENT_MS
        )

    def _closed(self):
        if self.heard:
            return Offline("the plug closed the connection")
        if self._sequence:
            return Offline("the plug closed the connection " + NO_WORD)
        return SlotTaken("the plug accepted the connection and closed it at once")

    def _lost(self, error):
        number = error.errno
        if number in _NO_MEMORY:
            return NoResources("this board had no memory for the connection (error %s)" % number)
        if not self.heard:
            # No evidence of a key: a device that is full or wedged resets, too.
            return SlotTaken("the connection was reset before a word came (error %s)" % number)
        return Offline("the connection was lost (error %s)" % number)

    def _encode(self, command, payload):
        self._sequence += 1
        return self._codec.encode(self._sequence, command, payload)

    def _take(self, data):
        if self.error:
            return
        self.heard = True
        self.heard_at = ticks_ms()
        try:
            messages = self._codec.feed(data)
        except BadFrame as e:
            for message in e.messages:
                self._route(message)
            # A key that has opened something on this connection is right: what it does not open
            # now is broken.
            self.fail(BadFrame(e.seen) if self.is_proved else e)
        except TuyaError as e:
            self.fail(e)
        else:
            for message in messages:
                self._route(message)

    def _route(self, message):
        command = message.command
        error = None
        if message.payload and command != _SESS_KEY_NEG_RESP:
            try:
                dps, cid = parse_dps(message.payload)
            except ValueError:
                error = Rejected("the plug says: %s" % _text(message.payload))
            else:
                if dps:
                    self._on_dps(dps, cid, command)
                    self._answer(ANY_DPS, dps, None)
        if command not in self._replies and command in (_DP_QUERY, _DP_QUERY_NEW):
            # Some devices answer the one query under the command of the other.
            command = _DP_QUERY_NEW if command == _DP_QUERY else _DP_QUERY
        # A push is of a command that nobody asks: what it proves, the owner of the DPs decides.
        self._answer(command, message, error)

    def _answer(self, command, message, error):
        reply = self._replies.get(command)
        if reply:
            reply.end(message, error)
            if reply.event.is_set():
                self._replies.pop(command, None)


def _no_memory():
    return NoResources("this board had no memory for what came")


def _text(payload):
    try:
        return payload[:_TEXT_MAX].decode()
    except UnicodeError:
        return "%d bytes that are no text" % len(payload)
