"""Every difference between ESP32 MicroPython, unix MicroPython and CPython, and nothing else."""

import asyncio
import errno
import json
import select
import socket
import sys
import time

MICROPYTHON = sys.implementation.name == "micropython"

_YEAR_2000 = 946684800
# The ESP32 counts seconds from 2000, the others from 1970.
_EPOCH = _YEAR_2000 if time.gmtime(0)[0] == 2000 else 0
# No clock that has been set says a time before this firmware was written.
_CLOCK_FLOOR = 1760000000
_CLOCK_CEILING = 4102444800  # and no board is used after 2099

# The unix port of MicroPython does not name these.
IPPROTO_TCP = getattr(socket, "IPPROTO_TCP", 6)
TCP_NODELAY = getattr(socket, "TCP_NODELAY", 1)

#: Whether what comes is seen with the next tick of FreeRTOS only, unless somebody is busy, and the
#: files are littlefs's.
IS_ESP32 = sys.platform == "esp32"
# As long as most plugs take to confirm something.
_SOON_MS = 120

# An event loop that is so late stood still: files were written, or somebody computed.
LATE_MS = 250

# A flooding peer must not keep close() busy: so many reads empty any socket buffer of the ESP32.
_UNREAD_MAX = 50
_unread = bytearray(128)

if MICROPYTHON:
    from asyncio import core as _core
    from time import ticks_add, ticks_diff, ticks_ms

    from cryptolib import aes as _aes
    from micropython import const

    def aes_ecb(key):
        """Return an AES-ECB cipher for one direction: `encrypt` or `decrypt` of (data, out)."""
        return _aes(key, 1)

    native_gcm = None  # AES-GCM has to be made of AES-ECB: see gcm.py
    ThreadSafeFlag = asyncio.ThreadSafeFlag
    wait_for_ms = asyncio.wait_for_ms
    sleep_ms = asyncio.sleep_ms

    def compact_json(value):
        return json.dumps(value, separators=(",", ":"))

    def own(buffers):
        """Return the buffers that one connection works with, a tuple of these or of their like.

        On a board all connections share them: there is one thread, and heap for no more.
        """
        return buffers

    def failure(task):
        """Return the Exception that a task has ended with, None without one."""
        error = task.data
        return error if isinstance(error, Exception) and type(error) is not StopIteration else None

    def readable(sock):
        yield _core._io_queue.queue_read(sock)

    def read(sock, buf):
        return sock.readinto(buf)

    def pump(sock, buf, take):
        count = None
        while count != 0:
            # Waiting comes first, so that a peer that floods still leaves others their turn.
            yield _core._io_queue.queue_read(sock)
            count = sock.readinto(buf)
            if count:
                take(buf[:count])

    def forget(sock):
        pass  # a cancelled task has left the poll already

    def writable(sock):
        yield _core._io_queue.queue_write(sock)

    def _raise_cause(sock):
        try:
            sock.recv(1)
        except OSError as e:
            if e.errno == errno.EAGAIN:
                return  # it is connected, and has nothing to say yet
            if e.errno in (errno.ECONNRESET, errno.ENOTCONN):  # the ESP32's words for refused
                raise OSError(errno.ECONNREFUSED) from None
            raise
        raise OSError(errno.ECONNREFUSED)

    def begin_connect(sock, address):
        try:
            sock.connect(address)
        except OSError as e:
            if e.errno != errno.EINPROGRESS:
                raise

    async def finish_connect(sock):
        await writable(sock)
        # There is no SO_ERROR here: the poll flags hint, and a read tells the cause. The ESP32
        # reports only the flags that it was asked for.
        poller = select.poll()
        poller.register(sock, select.POLLOUT | select.POLLERR | select.POLLHUP)
        for event in poller.poll(0):
            if event[1] & (select.POLLERR | select.POLLHUP):
                _raise_cause(sock)

else:
    from tuya.cpython import (
        ThreadSafeFlag,
        aes_ecb,
        begin_connect,
        compact_json,
        const,
        failure,
        finish_connect,
        forget,
        look_up,
        native_gcm,
        own,
        pump,
        read,
        readable,
        sleep_ms,
        ticks_add,
        ticks_diff,
        ticks_ms,
        wait_for_ms,
        writable,
    )


def is_plausible(unix):
    """Tell whether a Unix time can be that of a clock that has been set."""
    return _CLOCK_FLOOR <= unix < _CLOCK_CEILING


def known_time():
    """Return Unix time in seconds, None while the clock has not been set since power-on."""
    now = int(time.time()) + _EPOCH
    return now if now >= _CLOCK_FLOOR else None


def clock_is_set():
    """Tell whether the clock has been set since power-on."""
    return known_time() is not None


def unix_time():
    """Best known Unix time in seconds: a plausible one that grows while the clock is not set."""
    return known_time() or _CLOCK_FLOOR + int(time.time()) + _EPOCH - _YEAR_2000


def report(text, error):
    """Report an error of somebody else's function as asyncio does one of a task; go on."""
    asyncio.get_event_loop().call_exception_handler(
        {"message": text, "exception": error, "future": asyncio.current_task()}
    )


def call(function, value, text):
    """Call somebody else's function of one value; report() what it raises, and go on."""
    try:
        function(value)
    except Exception as e:
        report(text, e)


async def within(make, ms):
    """Await what `make()` returns, at most `ms`. Raises asyncio.TimeoutError.

    Time for which the event loop stood still does not count: what has come meanwhile is not read
    yet. So it may be made again, for what is left.
    """
    while True:
        due = ticks_add(ticks_ms(), ms)
        try:
            return await wait_for_ms(make(), ms)
        except asyncio.TimeoutError:
            late = ticks_diff(ticks_ms(), due)
            if late < LATE_MS:
                raise
            ms = min(ms, late)


async def wait_ms(event, ms):
    """Wait for an asyncio.Event as within() does; tell whether it is set."""
    if not event.is_set():
        try:
            await within(event.wait, ms)
        except asyncio.TimeoutError:
            return False
    return True


async def wait_soon(event, look):
    """Wait for an asyncio.Event that is expected within some ms, from what `look()` reads.

    A board without anything to do looks at its sockets with each tick of FreeRTOS, 10 ms on stock
    firmware: for a short while there is something to do.
    """
    if IS_ESP32:
        due = ticks_add(ticks_ms(), _SOON_MS)
        while not event.is_set() and ticks_diff(due, ticks_ms()) > 0:
            await sleep_ms(0)
            look()
    await event.wait()


def socket_address(host, port, kind):
    """Return what a socket takes as the address of a numeric host."""
    if hasattr(socket, "sockaddr"):
        # MicroPython on a PC takes no tuples, only what its getaddrinfo makes.
        return socket.getaddrinfo(host, port, socket.AF_INET, kind)[0][-1]
    # No getaddrinfo: on the ESP32 it wants memory of its own, and blocks for whatever is a name.
    return host, port


class Stream:
    """A connected, non-blocking TCP socket.

    A send is whole or an error: frames are far smaller than any send buffer, so a peer that
    leaves no room for one has stopped reading.
    """

    def __init__(self, sock):
        self._sock = sock

    def pump(self, buf, take):
        """Return what to await while `take(data)` is called with all that comes, read into `buf`.

        It ends when the peer closes. Raises OSError, and what take() does.
        """
        return pump(self._sock, buf, take)

    async def readinto(self, buf):
        """Wait for bytes and read what is there into `buf`: its count, 0 when the peer closed."""
        count = None
        while count is None:
            await readable(self._sock)
            count = read(self._sock, buf)
        return count

    def read_now(self, buf):
        """Read what is there already: its count, None for nothing yet. Raises OSError."""
        return read(self._sock, buf)

    def send(self, data):
        """Hand `data` to TCP in one write. Raises OSError when it was not taken whole."""
        if self._sock.send(data) != len(data):
            raise OSError(errno.EAGAIN)

    def close(self):
        """Close with a FIN: bytes left unread would make it a RST."""
        try:
            for _ in range(_UNREAD_MAX):
                if not read(self._sock, _unread):
                    break
        except OSError:
            pass
        finally:  # also when there is no memory left to read into
            forget(self._sock)
            self._sock.close()


async def connect(host, port, timeout_ms):
    """Open a TCP connection to a numeric address.

    Raises OSError (ECONNREFUSED and such) or asyncio.TimeoutError; no socket is left behind.
    """
    address = socket_address(host, port, socket.SOCK_STREAM)
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        begin_connect(sock, address)
        await within(lambda: finish_connect(sock), timeout_ms)
    except BaseException:
        sock.close()
        raise
    return Stream(sock)
