"""A home in which time passes at once, for rules: things that are on or off, and nothing else.

It has all that the rules ask of a home, on MicroPython as well. What happens is kept as events:
(Unix time, what, name, value).
"""

import json
from collections import OrderedDict

from hub.clock.almanac import Almanac
from hub.rules.build import kind_of
from hub.rules.engine import Rules
from hub.system.state import State
from hub.targets.timers import Holds
from tuya.port import ticks_add

_ONLINE, _POWER = 0, 19
# On 32-bit boards ticks begin anew at 2**30: here two days after the start.
_NEARLY_ROUND = (1 << 30) - 2 * 86400000


class Thing:
    """A plug, relay or input. `values`: {DP: value}, `fresh_until`: ms, None for always."""

    def __init__(self, name, on=False):
        self.name = name
        self.on = on
        self.online = True
        self.lock = None
        self.values = {}
        self.draws = None  # W while it is on, None where that plays no part
        self.fresh_until = None
        self.fails = False  # it does not do what it is told
        self.countdown = None  # ms at which it turns back by itself; has_countdown for those


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
        from hub.config.schema import check_values

        self.checked = check_values(config, {}, rules)
        self.faults = self.checked["faults"]
        self.events = []
        self.owners = []  # of each event: the rule that wanted it, or None
        self.now_ms = 5000
        self._ticks_now = ticks_add(_NEARLY_ROUND, 0)
        self.counts_down = counts_down
        self._unix = None if unix is None else unix - 5
        self.things = {}
        for kind, on in (("plugs", False), ("relays", False), ("inputs", None)):
            for item in self.checked[kind]:
                self.things[item["name"]] = Thing(item["name"], on)
        self.groups = {item["name"]: item["members"] for item in self.checked["groups"]}
        self.scenes = {item["name"]: item["set"] for item in self.checked["scenes"]}
        self._almanac = Almanac(self.checked["site"] or {"tz": "UTC0", "lat": None, "lon": None})
        self.looks = 0
        self._acts = []  # (Action, rule) that are carried out in the next turn
        self.start(saved)

    def start(self, saved):
        """Start the hub on what was written before."""
        self.state = Memory(saved)
        self.rules = OrderedDict()
        self.holds = Holds(self, self.state, self._ticks, self.unix)
        self.engine = Rules(self.rules, self, self.state, self._ticks, self.unix)
        for thing in self.things.values():
            thing.lock = None
        for spec in self.checked["rules"]:
            rule = self.rules[spec["name"]] = kind_of(spec)(self.engine, spec)
            watched = "when" in spec and spec["when"][0]
            if watched and watched not in self.things and watched not in self.groups:
                self.things[watched] = Thing(watched, None)
            self.engine.begin(rule)

    def restart(self, off_s=3, power_cut=False, knows_time=True):
        """Let the board start anew after `off_s`."""
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
            pause = min(self.engine.step(), self.holds.step(), self._next_expiry())
            acts = self._acts
            self._acts = []
            for action, owner in acts:
                self._carry_out(action, owner)
            if pause and not acts:
                return pause
        raise AssertionError("rules that never come to rest")

    def put(self, name, dp, value, fresh_s=None):
        """Have a plug report a value, fresh for so long."""
        thing = self.things[name]
        thing.values[dp] = value
        thing.fresh_until = None if fresh_s is None else self.now_ms + fresh_s * 1000
        self._changed(name)
        self.settle()

    def draw(self, name, watts):
        """Have what is plugged in draw so many watts whenever it is on."""
        self.things[name].draws = watts
        self._changed(name)
        self.settle()

    def watts(self, name, watts, fresh_s=None):
        self.put(name, 19, int(watts * 10), fresh_s)

    def connect(self, name, online):
        """Have a plug go off the network, or come back."""
        self.things[name].online = online
        self._changed(name)
        self.settle()

    def by_hand(self, name, on):
        """Have somebody press the plug's own button."""
        self.things[name].countdown = None
        self._become(name, on, "by hand")
        self.settle()

    def tell(self, name, on):
        """Have somebody tell an input."""
        self.things[name].on = on
        self._changed(name)
        self.settle()

    def press(self, id):
        """Have a button pressed that is bound to a rule."""
        rule = self.rules["rule " + id]
        if rule.may_run(self.unix())[0]:
            self.engine.fire(rule)
        self.settle()

    def heard(self, *kinds):
        """Return (what, name, value) of the events of these kinds, of all without any."""
        return [event[1:] for event in self.events if not kinds or event[1] in kinds]

    # --- what rules and holds ask of a home ---

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
        if thing.fresh_until is None:
            return thing.values.get(dp), None
        left = thing.fresh_until - self.now_ms
        return (thing.values.get(dp), left) if left > 0 else (None, 10000)

    def act(self, action, rule):
        self._acts.append((action, rule and rule.name))

    def _carry_out(self, action, owner):
        if action.name in self.scenes:
            for name, verb in self.scenes[action.name].items():
                on = self._wanted(verb, name)
                for member in self.groups.get(name, (name,)):
                    if self._switch(member, on, owner):
                        self.holds.end(member)
            return
        on = self._wanted(action.verb, action.name)
        for name in self.groups.get(action.name, (action.name,)):
            if not self._switch(name, on, owner):
                continue
            if action.for_ms:
                seconds = action.for_ms // 1000
                self.holds.begin(name, not on, seconds, action.retrigger, action.is_until, owner)
            else:
                self.holds.end(name)

    def ask(self, question, *arguments):
        return getattr(self._almanac, question)(*arguments)

    def rest(self):
        pass

    def cancel(self, rule):
        self.holds.cancel(rule.name)

    def lock(self, name, why):
        if self.things[name].lock != why:
            self.things[name].lock = why
            self._tell("lock", name, why)

    def notify(self, text):
        self._tell("notice", None, text)

    def find(self, name):
        if name in self.groups:
            group = Thing(name)
            group.on = any([self.things[member].on for member in self.groups[name]])
            return group
        return self.things[name]

    def turn(self, name, on):
        self._switch(name, on, "hold")

    def count_down(self, name, seconds):
        if not self.counts_down or name not in [plug["name"] for plug in self.checked["plugs"]]:
            return False
        self.things[name].countdown = self.now_ms + seconds * 1000 if seconds else None
        return True

    # ---

    def _wanted(self, verb, name):
        return not self.find(name).on if verb == "toggle" else verb == "on"

    def _switch(self, name, on, owner):
        thing = self.things[name]
        if thing.fails or not thing.online or (on and thing.lock):
            self._tell("failed", name, on)
            return False
        self._tell("set", name, on, owner)
        if thing.on is not on:
            thing.on = on
            self._changed(name)
        return True

    def _become(self, name, on, why):
        thing = self.things[name]
        if thing.on is not on:
            thing.on = on
            self._tell(why, name, on)
            self._changed(name)

    def _changed(self, name):
        thing = self.things[name]
        if thing.draws is not None:
            thing.values[_POWER] = int(thing.draws * 10) if thing.on else 0
        self.engine.touch((name,))
        self.holds.see(name)

    def _expire(self):
        for name in list(self.things):
            thing = self.things[name]
            if thing.countdown is not None and thing.countdown <= self.now_ms:
                thing.countdown = None
                self._become(name, not thing.on, "countdown")

    def _next_expiry(self):
        due = [t.countdown for t in self.things.values() if t.countdown is not None]
        return max(0, min(due) - self.now_ms) if due else 86400000

    def _tell(self, what, name, value, owner=None):
        self.events.append((self.unix(), what, name, value))
        self.owners.append(owner)
