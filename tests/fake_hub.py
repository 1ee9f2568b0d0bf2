"""A hub without plugs, pins and sockets, and requests to it, for tests of what it answers."""

import json
import os
from binascii import hexlify
from collections import OrderedDict

from hub.targets.action import wanted
from hub.targets.broadcast import Broadcast
from hub.web.auth import Authentication
from hub.web.http import Problem, Request, Response
from hub.web.routes import answer

SETTINGS = {"auth": False, "hosts": [], "tasmota": False, "esphome": False, "metrics": False}
JSON = "application/json"


class FakeTarget:
    """A relay, group or scene; with `error` it raises that instead of switching."""

    lock = None
    seq = 0
    error = None

    def __init__(self, name, on=False):
        self.name = name
        self.on = on

    @property
    def heading(self):
        return self.on

    async def switch(self, on):
        if self.error:
            raise self.error
        self.on = on

    def state(self):
        return {"name": self.name, "on": self.on}


class FakeDevice:
    def __init__(self, id):
        self.id = id
        self.address = "192.0.2.7"
        self.dps = {1: False, 19: 957}
        self.queries = 0

    async def status(self):
        self.queries += 1


class FakePlug(FakeTarget):
    history = None
    meter = None
    seat = "a seat"

    def __init__(self, name, id="bf0"):
        super().__init__(name)
        self.device = FakeDevice(id)

    async def reach(self, request):
        if self.error:
            request.close()
            raise self.error
        return await request

    async def write(self, dps):
        if self.error:
            raise self.error
        self.device.dps.update(dps)

    def state(self):
        return {
            "name": self.name,
            "id": self.device.id,
            "on": self.on,
            "online": True,
            "power": 95.7,
            "voltage": 230.4,
            "current": 0.417,
            "energy": 1.5,
            "today": 0.2,
            "yesterday": None,
        }


class FakeMemory:
    budget = 112000
    least_left = 30000
    is_low = False

    def __init__(self, left=40000):
        self.free = left

    def left(self):
        return self.free

    note = left

    def idf(self):
        return None

    def is_idf_low(self):
        return self.is_low


class FakeLinks:
    taken = (1, 5)

    def __init__(self):
        self.parked = []

    def park(self, seat, ms):
        self.parked.append((seat, ms))

    def make_room(self, ms):
        self.parked.append(("all", ms))


class FakeSupervisor:
    uptime_s = 77
    lag_ms = 12


class FakeHub:
    """As much of a Hub as requests ask for. `web`: settings of "web" that differ from SETTINGS."""

    reset_reason = ""
    is_safe = False
    is_changing = False
    trial = None
    engine = None
    held = None
    notices = None

    def __init__(self, **web):
        self.name = "plughub"
        self.faults = []
        self.plugs = OrderedDict()
        for name, id in (("lamp", "bf1"), ("desk lamp", "bf2")):
            self.plugs[name] = FakePlug(name, id)
        self.relays = {"fan": FakeTarget("fan")}
        self.groups = {"all": FakeTarget("all")}
        self.scenes = {"away": FakeTarget("away")}
        self.rules = {}
        self.inputs = {}
        self.authentication = Authentication(dict(SETTINGS, **web), self.name)
        self.memory = FakeMemory()
        self.links = FakeLinks()
        self.supervisor = FakeSupervisor()
        self.broadcast = Broadcast()
        self.streams = set()
        self.restarts = 0

    async def perform(self, action):
        for kind in (self.plugs, self.relays, self.groups, self.scenes):
            if action.name in kind:
                target = kind[action.name]
                await target.switch(wanted(action, target))
                return target
        raise KeyError(action.name)

    def close_streams(self):
        for stream in list(self.streams):
            stream.close()

    def restart_soon(self):
        self.restarts += 1


def request(method, target, body=None, kind=JSON, **headers):
    """Return a Request; `body` is sent as JSON unless it is bytes, `_` in headers stands for -."""
    path, _, query = target.partition("?")
    fields = {name.replace("_", "-"): headers[name] for name in headers}
    if body is not None:
        fields["content-type"] = kind
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    made = Request(method, path.split("/")[1:], query, fields, body)
    made.peer = "192.0.2.99"
    return made


async def ask(hub, method, target, body=None, **headers):
    """Return (status, body) of the answer, its JSON parsed."""
    response = await respond(hub, method, target, body, **headers)
    data = b"".join(response.begin()).split(b"\r\n\r\n", 1)[1]
    return response.status, json.loads(data) if "json" in response.kind else data


async def respond(hub, method, target, body=None, **headers):
    """Return the Response, also that of a Problem."""
    try:
        response = await answer(hub, request(method, target, body, **headers))
    except Problem as e:
        response = e.response()
    assert isinstance(response, Response)
    return response


async def problem(work):
    """Return the Problem that a coroutine raises; it has to raise one."""
    try:
        await work
    except Problem as e:
        return e
    raise AssertionError("there was no Problem")


class Folder:
    """While this context lasts, an empty folder is the current one."""

    def __enter__(self):
        self._before = os.getcwd()
        self._path = "/tmp/plughub-" + hexlify(os.urandom(6)).decode()
        os.mkdir(self._path)
        os.chdir(self._path)

    def __exit__(self, *exception):
        for name in os.listdir("."):
            os.remove(name)
        os.chdir(self._before)
        os.rmdir(self._path)
