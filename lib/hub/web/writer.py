"""What leaves for the clients, joined to pieces of up to 1,440 bytes in one buffer for all.

lwIP and the driver keep each piece that is sent, and some 350 bytes for it, until the other side
has it: many tiny ones take all the memory that Wi-Fi lives on. A socket that poll() calls writable
takes a piece of this size whole, and with two of them it is not writable any more. While that
memory is scarce pieces wait for it, the first of an answer too.
"""

import asyncio
import errno

from tuya.port import const, sleep_ms, ticks_diff, ticks_ms, wait_for_ms, writable

# A segment of lwIP: two are half of its send buffer, and with a byte less in each of them a third
# would follow. What a client does not read stays there for a while after its socket was closed.
_PIECE = const(1440)
# How long a client may take nothing, in slices: an event loop that stood still is not its fault.
_SLICE_MS = const(250)
_SLICES = const(20)
_SLICES_WITH_TURN = const(8)  # while others may wait for theirs
# Of clients that take nothing for longer than this, one is borne: two pieces lie there for it.
_STALLED = const(4)
# How long a piece waits at most for memory that is scarce, in slices.
_SCARCE = const(66)
_SCARCE_MS = const(30)


class Writer:
    """Sends to one client after the other; between filling and sending nobody else runs.

    `is_scarce(is_fresh, ms)` tells whether the network lacks memory for one more, or for the first
    piece of an answer, `ms` after the last piece; `give_way()` lets those go first who must not
    wait until a piece has been made.
    """

    def __init__(self, is_scarce, give_way):
        self._is_scarce = is_scarce
        self._sent_at = ticks_ms()
        self._give_way = give_way
        self._view = memoryview(bytearray(_PIECE))
        self._is_stalled = False  # one of the clients
        # Who sends more than one piece: three answers at a time would hold 11 kB.
        self._turn = asyncio.Lock()

    async def answer(self, sock, response):
        """Send all of a Response. Raises what write() does."""
        await self.write(sock, response.begin(), True)
        if response.is_stream:
            async for parts in response.body:
                await self.write(sock, parts)

    async def write(self, sock, parts, is_fresh=False):
        """Send all bytes that an iterator yields. `is_fresh`: nothing waits to be sent yet.

        Raises OSError, asyncio.TimeoutError where the client takes nothing for 5 s (2 s within a
        long answer), or for 1 s while another one does not either, and MemoryError where nothing
        has been sent.
        """
        if not is_fresh:
            await self._wait_for_client(sock, _SLICES)
        await self._wait_for_memory(is_fresh)
        has_more, rest = self._send(sock, parts, None)
        if not has_more:
            return
        await self._turn.acquire()
        try:
            while has_more:
                await self._wait_for_client(sock, _SLICES_WITH_TURN)
                await self._give_way()
                await self._wait_for_memory()
                try:
                    has_more, rest = self._send(sock, parts, rest)
                except MemoryError:
                    raise OSError(errno.ENOMEM) from None
        finally:
            self._turn.release()

    def _send(self, sock, parts, rest):
        """Send one piece, which begins with `rest`; return (is there more, what did not fit)."""
        size, rest = self._fill(parts, rest)
        sent = sock.send(self._view[:size]) if size else 0
        self._sent_at = ticks_ms()
        if sent < size:
            # Not lwIP, which took less than poll() promised: nothing may be lost.
            left = bytes(self._view[sent:size])
            return True, left if rest is None else left + bytes(rest)
        return rest is not None or size == _PIECE, rest

    async def _wait_for_memory(self, is_fresh=False):
        # This comes last: nobody else runs between the look at the memory and the piece.
        for _ in range(_SCARCE):
            if not self._is_scarce(is_fresh, ticks_diff(ticks_ms(), self._sent_at)):
                return
            await sleep_ms(_SCARCE_MS)
            await self._give_way()  # who waits with others wakes up in the same moment

    async def _wait_for_client(self, sock, slices):
        if await _is_writable(sock, _STALLED):
            return
        if self._is_stalled:
            raise asyncio.TimeoutError
        self._is_stalled = True
        try:
            if not await _is_writable(sock, slices - _STALLED):
                raise asyncio.TimeoutError
        finally:
            self._is_stalled = False

    def _fill(self, parts, rest):
        """Join parts in the buffer; return (bytes in it, what did not fit or None)."""
        size = 0
        if rest is not None:
            size, rest = self._put(rest, size)
        if rest is None:
            for part in parts:
                size, rest = self._put(part, size)
                if rest is not None:
                    break
        return size, rest

    def _put(self, part, size):
        count = min(len(part), _PIECE - size)
        if count == len(part):
            self._view[size : size + count] = part
            return size + count, None
        part = memoryview(part)
        self._view[size:] = part[:count]
        return _PIECE, part[count:]


async def _is_writable(sock, slices):
    for _ in range(slices):
        try:
            await wait_for_ms(_writable_task(sock), _SLICE_MS)
        except asyncio.TimeoutError:
            continue
        return True
    return False


async def _writable_task(sock):
    await writable(sock)  # pyright: ignore
