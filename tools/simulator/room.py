"""A home in which time passes at once, for rules: things that are on or off, and nothing else.

It has all that the rules ask of a home, on MicroPython as well. What happens is kept as events:
(Unix time, what, name, value).
"""

import json
from collections import OrderedDict

from hub.clock.almanac import Almanac
from hub.rules.build import kind_of
from hub.rules.engine import Engine
from hub.system.state import State
from hub.targets.executor import Executor
from hub.targets.group import Group, Scene
from hub.targets.target import RUN, Action
from hub.targets.timers import Timers
from simulator.thing import Thing
from tuya.dps import POWER
from tuya.errors import Offline
from tuya.port import ticks_add

_ONLINE = 0
# On 32-bit boards ticks start again at 2**30: here two days after the start.
_NEARLY_ROUND = (1 << 30) - 2 * 86400000


class Memory(State):
    """Facts in memory. `saved` is what a power cut leaves."""

    def __init__(self, saved="{}"):
        super().__init__("no such file")
        self._facts = json.loads(saved)
        self.saved = saved
        self.writes = 0

    def write(self):
        self.saved = json.dumps(self._facts)
        self.writes += 1


class Room:
    """`config` and `rules`: values as config.json and rules.json have them.

    `unix` is the time at the beginning, None for none. `counts_down`: whether plugs do so.
    """

    def __init__(self, config, rules, unix=None, saved="{}", counts_down=False):
        # Here, as the hub does: it forgets the checks when they have done their work.
        from hub.components import schema

        self.checked = schema().check_values(config, {}, rules)
        self.faults = self.checked["faults"]
        self.events = []
        self.causes = []  # of each event: who wanted it, or None
        self.now_ms = 5000
        self._ticks_now = ticks_add(_NEARLY_ROUND, 0)
        self.counts_down = counts_down
        self._unix = None if unix is None else unix - 5
        self.things = {}
        kinds = ("plugs", False), ("outlets", False), ("relays", False), ("inputs", None)
        for kind, on in kinds:
            for item in self.checked[kind]:
                self.things[item["name"]] = Thing(self, item["name"], on)
        self.groups = {}
        for item in self.checked["groups"]:
            self.groups[item["name"]] = Group(item["name"], item["members"], self.find)
        self.scenes = {i["name"]: Scene(i["name"], i["set"]) for i in self.checked["scenes"]}
        self._almanac = Almanac(self.checked["site"] or {"tz": "UTC0", "lat": None, "lon": None})
        self.looks = 0
        self._acts = []  # (Action, cause) that are carried out in the next turn
        self.start(saved)

    def start(self, saved):
        """Start the hub on what was written before."""
        self.state = Memory(saved)
        self.rules = OrderedDict()
        self.timers = Timers(self.find, self._turn_back, self.state, self._ticks, self.unix)
        self.engine = Engine(self.rules, self, self.state, self._ticks, self.unix)
        self.executor = Executor(self.find, lambda is_needed: self.timers, self._run, _one_by_one)
        for thing in self.things.values():
            thing.lock = None
        for spec in self.checked["rules"]:
            rule = self.rules[spec["id"]] = kind_of(spec)(self.engine, spec)
            watched = "when" in spec and spec["when"][0]
            if watched and watched not in self.things and watched not in self.groups:
                self.things[watched] = Thing(self, watched, None)
            self.engine.begin(rule)

    def restart(self, off_s=3, power_cut=False, knows_time=True):
        """Let the board restart after `off_s`."""
        if not power_cut:
            self.state.write()
        saved = self.state.saved
        self._advance(off_s * 1000)
        self._lost = self._unix
        if not knows_time:
            self._unix = None
        self.start(saved)

    def set_clock(self, unix=None):
        """Tell the hub the time: `unix`, or what it was going to be."""
        self._unix = self._lost if unix is None else unix - self.now_ms // 1000

    def unix(self):
        return None if self._unix is None else self._unix + self.now_ms // 1000

    def _ticks(self):
        return self._ticks_now

    def _advance(self, ms):
        self.now_ms += ms
        self._ticks_now = ticks_add(self._ticks_now, ms)
        self._expire()

    # --- from outside ---

    def run(self, seconds):
        """Let time pass."""
        end = self.now_ms + seconds * 1000
        while True:
            pause = self.settle()
            if self.now_ms + pause > end:
                break
            self._advance(pause)
        self._advance(end - self.now_ms)
        self.settle()

    def settle(self):
        """Have done what is due now; return the ms until something will be."""
        for _ in range(1000):
            self.looks += 1
            pause = min(self.engine.step(), self.timers.step(), self._next_expiry())
            acts = self._acts
            self._acts = []
            for action, cause in acts:
                self._perform(action, cause)
            if pause and not acts:
                return pause
        raise AssertionError("rules that never come to rest")

    def put(self, name, dp, value, fresh_s=None):
        """Have a plug report a value, fresh for so long."""
        thing = self.things[name]
        thing.values[dp] = value
        thing.fresh_until = None if fresh_s is None else self.now_ms + fresh_s * 1000
        self.changed(name)
        self.settle()

    def draw(self, name, watts):
        """Have what is plugged in draw so many watts whenever it is on."""
        self.things[name].draws = watts
        self.changed(name)
        self.settle()

    def show(self, name, what, value):
        """Have a device report a value that its kind has."""
        self.things[name].shown[what] = value
        self.changed(name)
        self.settle()

    def watts(self, name, watts, fresh_s=None):
        self.put(name, 19, int(watts * 10), fresh_s)

    def connect(self, name, online):
        """Have a plug go off the network, or come back."""
        self.things[name].online = online
        self.changed(name)
        self.settle()

    def by_hand(self, name, on):
        """Have somebody press the plug's own button."""
        self.things[name].countdown = None
        self._become(name, on, "by hand")
        self.settle()

    def tell(self, name, on):
        """Have somebody tell an input."""
        self.things[name].on = on
        self.changed(name)
        self.settle()

    def hear(self, topic, payload):
        """Have a message come from the broker."""
        for rule in self.rules.values():
            if rule.kind == "message" and rule.topic == topic:
                rule.hear(payload)
        self.settle()

    def press(self, id):
        """Have a button pressed that is bound to a rule."""
        self.rules[id].run()
        self.settle()

    def heard(self, *kinds):
        """Return (what, name, value) of the events of these kinds, of all without any."""
        return [event[1:] for event in self.events if not kinds or event[1] in kinds]

    # --- what rules and timers ask of a home ---

    def read(self, name, dp):
        if name in self.groups:
            return self.find(name).on, None
        thing = self.things.get(name)
        if not thing:
            return None, None
        if dp == _ONLINE:
            return thing.online, None
        if not thing.online:
            return None, None
        if dp is None:
            return thing.on, None
        if isinstance(dp, str):
            return thing.value_of(dp), None
        if thing.fresh_until is None:
            return thing.values.get(dp), None
        left = thing.fresh_until - self.now_ms
        return (thing.values.get(dp), left) if left > 0 else (None, 10000)

    def act(self, action, rule):
        self._acts.append((action, rule.cause if rule else "lock"))

    def _perform(self, action, cause):
        try:
            _at_once(self.executor.perform(action, cause))
        except Offline:
            pass  # which has been told of

    def ask(self, question, *arguments):
        return getattr(self._almanac, question)(*arguments)

    def rest(self):
        pass

    def cancel(self, rule):
        self.timers.cancel(rule.cause)

    def lock(self, name, why):
        if self.things[name].lock != why:
            self.things[name].lock = why
            self.tell_of("lock", name, why)

    def notify(self, text):
        self.tell_of("notice", None, text)

    def find(self, name):
        return self.groups.get(name) or self.scenes.get(name) or self.things[name]

    def _run(self, action):
        if action.verb == RUN:
            self.engine.run_rule(action.name)
        else:
            self.tell_of("message", action.name, action.payload)

    def _turn_back(self, name, on):
        self._acts.append((Action(name, "on" if on else "off"), "timer"))

    def count_down(self, thing, seconds):
        """Have a plug turn over by itself, where plugs can; tell whether it will."""
        if not self.counts_down or thing.name not in [p["name"] for p in self.checked["plugs"]]:
            return False
        thing.countdown = self.now_ms + seconds * 1000 if seconds else None
        return True

    # ---

    def _become(self, name, on, why):
        thing = self.things[name]
        if thing.on is not on:
            thing.on = on
            self.tell_of(why, name, on)
            self.changed(name)

    def changed(self, name):
        thing = self.things[name]
        if thing.draws is not None:
            thing.values[POWER] = int(thing.draws * 10) if thing.on else 0
        self.engine.touch((name,))
        self.timers.see(name)

    def _expire(self):
        for name in list(self.things):
            thing = self.things[name]
            if thing.countdown is not None and thing.countdown <= self.now_ms:
                thing.countdown = None
                self._become(name, not thing.on, "countdown")

    def _next_expiry(self):
        due = [t.countdown for t in self.things.values() if t.countdown is not None]
        return max(0, min(due) - self.now_ms) if due else 86400000

    def tell_of(self, what, name, value, cause=None):
        self.events.append((self.unix(), what, name, value))
        self.causes.append(cause)


def _at_once(work):
    """Run a coroutine that waits for nothing; return its result."""
    try:
        work.send(None)
    except StopIteration as e:
        return e.value
    raise AssertionError("it waits for something")


async def _one_by_one(*works, return_exceptions):
    """Stand in for asyncio.gather(): nothing here takes time."""
    results = []
    for work in works:
        try:
            results.append(await work)
        except Exception as e:
            results.append(e)
    return results
