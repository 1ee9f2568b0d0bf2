"""MicroPython's calls on CPython, for port.py alone. Never loaded on a board."""

import asyncio
import json
import os
import socket
import time
import weakref

from tuya.errors import WrongKey


def const(value):
    """Mark a number that mpy-cross puts where its name stands, so that it costs no heap."""
    return value


_IV_SIZE = 12
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


# {event loop: {file number: (Future of who waits, socket, buffer)}}
_receivers = weakref.WeakKeyDictionary()


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
    watch(sock, _resolve, ready)
    try:
        await ready
    finally:
        if sock.fileno() >= 0:
            unwatch(sock)


def _resolve(future):
    if not future.done():
        future.set_result(None)


async def receive(sock, buf):
    # The socket stays with the selector from one call to the next: to take it out and put it in
    # again takes as long as to read.
    loop = asyncio.get_running_loop()
    number = sock.fileno()
    receivers = _receivers.setdefault(loop, {})
    is_watched = number in receivers
    received = loop.create_future()
    receivers[number] = received, sock, buf
    if not is_watched:
        loop.add_reader(number, _receive, loop, number)
    try:
        return await received
    except BaseException:
        forget(sock)
        raise


def _receive(loop, number):
    received, sock, buf = _receivers[loop][number]
    if received.done():  # whoever was given something is not back yet: the rest waits for him
        _unwatch(loop, number)
        return
    try:
        received.set_result(sock.recv_into(buf))
    except BlockingIOError:
        pass
    except OSError as e:
        received.set_exception(e)


def _unwatch(loop, number):
    loop.remove_reader(number)
    _receivers.get(loop, {}).pop(number, None)


def forget(sock):
    number = sock.fileno()
    if number >= 0:
        loop = asyncio.get_running_loop()
        _unwatch(loop, number)
        loop.remove_writer(number)


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
