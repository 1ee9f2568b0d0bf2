"""How CPython waits for sockets: see tuya.cpython."""

import asyncio
import socket
import struct

import pytest

from tuya.cpython import receive
from tuya.port import Stream


@pytest.fixture
def pair():
    near, far = socket.socketpair()
    near.setblocking(False)
    yield near, far
    near.close()
    far.close()


def is_watched(sock):
    return sock.fileno() in asyncio.get_running_loop()._selector.get_map()


async def turns():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_socket_stays_watched_from_one_wait_to_the_next(pair):
    near, far = pair
    loop = asyncio.get_running_loop()
    added = []
    real = loop.add_reader
    loop.add_reader = lambda *arguments: added.append(None) or real(*arguments)
    got = []

    async def read():
        buf = bytearray(10)
        while True:
            got.append(bytes(buf[: await receive(near, buf)]))

    task = asyncio.create_task(read())
    for text in (b"a", b"bc", b"d"):
        await turns()
        far.send(text)
        await turns()
    assert got == [b"a", b"bc", b"d"] and len(added) == 1
    far.close()
    await turns()
    assert got[-1] == b""
    task.cancel()
    Stream(near).close()


async def test_what_comes_while_nobody_waits_does_not_keep_the_event_loop_busy(pair):
    near, far = pair
    buf = bytearray(1)
    far.send(b"xy")
    assert await receive(near, buf) == 1 and buf == b"x"
    await turns()
    assert not is_watched(near)
    assert await receive(near, buf) == 1 and buf == b"y"  # it waits still
    Stream(near).close()


async def test_an_error_is_raised_where_somebody_waits():
    listener = socket.create_server(("127.0.0.1", 0))
    near = socket.create_connection(listener.getsockname())
    far, _ = listener.accept()
    near.setblocking(False)
    task = asyncio.create_task(receive(near, bytearray(10)))
    await turns()
    far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    far.close()  # with a RST
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(task, 1)
    assert not is_watched(near)
    near.close()
    listener.close()


async def test_who_is_cancelled_leaves_nothing_watched(pair):
    near, _ = pair
    task = asyncio.create_task(receive(near, bytearray(1)))
    await turns()
    assert is_watched(near)
    task.cancel()
    await turns()
    assert not is_watched(near)


async def test_a_number_that_is_used_again_is_another_socket():
    numbers = set()
    for _ in range(3):
        near, far = socket.socketpair()
        near.setblocking(False)
        numbers.add(near.fileno())
        task = asyncio.create_task(receive(near, bytearray(1)))
        await turns()
        far.send(b"x")
        assert await asyncio.wait_for(task, 1) == 1
        Stream(near).close()
        far.close()
    assert len(numbers) == 1
