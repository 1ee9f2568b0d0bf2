"""A hub without plugs, pins and sockets, and requests to it, for tests of what it answers."""

import asyncio
import json
import os
from binascii import hexlify

from hub.broadcast import Broadcast
from hub.targets.executor import Executor
from hub.targets.target import Target, Targets
from hub.web.auth import Authentication
from hub.web.http import Problem, Request, Response
from hub.web.routes import answer

SETTINGS = {"auth": False, "hosts": [], "tasmota": False, "esphome": False, "metrics": False}
SETTINGS["tinytuya"] = False
JSON = "application/json"


class FakeTarget(Target):
    """A relay, group or scene; with `error` it raises that instead of switching."""

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
    has_meter = True
    kind = None
    is_known = False
    history = None
    meter = None
    slot = "a slot"

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
            "reason": None,
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

    def is_idf_low(self, least=0):
        return self.is_low


class FakeConnections:
    taken = (1, 5)

    def __init__(self):
        self.released = []
        self.idle = []  # bytes of heap that each connection gives back
        self.has_paused = self.has_resumed = False

    def pause(self):
        self.has_paused = True

    def release(self, slot, ms):
        self.released.append((slot, ms))

    def let_go(self):
        return bool(self.idle) and bool(self.idle.pop())

    def resume(self):
        self.has_resumed = True


class FakeTimers:
    def begin(self, name, on, seconds, retrigger, is_until, cause):
        pass


class FakeRuntime:
    reset_reason = ""
    is_safe = False

    def __init__(self):
        self.restarts = 0

    def restart_soon(self):
        self.restarts += 1


class FakeSupervisor:
    uptime_s = 77
    lag_ms = 12


class FakeChanges:
    """Changes nothing. Tests put methods of their own in place of these."""

    async def change(self, read_new, is_dry):
        for _ in read_new():
            pass  # which raises what is wrong

    async def check(self, read_new, read_rules, secrets):
        for _ in read_new():
            pass

    async def confirm(self):
        return False


class SlowChanges(FakeChanges):
    """Confirms when `may_end` is set."""

    def __init__(self):
        self.may_end = asyncio.Event()

    async def confirm(self):
        await self.may_end.wait()
        return True


class FakeHub:
    """As much of a Hub as requests ask for. `web`: settings of "web" that differ from SETTINGS."""

    is_changing = False
    clients = 1
    unconfirmed = None
    engine = None
    notices = None
    portal = None

    def __init__(self, **web):
        self.name = "plughub"
        self.faults = []
        self.targets = Targets()
        for name, id in (("lamp", "bf1"), ("desk lamp", "bf2")):
            self.targets.plugs[name] = FakePlug(name, id)
        self.targets.relays["fan"] = FakeTarget("fan")
        self.targets.groups["all"] = FakeTarget("all")
        self.targets.scenes["away"] = FakeTarget("away")
        self.rules = {}
        self.inputs = {}
        self.authentication = Authentication(dict(SETTINGS, **web), self.name)
        self.memory = FakeMemory()
        self.connections = FakeConnections()
        self.executor = Executor(self.targets.find, self.timers, self.rules.__getitem__)
        self.runtime = FakeRuntime()
        self.supervisor = FakeSupervisor()
        self.broadcast = Broadcast()
        self.streams = set()
        self.rooms = {}
        self.spare = asyncio.Lock()

    def built(self, section):
        return None

    def state_of(self, target):
        return target.state()

    def timers(self, is_needed=False):
        return FakeTimers() if is_needed else None

    def changes(self):
        return FakeChanges()

    def close_streams(self):
        for stream in list(self.streams):
            stream.close()


def request(method, target, body=None, kind=JSON, **headers):
    """Return a Request; `body` is sent as JSON unless it is bytes, `_` in headers stands for -."""
    path, _, query = target.partition("?")
    fields = {name.replace("_", "-"): headers[name] for name in headers}
    if body is not None:
        fields["content-type"] = kind
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    made = Request(method, path.split("/")[1:], query, fields, body or b"")
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
        os.chdir(self._before)
        self._remove(self._path)

    def _remove(self, path):
        for name in os.listdir(path):
            inner = path + "/" + name
            if os.stat(inner)[0] & 0x4000:
                self._remove(inner)
            else:
                os.remove(inner)
        os.rmdir(path)
