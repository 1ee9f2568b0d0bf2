"""An ESP32 as esptool finds it, without any firmware: its boot loader, its flash, its reset.

The boot loader speaks as Espressif's documents "Serial Protocol" and esptool's own program for
it do. What is written is kept in `flash`; when esptool lets go of the port, the chip is reset, and
`firmware`, a board that has a `url`, runs in it.
"""

import asyncio
import contextlib
import hashlib
import struct
import zlib

FLASH_SIZE = 4 << 20
_END = 0xC0
_SYNC = bytes((_END, 0, 8))
_BLANK = b"invalid header: 0xffffffff\r\n"
_BLANK_S = 0.1
# Registers that tell what chip, crystal and flash this is; all others are 0.
_REGISTERS = {0x40001000: 0x00F01D83, 0x3FF40014: 347, 0x3FF42080: 0x001640EF}
_READ_REGISTER, _MEMORY_END, _MD5, _SYNC_COMMAND = 0x0A, 0x06, 0x13, 0x08
_DEFLATE_BEGIN, _DEFLATE_DATA, _ERASE = 0x10, 0x11, 0xD0


class Chip:
    """Serves a serial port at `url`; `firmware` is entered once something was written."""

    def __init__(self, firmware):
        self.flash = bytearray(b"\xff" * FLASH_SIZE)
        self.written = b""  # what was written last
        self.url = None
        self._firmware = firmware
        self._stack = contextlib.AsyncExitStack()
        self._is_running = False
        self._server = None

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"socket://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exception):
        self._server.close()
        await self._stack.aclose()

    async def _serve(self, reader, writer):
        blank = None
        try:
            if not self._is_running:
                blank = asyncio.create_task(self._tell_that_it_is_blank(writer))
            data = await reader.read(4096)
            if _SYNC in data:
                if blank:
                    blank.cancel()
                await _Loader(self, writer).serve(data, reader)
                await self._reset()
            elif self._is_running:
                await self._pass_on(data, reader, writer)
            else:
                while await reader.read(4096):
                    pass
        except OSError:
            pass  # whoever was at the port has gone
        finally:
            if blank:
                blank.cancel()
            writer.close()

    async def _tell_that_it_is_blank(self, writer):
        while True:
            writer.write(_BLANK)
            await asyncio.sleep(_BLANK_S)

    async def _reset(self):
        if self.written and not self._is_running:
            await self._stack.enter_async_context(self._firmware)
            self._is_running = True

    async def _pass_on(self, data, reader, writer):
        host, _, port = self._firmware.url.removeprefix("socket://").partition(":")
        from_board, to_board = await asyncio.open_connection(host, int(port))
        back = asyncio.create_task(_copy(from_board, writer))
        try:
            while data:
                to_board.write(data)
                data = await reader.read(4096)
        finally:
            back.cancel()
            to_board.close()


class _Loader:
    """One visit of esptool's."""

    def __init__(self, chip, writer):
        self._chip = chip
        self._writer = writer
        self._is_stub = False
        self._offset = 0
        self._inflate = None

    async def serve(self, data, reader):
        packets = bytearray()
        while data:
            packets += data
            while packets.count(_END) >= 2:
                first = packets.index(_END)
                last = packets.index(_END, first + 1)
                packet = _plain(packets[first + 1 : last])
                del packets[: last + 1 if packet else last]
                if packet:
                    self._obey(packet)
            await self._writer.drain()
            data = await reader.read(65536)

    def _obey(self, packet):
        _, command, length, _ = struct.unpack_from("<BBHI", packet)
        body = packet[8 : 8 + length]
        value, answer = int(command == _SYNC_COMMAND), b""
        if command == _READ_REGISTER:
            value = _REGISTERS.get(struct.unpack("<I", body)[0], 0)
        elif command == _ERASE:
            self._chip.flash[:] = b"\xff" * FLASH_SIZE
        elif command == _DEFLATE_BEGIN:
            self._offset = struct.unpack_from("<IIII", body)[3]
            self._inflate = zlib.decompressobj()
            self._chip.written = b""
        elif command == _DEFLATE_DATA:
            self._write(self._inflate.decompress(body[16:]))
        elif command == _MD5:
            at, size = struct.unpack_from("<II", body)
            answer = hashlib.md5(self._chip.flash[at : at + size]).digest()
        for _ in range(8 if command == _SYNC_COMMAND else 1):
            self._answer(command, value, answer)
        if command == _MEMORY_END:
            self._is_stub = True
            self._writer.write(bytes((_END, *b"OHAI", _END)))

    def _write(self, data):
        self._chip.flash[self._offset : self._offset + len(data)] = data
        self._offset += len(data)
        self._chip.written += data

    def _answer(self, command, value, data):
        data += bytes(2 if self._is_stub else 4)
        packet = struct.pack("<BBHI", 1, command, len(data), value) + data
        escaped = packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
        self._writer.write(bytes((_END,)) + escaped + bytes((_END,)))


def _plain(data):
    return bytes(data).replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")


async def _copy(reader, writer):
    while data := await reader.read(4096):
        writer.write(data)
