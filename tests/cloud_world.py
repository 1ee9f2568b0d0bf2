"""A machine that asks the stand-in of Tuya's OpenAPI, on CPython and MicroPython."""

import asyncio

from openapi_standin import CLIENT_ID, PLUGS, SECRET, OpenApi, a_device

import tuya

LIST = "/v1.0/iot-01/associated-users/devices"
NOW_MS = 1795000000000


class World:
    """A machine with a clock, pauses that pass at once, and a data centre at "cloud.test"."""

    def __init__(self, devices=3, **options):
        self.ms = NOW_MS
        self.off_ms = 0  # by how much this machine's clock is off
        self.pauses = []
        self.answers = []  # (status, bytes) that come in place of the data centre's
        self.headers = None
        plugs = [a_device(number) for number in range(devices)]
        self.api = OpenApi(lambda: self.ms, plugs, PLUGS, **options)
        self.cloud = self.client()

    def client(self, secret=SECRET, client_id=CLIENT_ID, **options):
        now_ms = lambda: self.ms + self.off_ms  # noqa: E731
        return tuya.Cloud(
            client_id, secret, "cloud.test", self.http, now_ms, self.sleep, **options
        )

    async def http(self, method, url, headers, body):
        scheme, _, host, target = url.split("/", 3)
        assert (scheme, host) == ("https:", "cloud.test")
        self.headers = headers
        await asyncio.sleep(0)  # others have their turn meanwhile
        if self.answers:
            return self.answers.pop(0)
        return await self.api.respond(method, "/" + target, headers, body)

    async def sleep(self, ms):
        self.pauses.append(ms)
        self.ms += ms

    async def ids(self):
        return [device["id"] for device in (await self.cloud.get(LIST, {"size": 50}))["devices"]]


async def failure(awaitable, kind):
    """Return the error that something raises. No secret and no token is in it."""
    try:
        await awaitable
    except kind as e:
        for text in (str(e), repr(e), e.seen, e.advice):
            assert SECRET not in text and "acce55" not in text and "4ef4e5" not in text, text
        assert type(e.again()) is type(e) and str(e.again()) == str(e)
        assert e.advice
        return e
    raise AssertionError("nothing was raised, expected " + kind.__name__)
