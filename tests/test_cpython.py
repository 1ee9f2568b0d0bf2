"""How CPython reads: in the callback of its event loop, see tuya.cpython."""

import asyncio
import socket
import struct

import pytest

from tuya.cpython import pump
from tuya.errors import TuyaError


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


async def test_all_that_comes_is_given_on_until_the_peer_closes(pair):
    near, far = pair
    got = []
    buf = memoryview(bytearray(4))
    task = asyncio.create_task(pump(near, buf, lambda data: got.append(bytes(data))))
    await turns()
    far.send(b"abcdef")
    await turns()
    far.send(b"g")
    await turns()
    assert b"".join(got) == b"abcdefg" and max(map(len, got)) <= 4
    far.close()
    await asyncio.wait_for(task, 20)
    assert not is_watched(near)


async def test_an_error_of_the_socket_and_of_who_takes_it_ends_it(pair):
    near, far = pair

    def refuse(data):
        raise TuyaError("as planned by the test")

    task = asyncio.create_task(pump(near, bytearray(4), refuse))
    await turns()
    far.send(b"abcdef")
    with pytest.raises(TuyaError):
        await asyncio.wait_for(task, 20)
    assert not is_watched(near)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    near.setblocking(False)
    task = asyncio.create_task(pump(near, bytearray(4), refuse))
    await turns()
    far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    far.close()  # with a RST
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(task, 20)
    assert not is_watched(near)
    near.close()


async def test_who_is_cancelled_leaves_nothing_watched(pair):
    near, far = pair
    got = []
    task = asyncio.create_task(pump(near, bytearray(1), got.append))
    await turns()
    assert is_watched(near)
    far.send(b"x")
    task.cancel()
    await turns()
    assert not is_watched(near) and len(got) <= 1
