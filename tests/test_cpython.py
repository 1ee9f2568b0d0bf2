"""How CPython waits for sockets: see tuya.cpython."""

import asyncio
import socket

import pytest

from tuya.cpython import readable
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
        while True:
            await readable(near)
            got.append(near.recv(10))

    task = asyncio.create_task(read())
    for count in (1, 2, 3):
        await turns()
        far.send(b"x")
        await turns()
        assert len(got) == count and is_watched(near)
    assert len(added) == 1
    task.cancel()
    Stream(near).close()


async def test_what_comes_while_nobody_waits_does_not_keep_the_event_loop_busy(pair):
    near, far = pair
    far.send(b"x")
    await asyncio.wait_for(readable(near), 1)
    await turns()
    assert not is_watched(near)
    await asyncio.wait_for(readable(near), 1)  # it waits still
    assert near.recv(10) == b"x"
    Stream(near).close()


async def test_who_is_cancelled_leaves_nothing_watched(pair):
    near, _ = pair
    task = asyncio.create_task(readable(near))
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
        task = asyncio.create_task(readable(near))
        await turns()
        far.send(b"x")
        await asyncio.wait_for(task, 1)
        Stream(near).close()
        far.close()
    assert len(numbers) == 1
