"""One connection to the plug: frames in, session key, sequence numbers, frames out."""

import asyncio
import logging
import random
import socket
import struct

from fakeplug import bodies, commands
from fakeplug.codec import BadBody
from fakeplug.delivery import Delivery
from fakeplug.frame import BadCheck, BadFrame, Splitter
from fakeplug.negotiation import NONCE_SIZE, Negotiation

log = logging.getLogger("fakeplug")


class Session(asyncio.Protocol):
    """Answers straight from `data_received`; asyncio sets TCP_NODELAY on its transports."""

    def __init__(self, plug):
        self.peer = None
        self._plug = plug
        self._clock = plug.clock
        self._local = plug.codec(plug.key)
        self._codec = self._send_codec = None
        self._negotiation = None
        if plug.version >= "3.4":
            self._negotiation = Negotiation(plug.version, plug.key)
        else:
            self._use(plug.key)
        self._splitter = Splitter(self._local.layout, self._local.smallest)
        self._number = random.randrange(0x10000)
        self._client_number = 0
        self._frames_in = 0
        self._last_valid = 0.0
        self._timers = {}
        self._transport = None
        self._delivery = None

    # --- asyncio.Protocol ---

    def connection_made(self, transport):
        self._transport = transport
        self.peer = "{}:{}".format(*transport.get_extra_info("peername")[:2])
        self._delivery = Delivery(transport, self._clock)
        if not self._plug.admit(self):
            transport.close()
            return
        if self._plug.is_frozen:
            self.pause()
        quirks = self._plug.quirks
        self._last_valid = self._clock.now()
        self._start("idle", quirks.idle_s, self._close_if_idle)
        if quirks.push_every_s:
            self._start("push", quirks.push_every_s, self._push_unasked)

    def data_received(self, data):
        quirks = self._plug.quirks
        if quirks.mute:
            return
        if len(data) < quirks.lose_short_segment and self._splitter.empty:
            return
        try:
            raw_frames = self._splitter.feed(data)
        except BadFrame as error:
            self._refuse(error)
            return
        for raw in raw_frames[:1] if quirks.first_frame_only else raw_frames:
            if quirks.delay_s:
                self._clock.call_later(quirks.delay_s, self._take, raw)
            else:
                self._take(raw)

    def connection_lost(self, _error):
        for timer in self._timers.values():
            timer.cancel()
        self._delivery.close()
        self._plug.leave(self)

    # --- ending ---

    def close(self):
        """End with a FIN after what was written."""
        self._transport.close()

    def abort(self):
        """End at once, as a plug that lost its power."""
        self._transport.abort()

    def reset(self):
        """End with a RST."""
        linger = struct.pack("ii", 1, 0)
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()

    def pause(self):
        """Leave unread what comes."""
        self._transport.pause_reading()

    def resume(self):
        """Read again, if there is still something to read from."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    # --- what the firmware uses ---

    def reply(self, frame, body=b"", code=0):
        """Answer a client's frame under its command."""
        self._send(frame.command, body, code, frame.sequence)

    def push(self, dps, cid=None):
        """Send a STATUS with these DPs, unless there is no session key yet."""
        plug, quirks = self._plug, self._plug.quirks
        if quirks.mute or plug.is_frozen or not self._send_codec:
            return
        body = plug.bodies.push(quirks.body, dps, plug.clock.time(), cid)
        for _ in range(2 if quirks.duplicate_push else 1):
            self._send(commands.STATUS, body, header=plug.push_header())

    # --- frames in ---

    def _take(self, raw):
        quirks = self._plug.quirks
        if self._transport.is_closing():
            return
        self._frames_in += 1
        if self._frames_in == quirks.reset_frame:
            self.reset()
            return
        try:
            self._act(raw, quirks)
        except BadCheck as error:
            self._take_unchecked(raw, error, quirks)
        except BadBody as error:
            self._answer_unreadable(error, quirks)

    def _act(self, raw, quirks):
        command = self._local.layout.command(raw)
        negotiating = self._negotiation is not None and command in commands.NEGOTIATION
        codec = self._local if negotiating else self._codec
        if codec is None:
            self._refuse("a command before the session key")
            return
        frame, header = codec.decode(raw)
        self._last_valid = self._clock.now()
        if quirks.growing_sequence and frame.sequence <= self._client_number:
            self._refuse("the sequence number does not grow")
            return
        self._client_number = frame.sequence
        log.debug("%s > %02x #%d %r", self.peer, command, frame.sequence, frame.payload)
        self._plug.note(frame)
        if negotiating:
            self._negotiate(frame)
        else:
            self._plug.firmware.handle(self, frame, header)

    def _take_unchecked(self, raw, error, quirks):
        if quirks.pong_before_check and error.command == commands.HEART_BEAT and self._codec:
            self._send(error.command)
        if quirks.any_start and error.command == commands.SESS_KEY_NEG_START:
            self._answer_start(self._local.guess_nonce(raw), error.sequence)
            return
        self._refuse(error)

    def _answer_unreadable(self, error, quirks):
        if self._negotiation or quirks.wrong_key == "close":
            self._refuse(error)
        elif quirks.wrong_key == "text" and not error.foreign:
            self.reply(error, bodies.DATA_FORMAT, 1)

    def _refuse(self, reason):
        if self._plug.quirks.bad_frame == "close":
            log.debug("%s closed: %s", self.peer, reason)
            self.close()

    # --- negotiation ---

    def _negotiate(self, frame):
        if self._codec:
            self._refuse("negotiation on a session that has its key")
        elif frame.command == commands.SESS_KEY_NEG_START and len(frame.payload) == NONCE_SIZE:
            self._answer_start(frame.payload, frame.sequence)
        elif frame.command == commands.SESS_KEY_NEG_FINISH:
            self._finish(frame.payload)
        else:
            self._refuse("not a negotiation")

    def _answer_start(self, client_nonce, sequence):
        plug = self._plug
        if len(client_nonce) != NONCE_SIZE:
            self._refuse("not a nonce")
            return
        body = self._negotiation.answer(client_nonce, plug.choose_nonce(client_nonce))
        if plug.quirks.wrong_proof:
            body = body[:-1] + bytes((body[-1] ^ 1,))
        number = self._number_for(commands.SESS_KEY_NEG_RESP, sequence, plug.quirks)
        log.debug("%s < %02x #%d", self.peer, commands.SESS_KEY_NEG_RESP, number)
        frame = self._local.encode(number, commands.SESS_KEY_NEG_RESP, body)
        self._delivery.send(frame, plug.quirks)

    def _finish(self, proof):
        key = self._negotiation.finish(proof)
        if key is None:
            self._refuse("05 proves another key")
            return
        if self._plug.quirks.zero_key_is_none and key[0] == 0:
            return
        self._use(key)

    def _use(self, key):
        send_key = self._plug.quirks.send_key
        self._codec = self._plug.codec(key)
        self._send_codec = self._plug.codec(send_key.encode()) if send_key else self._codec

    # --- frames out ---

    def _send(self, command, body=b"", code=0, echoed=0, header=b""):
        quirks = self._plug.quirks
        number = self._number_for(command, echoed, quirks)
        code = code.to_bytes(4, quirks.code_order) if quirks.return_code else b""
        log.debug("%s < %02x #%d %r", self.peer, command, number, body)
        frame = self._send_codec.encode(number, command, body, code, header)
        self._delivery.send(frame, quirks)

    def _number_for(self, command, echoed, quirks):
        own = quirks.numbering == "own"
        if own or (quirks.numbering == "version" and self._negotiation):
            self._number += 1
            return self._number
        return 0 if command in (commands.HEART_BEAT, commands.STATUS) else echoed

    # --- timers ---

    def _close_if_idle(self):
        left = self._last_valid + self._plug.quirks.idle_s - self._clock.now()
        if self._plug.is_frozen:
            left = max(left, self._plug.quirks.idle_s)
        if left > 0:
            self._start("idle", left, self._close_if_idle)
        else:
            log.debug("%s closed: idle", self.peer)
            self.close()

    def _push_unasked(self):
        plug = self._plug
        self._start("push", plug.quirks.push_every_s, self._push_unasked)
        dp = max(plug.dps, default=None)
        if dp is not None:
            self.push({dp: plug.dps[dp]})

    def _start(self, name, delay_s, callback):
        self._timers[name] = self._clock.call_later(delay_s, callback)
