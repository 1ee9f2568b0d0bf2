"""How frames leave the plug: whole and at once, or as its quirks spoil them."""

import asyncio
import os
from collections import deque


class Delivery:
    """Writes frames to one connection, one write for each frame unless a quirk says otherwise."""

    def __init__(self, transport, clock):
        self._transport = transport
        self._clock = clock
        self._sent = 0
        self._stalled = False
        self._held = []  # frames that wait to leave as one segment
        self._pieces = deque()
        self._timer = None

    def send(self, frame, quirks):
        """Send a frame, now or when the quirks allow."""
        if quirks.plain_delivery:
            self._transport.write(frame)
            return
        if self._stalled:
            return
        self._sent += 1
        if self._sent == quirks.bad_check_frame:
            frame = _spoil_check(frame)
        if self._sent == 1 and quirks.junk:
            # A prefix begins with zero bytes; junk from 0x80 up is never taken for one.
            frame = bytes(byte | 0x80 for byte in os.urandom(quirks.junk)) + frame
        if self._sent == quirks.stall_frame:
            self._stalled = True
            frame = frame[: len(frame) // 2]
        if quirks.coalesce:
            self._hold(frame, quirks)
        else:
            self._write(frame, quirks)

    def close(self):
        """Forget what has not left yet."""
        self._pieces.clear()
        if self._timer:
            self._timer.cancel()

    def _hold(self, frame, quirks):
        if not self._held:
            asyncio.get_running_loop().call_soon(self._release, quirks)
        self._held.append(frame)

    def _release(self, quirks):
        segment = b"".join(self._held)
        self._held.clear()
        self._write(segment, quirks)

    def _write(self, data, quirks):
        if not quirks.split:
            self._transport.write(data)
            return
        size = quirks.split
        self._pieces.extend(data[at : at + size] for at in range(0, len(data), size))
        if not self._timer:
            self._next_piece(quirks.split_gap_s)

    def _next_piece(self, gap_s):
        self._timer = None
        if self._pieces and not self._transport.is_closing():
            self._transport.write(self._pieces.popleft())
            self._timer = self._clock.call_later(gap_s, self._next_piece, gap_s)


def _spoil_check(frame):
    """Flip a bit in the last byte before the suffix: CRC, HMAC and tag all end there."""
    return frame[:-5] + bytes((frame[-5] ^ 1,)) + frame[-4:]
