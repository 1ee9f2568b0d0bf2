"""The way to a broker through TLS, for PCs and for boards with memory for it: some 40 kB.

The broker has to show a certificate for its name that the given authority has signed.
"""

import asyncio
from binascii import a2b_base64

from tuya.port import wait_for_ms

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"


class TLSWire:
    """A connected stream, as reach.Wire."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self._closing = None

    async def readinto(self, buf):
        """Wait for bytes and read what is there into `buf`: its count, 0 at the end."""
        data = await self._reader.read(len(buf))
        buf[: len(data)] = data
        return len(data)

    def send_some(self, data):
        """Take all of `data`, or nothing while what came before is not sent."""
        if self._has_rest():
            return 0
        self._writer.write(bytes(data))
        return len(data)

    async def writable(self):
        """Wait until TCP takes more."""
        await self._writer.drain()

    def close(self):
        """Close the socket, soon: what closes it may have to be waited for."""
        self._closing = asyncio.create_task(self._close())

    def _has_rest(self):
        if hasattr(self._writer, "transport"):
            return self._writer.transport.get_write_buffer_size() > 0
        return bool(self._writer.out_buf)

    async def _close(self):
        try:
            self._writer.close()
            await self._writer.wait_closed()
        except OSError:
            pass  # it was lost already


async def open_tls(address, port, host, ca, timeout_ms):
    """Return a stream to a numeric address whose certificate is for `host`; `ca`: a file.

    Raises OSError, asyncio.TimeoutError.
    """
    context = _context(ca)
    opening = asyncio.open_connection(address, port, ssl=context, server_hostname=host)
    return TLSWire(*await wait_for_ms(opening, timeout_ms))


def _context(ca):
    try:
        import ssl
    except ImportError:  # of which MicroPython on a PC has the inner part alone
        import tls as ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    with open(ca, "rb") as file:
        certificate = _der(file.read())
    try:
        context.load_verify_locations(cadata=certificate)
    except TypeError:
        context.load_verify_locations(certificate)
    return context


def _der(data):
    """Return a certificate as bytes that mbedTLS takes, of a file in PEM or DER."""
    if _BEGIN not in data:
        return data
    return a2b_base64(data.split(_BEGIN, 1)[1].split(_END, 1)[0])
