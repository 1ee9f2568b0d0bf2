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
    """Clients that come(), and are `accepted`; `limits`: what listen() was told."""

    def __init__(self):
        self.limits = []
        self.accepted = []
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
        if client.arrived.is_set():
            raise OSError(errno.ECONNABORTED, "the client has gone")
        self.accepted.append(client)
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


class Serving:
    """A server with `most` places, whose clients come() to its listener; it ends with this."""

    def __init__(self, most):
        self.hub = FakeHub()
        self.hub.clients = 0
        self.listener = FakeListener()
        self._server = server._Server(self.hub, self.listener, most)
        self._fakes = (
            Folder(),
            Patched(http, readable=readable),
            Patched(server, readable=readable, Stream=FakeStream),
        )

    async def __aenter__(self):
        for fake in self._fakes:
            fake.__enter__()
        self._task = asyncio.create_task(self._server.accept())
        return self

    async def __aexit__(self, *exception):
        self._task.cancel()
        try:
            await self._task
        except asyncio.CancelledError:
            pass
        self._server.close()
        for client in self.listener.accepted:
            await client.closed.wait()
        for fake in self._fakes:
            fake.__exit__(*exception)

    async def one_served_one_waiting(self):
        """Fill the only place; return who has it, and who waits for it."""
        served = self.listener.come()
        await _until(lambda: self.hub.clients == 1)
        waiting = self.listener.come()
        await _until(lambda: self.listener.limits[-2:] == [_FEW, _FEW])
        return served, waiting


async def test_many_may_wait_while_there_is_room_and_few_while_there_is_none():
    async with Serving(2) as serving:
        hub, listener = serving.hub, serving.listener
        first = listener.come()
        await _until(lambda: listener.limits == [_MANY])
        listener.come()
        await _until(lambda: listener.limits == [_MANY, _FEW])
        first.arrived.set()
        await first.closed.wait()
        await _until(lambda: listener.limits == [_MANY, _FEW, _MANY])
        hub.is_changing = True  # nobody is accepted, though there is room
        listener.come()
        await _until(lambda: listener.limits[3:] == [_FEW])
    assert hub.clients == 0


async def test_who_waits_for_a_place_goes_before_who_comes_back():
    with FakeTime() as time:
        async with Serving(1) as serving:
            hub, listener = serving.hub, serving.listener
            served, _ = await serving.one_served_one_waiting()
            served.arrived.set()
            left_at = time.ticks_ms()
            await served.closed.wait()
            # The place that is free now is not offered to who has just left.
            assert listener.limits[-1] == _FEW and hub.clients == 0
            while not hub.clients and time.ticks_ms() - left_at < 1000:
                await asyncio.sleep(0.001)
            assert 20 <= time.ticks_ms() - left_at < 40


async def test_a_change_that_begins_meanwhile_keeps_who_waits_waiting():
    with FakeTime():
        async with Serving(1) as serving:
            served, _ = await serving.one_served_one_waiting()
            served.arrived.set()
            await served.closed.wait()
            serving.hub.is_changing = True
            await asyncio.sleep(5)
            assert serving.hub.clients == 0
            serving.hub.is_changing = False
            await asyncio.sleep(2)
            assert serving.hub.clients == 1


async def test_many_may_wait_again_when_who_waited_has_gone():
    with FakeTime():
        async with Serving(1) as serving:
            served, waiting = await serving.one_served_one_waiting()
            waiting.arrived.set()
            served.arrived.set()
            await served.closed.wait()
            await asyncio.sleep(1)
            assert serving.listener.limits[-1] == _MANY and serving.hub.clients == 0


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
