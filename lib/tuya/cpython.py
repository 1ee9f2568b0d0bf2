"""MicroPython's calls on CPython, for port.py alone. Never loaded on a board."""

import asyncio
import json
import os
import socket
import time

from tuya.errors import WrongKey


def const(value):
    """Mark a number that mpy-cross puts where its name stands, so that it costs no heap."""
    return value


_IV_SIZE = 12
_LOOK_UP_S = 5
_TICKS_MAX = (1 << 30) - 1  # ticks wrap as on the ESP32, so that a wrong subtraction shows


def ticks_ms():
    return time.monotonic_ns() // 1000000 & _TICKS_MAX


def ticks_add(ticks, delta):
    return (ticks + delta) & _TICKS_MAX


def ticks_diff(end, start):
    half = (_TICKS_MAX + 1) // 2
    return ((end - start + half) & _TICKS_MAX) - half


class aes_ecb:
    """An AES-ECB cipher with the calls of MicroPython's `cryptolib.aes`."""

    def __init__(self, key):
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        cipher = Cipher(algorithms.AES(bytes(key)), modes.ECB())
        self._encrypt = cipher.encryptor().update
        self._decrypt = cipher.decryptor().update

    def encrypt(self, data, out):
        out[:] = self._encrypt(data)

    def decrypt(self, data, out):
        out[:] = self._decrypt(data)


class native_gcm:
    """As gcm.GCM, by the library that has AES-GCM at hand."""

    def __init__(self, key):
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        cipher = AESGCM(bytes(key))
        self._encrypt = cipher.encrypt
        self._decrypt = cipher.decrypt
        self._invalid = InvalidTag
        # Random where it begins and counted from there: an IV never comes twice under one key.
        self._iv = int.from_bytes(os.urandom(_IV_SIZE), "big")

    def seal(self, associated, out, text, iv=None):
        if iv is None:
            self._iv = (self._iv + 1) % (1 << 8 * _IV_SIZE)
            iv = self._iv.to_bytes(_IV_SIZE, "big")
        out[:_IV_SIZE] = iv
        out[_IV_SIZE:] = self._encrypt(iv, text, associated)

    def open(self, associated, box):
        try:
            return self._decrypt(box[:_IV_SIZE], box[_IV_SIZE:], associated)
        except self._invalid:
            raise WrongKey("a frame whose tag another key has made") from None


class ThreadSafeFlag:
    """MicroPython's event for interrupt handlers: one waiter, cleared by its waking."""

    def __init__(self):
        self._event = asyncio.Event()
        self.set = self._event.set
        self.clear = self._event.clear

    async def wait(self):
        await self._event.wait()
        self._event.clear()


async def wait_for_ms(awaitable, ms):
    # In Python 3.11 wait_for() forgets that it was cancelled when the result has just come.
    async with asyncio.timeout(ms / 1000):
        return await awaitable


def sleep_ms(ms):
    return asyncio.sleep(ms / 1000)


def compact_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def own(buffers):
    # Event loops may run in several threads.
    return tuple([memoryview(bytearray(len(each))) for each in buffers])


async def look_up(host):
    """Return an IPv4 address of a host, as the PC knows it. Raises OSError, TimeoutError."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_LOOK_UP_S):
        found = await loop.getaddrinfo(host, None, family=socket.AF_INET, type=socket.SOCK_STREAM)
    return found[0][4][0]


def failure(task):
    return None if task.cancelled() else task.exception()


async def readable(sock):
    loop = asyncio.get_running_loop()
    await _ready(sock, loop.add_reader, loop.remove_reader)


async def writable(sock):
    loop = asyncio.get_running_loop()
    await _ready(sock, loop.add_writer, loop.remove_writer)


async def _ready(sock, watch, unwatch):
    ready = asyncio.get_running_loop().create_future()
    # By its number: to look for a socket object, selectors ask the kernel for its addresses.
    watch(sock.fileno(), _resolve, ready)
    try:
        await ready
    finally:
        if sock.fileno() >= 0:
            unwatch(sock.fileno())


def _resolve(future):
    if not future.done():
        future.set_result(None)


async def pump(sock, buf, take):
    # Right from the callback of the event loop: waking a task for each frame takes as long again.
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    loop.add_reader(sock.fileno(), _pump, sock, buf, take, ended)
    try:
        await ended
    finally:
        forget(sock)


def _pump(sock, buf, take, ended):
    if ended.done():
        return
    try:
        count = sock.recv_into(buf)
        if count:
            take(buf[:count])
        else:
            ended.set_result(None)
    except BlockingIOError:
        pass
    except Exception as e:
        ended.set_exception(e)


def forget(sock):
    if sock.fileno() >= 0:
        loop = asyncio.get_running_loop()
        loop.remove_reader(sock.fileno())
        loop.remove_writer(sock.fileno())


def read(sock, buf):
    try:
        return sock.recv_into(buf)
    except BlockingIOError:
        return None


def begin_connect(sock, address):
    try:
        sock.connect(address)
    except BlockingIOError:
        pass


async def finish_connect(sock):
    await writable(sock)
    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))
