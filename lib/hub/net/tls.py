"""Connections through TLS, for PCs and for boards with memory for it: some 40 kB.

The other side has to show a certificate for its name that the given authority has signed.
"""

import asyncio
from binascii import a2b_base64

from tuya.port import MICROPYTHON, Stream, connect, const, readable, sleep_ms, wait_for_ms

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"
# A handshake waits for the other side when it wants to write, and poll() does not know that.
_TURN_MS = const(10)
# MBEDTLS_ERR_X509_CERT_VERIFY_FAILED
_VERIFY_FAILED = const(-0x2700)


class BoardWire(Stream):
    """A connected stream, as way.Wire, on MicroPython's sockets."""

    def __init__(self, stream, context, host):
        self._below = stream
        sock = stream._sock
        super().__init__(
            context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        )
        self._sock.setblocking(False)

    async def readinto(self, buf):
        """Wait for bytes and read what is there into `buf`: its count, 0 at the end."""
        # What is there may have been decrypted with what was read before, unseen by poll().
        count = self._read(buf)
        while count is None:
            await readable(self._sock)  # pyright: ignore
            count = self._read(buf)
        return count

    def _read(self, buf):
        try:
            return self._sock.readinto(buf)
        except (ValueError, OSError) as e:
            raise _in_words(e) from None

    def send_some(self, data):
        """Hand what TLS takes of `data` to it in one write; return how many bytes these are."""
        try:
            return self._sock.write(data) or 0
        except (ValueError, OSError) as e:
            raise _in_words(e) from None

    async def writable(self):
        """Wait until TLS may take more."""
        await sleep_ms(_TURN_MS)

    def close(self):
        """Close the connection."""
        try:
            self._sock.close()
        except OSError:
            pass  # it was lost already
        finally:
            self._below.close()


class PCWire:
    """A connected stream, as way.Wire, on CPython's streams."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    async def readinto(self, buf):
        """Wait for bytes and read what is there into `buf`: its count, 0 at the end."""
        data = await self._reader.read(len(buf))
        buf[: len(data)] = data
        return len(data)

    def send_some(self, data):
        """Take all of `data`, or nothing while what came before is not sent."""
        if self._writer.transport.get_write_buffer_size():
            return 0
        self._writer.write(bytes(data))
        return len(data)

    async def writable(self):
        """Wait until TCP takes more."""
        await self._writer.drain()

    def close(self):
        """Close the connection."""
        self._writer.close()


async def open_tls(address, port, host, ca, timeout_ms):
    """Return a stream to a numeric address whose certificate is for `host`; `ca`: a file,
    None for the authorities that a PC knows.

    Raises OSError, asyncio.TimeoutError.
    """
    context = _context(ca)
    if MICROPYTHON:
        stream = await connect(address, port, timeout_ms)
        try:
            return BoardWire(stream, context, host)
        except BaseException:
            stream.close()
            raise
    opening = asyncio.open_connection(address, port, ssl=context, server_hostname=host)
    return PCWire(*await wait_for_ms(opening, timeout_ms))


def _in_words(error):
    """Return the OSError for what mbedTLS says, of a certificate sometimes by its number alone."""
    if isinstance(error, ValueError):
        return OSError(str(error).strip())
    if error.errno == _VERIFY_FAILED:
        return OSError("the certificate is not signed by the authority, or for another name")
    return error


def _context(ca):
    try:
        import ssl
    except ImportError:  # of which MicroPython on a PC has the inner part alone
        import tls as ssl
    if not ca:
        return ssl.create_default_context()  # pyright: ignore - which no board has
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED  # pyright: ignore
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
