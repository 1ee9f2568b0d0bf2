"""How many clients may wait to be accepted, and what goes before their answers."""

import asyncio
import errno

from fake_hub import FakeHub, Folder
from fake_time import FakeTime
from patched import Patched

from hub.web import http, server

_MANY = 4
_FEW = 1


class FakeListener:
    """Clients that come(); `limits`: what listen() was told."""

    def __init__(self):
        self.limits = []
        self.arrived = asyncio.Event()
        self._clients = []

    def listen(self, backlog):
        self.limits.append(backlog)

    def come(self):
        client = FakeClient()
        self._clients.append(client)
        self.arrived.set()
        return client

    def accept(self):
        client = self._clients.pop(0)
        if not self._clients:
            self.arrived.clear()
        return client, ("10.0.0.9", 1)


class FakeClient:
    """A client that says nothing until it has gone."""

    def __init__(self):
        self.arrived = asyncio.Event()  # its end
        self.closed = asyncio.Event()

    def setblocking(self, flag):
        pass

    def setsockopt(self, level, option, value):
        pass

    def recv(self, count):
        if not self.arrived.is_set():
            raise OSError(errno.EAGAIN, "nothing has come")
        return b""


class FakeStream:
    def __init__(self, sock):
        self._sock = sock

    def close(self):
        self._sock.closed.set()


async def readable(sock):
    await sock.arrived.wait()


async def test_many_may_wait_while_there_is_room_and_few_while_there_is_none():
    hub = FakeHub()
    hub.clients = 0
    listener = FakeListener()
    serves_fakes = Patched(server, readable=readable, Stream=FakeStream)
    with Folder(), Patched(http, readable=readable), serves_fakes:
        serving = server._Server(hub, listener, 2)
        task = asyncio.create_task(serving.accept())
        clients = [listener.come()]
        await _until(lambda: listener.limits == [_MANY])
        clients.append(listener.come())
        await _until(lambda: listener.limits == [_MANY, _FEW])
        clients[0].arrived.set()
        await clients[0].closed.wait()
        await _until(lambda: listener.limits == [_MANY, _FEW, _MANY])
        hub.is_changing = True  # nobody is accepted, though there is room
        listener.come()
        await _until(lambda: listener.limits[3:] == [_FEW])
        task.cancel()
        serving.close()
        await clients[1].closed.wait()
        assert hub.clients == 0


async def test_who_waits_for_a_place_goes_before_who_comes_back():
    hub = FakeHub()
    hub.clients = 0
    listener = FakeListener()
    serves_fakes = Patched(server, readable=readable, Stream=FakeStream)
    with Folder(), Patched(http, readable=readable), serves_fakes, FakeTime() as time:
        serving = server._Server(hub, listener, 1)
        task = asyncio.create_task(serving.accept())
        served = listener.come()
        await _until(lambda: hub.clients == 1)
        waiting = listener.come()
        await _until(lambda: listener.limits[-2:] == [_FEW, _FEW])
        served.arrived.set()
        left_at = time.ticks_ms()
        await served.closed.wait()
        # The place that is free now is not offered to who has just left.
        assert listener.limits[-1] == _FEW and hub.clients == 0
        while not hub.clients:
            await asyncio.sleep(0.001)
        assert 20 <= time.ticks_ms() - left_at < 40
        await _end(task, serving)
        await waiting.closed.wait()


async def test_a_change_that_begins_meanwhile_keeps_who_waits_waiting():
    hub = FakeHub()
    hub.clients = 0
    listener = FakeListener()
    serves_fakes = Patched(server, readable=readable, Stream=FakeStream)
    with Folder(), Patched(http, readable=readable), serves_fakes, FakeTime():
        serving = server._Server(hub, listener, 1)
        task = asyncio.create_task(serving.accept())
        served = listener.come()
        await _until(lambda: hub.clients == 1)
        waiting = listener.come()
        await _until(lambda: listener.limits[-2:] == [_FEW, _FEW])
        served.arrived.set()
        await served.closed.wait()
        hub.is_changing = True
        await asyncio.sleep(5)
        assert not hub.clients
        hub.is_changing = False
        await asyncio.sleep(2)
        assert hub.clients == 1
        await _end(task, serving)
        await waiting.closed.wait()


async def _end(task, serving):
    """End it as the one does who serves."""
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    serving.close()


async def _until(condition):
    for _ in range(100):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it does not become true")


async def test_what_comes_while_an_answer_is_made_goes_before_the_next_one():
    made = []
    pressed = asyncio.Event()

    async def press():
        await pressed.wait()
        made.append("press")

    with Folder():
        serving = server._Server(FakeHub(), FakeListener(), 4)

        async def answer(number):
            await serving._give_way()
            made.append(number)
            pressed.set()

        await asyncio.gather(press(), *[answer(number) for number in range(3)])
    assert made == [0, "press", 1, 2]
