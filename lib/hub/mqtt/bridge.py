"""The hub on a broker: how things are, what happens, and what others want done.

    <base>/status                "online"; "offline" when the hub is gone (retained)
    <base>/<name>/state          JSON: on, power, voltage, current, energy ... (retained), and what
                                 the kind of device has, such as brightness or position
    <base>/<name>/availability   {"state": "online"}, or "offline" and the reason (retained)
    <base>/<name>/set            see commands.py; /result has the answer
    <base>/button/<name>         {"event_type": "press"}
    <base>/input/<name>/set      an input that rules ask about
    <base>/log                   {"time", "text"}: what rules have to tell people
    <base>/hub/state, hub/set    the hub itself; "RESTART" restarts it. At hub/latest others may
                                 keep the newest version that they know, for Home Assistant

Names are written as topics.py says. Nothing waits for the broker: what changes meanwhile is one
change when there is a connection, and what only happens is dropped after a few.
"""

import os
from binascii import crc32

from hub import VERSION
from hub.log import WARNING, log
from hub.mqtt.client import Client
from hub.mqtt.commands import Commands
from hub.mqtt.topics import level, name_of
from hub.system.store import exists
from hub.system.unload import unload
from tuya.errors import Offline
from tuya.port import compact_json, const, ticks_add, ticks_diff, ticks_ms

# Everything is told again after this, in case somebody has missed it.
_AGAIN_MS = const(60000)
# What is measured is told no more often, and only if it differs by so much.
_PACE_MS = const(1000)
_DELTA_PERCENT = const(2)
_EVENTS_MAX = const(8)
# Home Assistant has enough to do when it starts.
_BIRTH_MS = const(5000)
_ANNOUNCED_FILE = "announced.json"
# Of a target's state, what is told where it is known.
_SHOWN = const(
    (
        "power",
        "voltage",
        "current",
        "energy",
        "today",
        "yesterday",
        "timer",
        "lock",
        "cause",
        "fault",
        "address",
    )
)


class Bridge:
    """`settings`: the section "mqtt" (see broker.py); `reach` as of Client.

    `signal()` returns the strength of the Wi-Fi's signal in dBm; None where there is no Wi-Fi.
    `kept`: the file that remembers what was announced.
    """

    jobs = ()  # type: tuple  # what ends with it

    def __init__(self, hub, settings, reach, signal, kept=_ANNOUNCED_FILE):
        self.settings = settings
        self._hub = hub
        self._signal = signal
        self._kept = kept
        self._base = settings["base"]
        status = self.topic("status")
        self._commands = Commands(hub.executor, hub.inputs, self.tell)
        is_scarce = hub.memory.is_idf_low
        self.client = Client(settings, reach, status, self._take, self._wake, is_scarce)
        self._tasmota = None
        if settings["tasmota"]:
            from hub.mqtt.tasmota import Tasmota

            self._tasmota = Tasmota(hub, self._base, kept, self._commands, self._tell_again)
        self._told = {}  # {name: (when, tenths of W, mark of the rest, mark of the availability)}
        self._late = set()  # names of those whose measures were told a moment ago
        self._events = []  # (topic, payload), the newest last
        self._hub_told_at = ticks_ms()
        self._noticed = None  # the last of the notices that was told
        self._announce_at = None  # ticks_ms at which Home Assistant is told of all
        self._shown = 0  # how much the plugs had shown of what they have when it was told last
        self._changes = None

    def topic(self, *levels):
        """Return a topic of the hub."""
        return "/".join((self._base,) + levels)

    def about(self):
        """Return how the connection is, for people."""
        client = self.client
        return {
            "host": self.settings["host"],
            "connected": client.is_connected,
            "error": client.error,
        }

    def close(self):
        """End it, and give its socket back to the plugs."""
        for job in self.jobs:
            job.close()
        self._commands.close()
        self._hub.connections.count += 1

    def tell(self, name, what, text):
        """Tell something that happens, once: at <base>/<name>/<what>."""
        self._event(self.topic(level(name), what), text)

    def tell_button(self, name, gesture):
        """Tell that a button was pressed."""
        self._event(self.topic("button", level(name)), compact_json({"event_type": gesture}))

    def _event(self, topic, text):
        # What nobody has heard in time is no event any more.
        if self.client.is_connected and len(self._events) < _EVENTS_MAX:
            self._events.append((topic, text))
            self._wake()

    def publish(self, action):
        """Publish the message of a button or a rule. Raises Offline where there is no broker."""
        if not self.client.is_connected:
            raise Offline(self.client.error or "the broker is not connected yet")
        self._event(action.name, action.payload)

    def _tell_again(self, name):
        self._told.pop(name, None)
        self._wake()

    def _wake(self):
        if self._changes:
            self._changes.put({})

    # --- what comes ---

    def _take(self, topic, payload, is_retained):
        if topic == self.settings["prefix"] + "/status":
            if payload == b"online" and not is_retained:
                self._announce_at = ticks_add(ticks_ms(), _BIRTH_MS * os.urandom(1)[0] // 256)
            return
        if payload is None or is_retained:
            # Kept from long ago, it would switch at each connection anew.
            why = "it is too long" if payload is None else "it is retained"
            log("MQTT: ignored at %s: %s" % (topic, why), WARNING)
            return
        for rule in self._rules():
            if rule.topic == topic:
                rule.hear(payload)
        if self._tasmota and topic.startswith("cmnd/"):
            self._tasmota.take(topic, payload)
        if topic.startswith(self._base + "/") and topic.endswith("/set"):
            levels = topic[len(self._base) + 1 :].split("/")
            if levels[0] == "hub":
                self._control(payload)
            elif levels[0] == "input":
                self._commands.set_input(name_of(levels[1]), payload)
            else:
                self._commands.switch(name_of(levels[0]), payload)

    def _control(self, payload):
        if payload.strip().upper() == b"RESTART":
            self._hub.runtime.restart_soon()
        else:
            log("MQTT: the hub knows RESTART, and nothing else", WARNING)

    # --- what is told ---

    async def talk(self, client):
        """Tell all there is, then each change, until the connection is lost: see Client.run()."""
        hub = self._hub
        changes = self._changes = hub.broadcast.listen()
        start = None
        self._told.clear()
        del self._events[:]
        self._wake()
        try:
            async for changed in changes:
                client.look()
                if start != hub.broadcast.start:  # or there is another configuration
                    start = hub.broadcast.start
                    await client.subscribe(self._subscriptions())
                    await self._announce()
                    await self._tell_all()
                    await client.publish(self.topic("status"), "online", True)
                elif (
                    self._announce_at is not None
                    and ticks_diff(ticks_ms(), self._announce_at) >= 0
                    and not hub.is_changing  # which wants the heap
                ):
                    await self._announce()
                await self._tell_news(changed)
        finally:
            self._changes = None
            changes.close()

    def _rules(self):
        """Return the rules that messages run."""
        return [rule for rule in self._hub.rules.values() if rule.kind == "message"]

    def _subscriptions(self):
        topics = (self.topic("+", "set"), self.topic("input", "+", "set"))
        topics += tuple([rule.topic for rule in self._rules()])
        if self._tasmota:
            topics += self._tasmota.subscriptions()
        if self.settings["discovery"] != "off":
            topics += (self.settings["prefix"] + "/status",)
        return topics

    async def _announce(self):
        """Tell Home Assistant what there is, and what is not there any more."""
        self._announce_at = None
        self._shown = self._count_shown()
        # Where it is off now it may have been on.
        if self.settings["discovery"] != "off" or exists(self._kept):
            from hub.mqtt.home_assistant import announce

            await announce(self._hub, self.settings, self.client, self._kept)
            announce = None
            unload(
                "hub.mqtt.home_assistant", "hub.mqtt.home_assistant_kinds", "hub.mqtt.announced"
            )
        if self._tasmota:
            await self._tasmota.announce(self.client)

    def _count_shown(self):
        plugs = self._hub.targets.plugs.values()
        kinds = [plug for plug in plugs if plug.kind and plug.kind.values()]
        return sum([1 for plug in plugs if plug.has_meter]) + len(kinds)

    def _targets(self):
        targets = self._hub.targets
        for kind in (targets.plugs, targets.outlets, targets.relays, targets.groups):
            yield from list(kind.items())

    async def _tell_all(self):
        for name, target in self._targets():
            await self._tell(name, target, True)
        await self._tell_hub()

    async def _tell_news(self, changed):
        while self._events:
            topic, text = self._events.pop(0)
            await self.client.publish(topic, text)
        if None in changed:
            await self._tell_notices()
        late = self._late
        self._late = set()
        groups = self._hub.targets.groups
        now = ticks_ms()
        for name, target in self._targets():
            told = self._told.get(name)
            is_due = not told or ticks_diff(now, told[0]) >= _AGAIN_MS
            # Of a group it is not told that it has changed: its members have.
            if is_due or name in changed or name in late or (changed and name in groups):
                await self._tell(name, target, is_due)
        if self._announce_at is None and self._count_shown() > self._shown:
            self._announce_at = ticks_add(now, _PACE_MS)  # with others that show themselves
        if ticks_diff(now, self._hub_told_at) >= _AGAIN_MS:
            await self._tell_hub()

    async def _tell(self, name, target, is_due):
        """Tell how a target is, if that is news, or is due."""
        state = self._hub.state_of(target)
        shown = {key: state[key] for key in _SHOWN if state.get(key) is not None}
        values = state.get("values")
        if values:
            shown.update(values)
        shown["on"] = state["on"]
        told = self._told.get(name)
        availability = _mark(state.get("reason"))
        if "online" in state and (not told or told[3] != availability):
            await self._tell_availability(name, state["reason"])
        power = int((state.get("power") or 0) * 10)
        rest = _mark(state["on"], state.get("lock"), state.get("cause"), "timer" in shown, values)
        if told and not is_due and (rest, availability) == told[2:]:
            if abs(power - told[1]) < self._delta(told[1]):
                return
            if ticks_diff(ticks_ms(), told[0]) < _PACE_MS:
                self._late.add(name)
                return
        self._told[name] = ticks_ms(), power, rest, availability
        await self.client.publish(self.topic(level(name), "state"), compact_json(shown), True)
        if self._tasmota and name in self._hub.targets.plugs:
            has_changed = not told or told[2] != rest
            await self._tasmota.tell(self.client, target, has_changed)

    def _delta(self, power):
        return max(10 * self.settings["delta"], power * _DELTA_PERCENT // 100, 1)

    async def _tell_availability(self, name, why):
        about = {"state": "offline", "reason": why} if why else {"state": "online"}
        await self.client.publish(
            self.topic(level(name), "availability"), compact_json(about), True
        )
        if self._tasmota and name in self._hub.targets.plugs:
            await self._tasmota.tell_availability(self.client, name, not why)

    async def _tell_notices(self):
        last = self._hub.notices.last
        at = len(last)
        while at and last[at - 1] is not self._noticed:
            at -= 1
        for notice in list(last[at:]):
            self._noticed = notice
            await self.client.publish(self.topic("log"), compact_json(notice))

    async def _tell_hub(self):
        self._hub_told_at = ticks_ms()
        hub = self._hub
        about = {
            "version": VERSION,
            "uptime": hub.supervisor.uptime_s,
            "heap_free": hub.memory.note(),
            "rssi": self._signal and self._signal(),
        }
        await self.client.publish(self.topic("hub", "state"), compact_json(about), True)


def _mark(*values):
    """Return a number that other values would not have: less heap than they take."""
    return crc32(repr(values).encode()) & 0x3FFFFFFF
