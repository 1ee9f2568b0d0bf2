"""A hub of stand-ins with a Bridge to a broker in memory, for tests on both interpreters."""

import asyncio
import json
import os
from binascii import hexlify

from broker import Broker, Brokers
from fake_hub import FakeHub, FakePlug, FakeTarget

from hub.mqtt.bridge import Bridge
from tuya.port import sleep_ms

SETTINGS = {
    "host": "192.0.2.1",
    "port": 1883,
    "user": None,
    "password": None,
    "client_id": "home",
    "base": "home",
    "discovery": "off",
    "prefix": "homeassistant",
    "delta": 2,
    "tasmota": False,
    "page": 80,
    "buttons": '[["hall",["press","long"]]]',
}


class Plug(FakePlug):
    """A plug whose state a test changes."""

    def __init__(self, name, id, broadcast):
        super().__init__(name, id)
        self.broadcast = broadcast
        self.values = {"power": 95.7, "voltage": 230.4, "energy": 1.5, "timer": None}
        self.why = None

    async def switch(self, on):
        await super().switch(on)
        self.broadcast.tell(self)

    def state(self):
        about = {"name": self.name, "on": self.on, "lock": None, "cause": None}
        about.update(self.values)
        about.update({"online": not self.why, "reason": self.why})
        return about

    def become(self, why=None, on=None, **values):
        """Change, and tell the broadcast."""
        self.why = why
        if on is not None:
            self.on = on
        self.values.update(values)
        self.broadcast.tell(self)


class Home:
    """While this context lasts the bridge runs; `broker` is the one it talks to first."""

    def __init__(self, *brokers, kept=None, **settings):
        hub = self.hub = FakeHub()
        hub.notices = None
        hub.connections.count = 4
        plugs = hub.targets.plugs
        for name, id in (("lamp", "bf1"), ("desk lamp", "bf2")):
            plugs[name] = Plug(name, id, hub.broadcast)
        self.lamp = plugs["lamp"]
        hub.targets.relays["fan"] = FakeTarget("fan")
        self.brokers = Brokers(*(brokers or (Broker(),)))
        self.broker = self.brokers.brokers[0]
        settings = dict(SETTINGS, **settings)
        self._kept = kept or a_file()
        self._is_own = not kept
        self.bridge = Bridge(hub, settings, self.brokers.open, lambda: -58, self._kept)
        self.task = None

    async def __aenter__(self):
        self.task = asyncio.create_task(self.bridge.client.run(self.bridge.talk))
        await sleep_ms(100)
        return self

    async def __aexit__(self, *exception):
        self.task.cancel()
        await sleep_ms(10)
        if self._is_own:
            forget(self._kept)

    def last(self, topic):
        """Return the last message of a topic, its JSON parsed; None without one."""
        text = self.broker.last(topic)
        return text and json.loads(text)

    def count(self, topic):
        return len([1 for where, _, _ in self.broker.messages if where == topic])


def a_file():
    """Return the path of a file that is not there yet."""
    return "/tmp/plughub-" + hexlify(os.urandom(6)).decode()


def forget(path):
    try:
        os.remove(path)
    except OSError:
        pass  # nothing was announced
