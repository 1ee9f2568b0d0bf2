"""Improv over the serial console: the browser that has flashed the board tells it a network.

What is on the wire is told at improv-wifi.com/serial. A packet:

    b"IMPROV", version 1, kind, length of the data, data, sum of all bytes before, line feed

A command is b"\\x03" and the data NUMBER, LENGTH, ...; its answer NUMBER, LENGTH, and texts with
their length in front of each. What the board logs stands between packets.
"""

import asyncio
import sys

from hub import VERSION
from hub.first.taking import settings_of, take
from hub.log import WARNING, log
from hub.setup.joining import NotJoined, hear
from tuya.port import const, readable, ticks_add, ticks_diff, ticks_ms, wait_for_ms

_HEAD = b"IMPROV\x01"
_KIND_AT = const(7)
_DATA_AT = const(9)
# A network's name and password with their lengths are 99 bytes.
_DATA_MAX = const(128)
_INTERRUPT = const(3)  # Ctrl-C
_NO_INTERRUPT = const(-1)
_ROUND_MS = const(1000)
# Who has set the board up may still ask where it is.
_AFTER_MS = const(10000)

_STATE, _ERROR, _COMMAND, _ANSWER = const(1), const(2), const(3), const(4)
_SEND_SETTINGS, _TELL_STATE, _TELL_ABOUT, _SCAN = const(1), const(2), const(3), const(4)
_READY, _JOINING, _JOINED = const(2), const(3), const(4)
_NONE, _NO_PACKET, _NO_COMMAND, _NOT_JOINED = const(0), const(1), const(2), const(3)


async def serve(hub):
    """Obey what comes on the console, until a network is known and the browser has been told.

    Packets hold every byte there is, so that Ctrl-C is looked for here meanwhile.
    """
    import micropython

    console = sys.stdin.buffer
    improv = Improv(hub, sys.stdout.buffer.write)
    until = None
    micropython.kbd_intr(_NO_INTERRUPT)
    try:
        while until is None or ticks_diff(until, ticks_ms()) > 0:
            try:
                await wait_for_ms(readable(console), _ROUND_MS)
            except asyncio.TimeoutError:
                pass  # nothing has come
            else:
                byte = console.read(1)
                if not byte:
                    return  # there is no console any more
                await improv.feed(byte[0])
            if until is None and hub.built("wifi"):
                until = ticks_add(ticks_ms(), _AFTER_MS)
    finally:
        micropython.kbd_intr(_INTERRUPT)


class Improv:
    """Obeys what comes in byte for byte. `write(data)` sends bytes back."""

    def __init__(self, hub, write):
        self._hub = hub
        self._write = write
        self._packet = bytearray()
        self._state = _READY
        self._address = None  # in the network that was joined

    async def feed(self, byte):
        """Take one byte. Raises KeyboardInterrupt for a Ctrl-C that stands in no packet."""
        packet = self._packet
        if len(packet) < len(_HEAD) and byte != _HEAD[len(packet)]:
            if byte == _INTERRUPT:
                raise KeyboardInterrupt
            packet = self._packet = bytearray()
            if byte != _HEAD[0]:
                return
        packet.append(byte)
        size = packet[_DATA_AT - 1] if len(packet) >= _DATA_AT else 0
        if len(packet) <= _DATA_AT + size <= _DATA_AT + _DATA_MAX:
            return  # there is more of it to come
        self._packet = bytearray()
        if size > _DATA_MAX:
            return
        if sum(packet[:-1]) & 0xFF != packet[-1]:
            self._tell_error(_NO_PACKET)
        elif packet[_KIND_AT] == _COMMAND:
            await self._obey(bytes(packet[_DATA_AT:-1]))

    async def _obey(self, command):
        if len(command) < 2 or command[1] != len(command) - 2:
            self._tell_error(_NO_PACKET)
            return
        number = command[0]
        if number == _TELL_STATE:
            self._tell_state(self._state)
            if self._address:
                self._answer(number, [self._url()])
        elif number == _TELL_ABOUT:
            self._answer(number, ["Plughub", VERSION, _chip(), self._hub.name])
        elif number == _SCAN:
            self._tell_networks()
        elif number == _SEND_SETTINGS:
            await self._join(command[2:])
        else:
            self._tell_error(_NO_COMMAND)

    def _tell_networks(self):
        try:
            for found in hear():
                about = [found["ssid"], str(found["rssi"]), "NO" if found["open"] else "YES"]
                self._answer(_SCAN, about)
        except OSError as e:
            log("no networks are heard: the radio is busy (error %s)" % e.errno, WARNING)
        self._answer(_SCAN, [])  # that is all of them

    async def _join(self, data):
        try:
            wifi = settings_of(*_texts(data))
        except (TypeError, ValueError):
            self._tell_error(_NO_PACKET)
            return
        self._tell_error(_NONE)
        self._tell_state(_JOINING)
        try:
            self._address = await take(self._hub, wifi)
        except Exception as e:
            why = e if isinstance(e, NotJoined) else repr(e)
            log("Wi-Fi: it is not kept: %s" % why, WARNING)
            self._tell_error(_NOT_JOINED)
            self._tell_state(_READY)
            return
        self._tell_state(_JOINED)
        self._answer(_SEND_SETTINGS, [self._url()])

    def _url(self):
        port = self._hub.furniture["port"]
        return "http://%s%s/" % (self._address, ":%d" % port if port != 80 else "")

    def _tell_state(self, state):
        self._state = state
        self._tell(_STATE, bytes((state,)))

    def _tell_error(self, error):
        self._tell(_ERROR, bytes((error,)))

    def _answer(self, number, texts):
        data = b""
        for text in texts:
            raw = text.encode()
            data += bytes((len(raw),)) + raw
        self._tell(_ANSWER, bytes((number, len(data))) + data)

    def _tell(self, kind, data):
        packet = _HEAD + bytes((kind, len(data))) + data
        self._write(packet + bytes((sum(packet) & 0xFF,)) + b"\n")


def _chip():
    # As MicroPython names a board: "Generic ESP32 module with ESP32".
    return getattr(sys.implementation, "_machine", "PC").split()[-1]


def _texts(data):
    """Return the texts of a command's data. Raises ValueError."""
    found = []
    while data:
        end = data[0] + 1
        if end > len(data):
            raise ValueError
        found.append(data[1:end].decode())
        data = data[end:]
    return found
