"""The rules: each checked to the last value, and made into what the engine is built from.

    {"site": {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4}, "rules": [...]}

What is faulty is left out, like in the configuration. Two rules that want opposite things at the
same time are told of, and stay. Rules are many: no more than one of them is in memory as a whole.
"""

from ..action import EDGES, GESTURES
from ..config.entries import Fault
from ..config.marks import mark
from ..config.needs import rules_too_many
from ..config.validator import Checker, known
from . import values
from .conditions import AFTER, FOLLOW, WATCHED, WHEN, condition_of, opposite
from .conflicts import conflicts, wish_of
from .steps import steps_of
from .values import days_of, moment_of, period_of

_FILE = (("site", None, None), ("rules", None, None))
_SITE = (
    ("tz", "zone", "UTC0"),
    ("lat", ("degrees", 90), None),
    ("lon", ("degrees", 180), None),
)
_RULE = (
    ("id", "rule_id", ...),
    ("enabled", "flag", True),
    ("safety", "flag", False),
    ("at", "moment", None),
    ("days", "days", None),
    ("jitter", "duration", None),
    ("until", "moment", None),
    ("missed", "duration", None),
    ("when", None, None),
    ("limit", None, None),
    ("follow", None, None),
    ("button", "button", None),
    ("gesture", ("one_of", "press", "double", "long", "hold", "release"), None),
    ("gpio", "text", None),
    ("edge", ("one_of", "rise", "fall"), None),
    ("do", None, None),
    ("not", None, None),
    ("only", None, None),
)
_TRIGGERS = ("at", "when", "limit", "follow", "button", "gpio")
#: What makes sense with one trigger only.
_BELONGS = (
    ("days", "at"),
    ("jitter", "at"),
    ("until", "at"),
    ("missed", "at"),
    ("gesture", "button"),
    ("edge", "gpio"),
)
_LIMIT = (
    ("plug", "text", None),
    ("relay", "text", None),
    ("max_on", "duration", None),
    ("min_off", "duration", None),
)
_WINDOW = (("between", "period", ...), ("days", "days", None))
_ALL_DAYS = 127
_NOWHERE = {"tz": "UTC0", "lat": None, "lon": None}


class Rules:
    """The rules of a file, for a configuration that is checked.

    `read()` returns an iterator of the file's entries (see config.entries), each time it is
    called. check() has to come first; then an iteration makes the rules anew, one at a time: each
    {"name", "at": its place, "enabled", "safety", "steps"} with a "moment" and "clock": (days,
    jitter, missed, until), a "when" and perhaps "after", or a "limit"; perhaps "window".
    """

    def __init__(self, read, config, action_table, path, faults):
        self._read = read
        self._config = config
        self._table = action_table
        self._path = path
        self._faults = faults
        self._checker = Checker(path, faults, values)
        self._names = {
            kind: [item["name"] for item in config[kind + "s"]]
            for kind in ("plug", "relay", "group", "scene", "input")
        }
        self._place = ""
        self._known = 0  # how many faults there were before this rule
        self._ids = []  # of entries that are faulty
        self._suns = []  # (place of a rule, key) of what needs to know where the sun is
        self._cancelled = []  # (place of a rule, id) of what cancels another one
        self._binding = None  # (button or input, event) that runs this rule
        self._bindings = []  # (kind, name of a button or an input, event, name of the rule)
        self._inputs = []  # names of inputs that are watched
        self.warnings = []
        self.marks = {}  # {name: mark} of those that are right
        self.order = []  # their names; those for safety come first: they wait for nobody

    def check(self):
        """Check all of it; put "site" and "warnings" into the configuration."""
        rest = {}
        safety = []
        wishes = []
        try:
            for key, index, value in self._read():
                if key != "rules" or index is None:
                    rest[key] = value
                    continue
                for rule in self._entry(index, value, True):
                    self.marks[rule["name"]] = mark(rule)
                    (safety if rule["safety"] else self.order).append(rule["name"])
                    self._watch(rule)
                    wish = wish_of(rule)
                    if wish:
                        wishes.append(wish)
        except Fault as e:
            self._faults.append("%s: %s" % (self._path, e))
            self.marks = {}
            safety = self.order = []
        self.order = safety + self.order
        self._check_heap()
        self._check_rest(rest)
        self._check_references()
        groups = {group["name"]: group["members"] for group in self._config["groups"]}
        self.warnings = ["rules.json: %s" % text for text in conflicts(wishes, groups)]
        self._config["warnings"] = self.warnings

    def __iter__(self):
        if not self.marks:
            return
        for key, index, value in self._read():
            if key == "rules" and index is not None:
                for rule in self._entry(index, value, False):
                    if rule["name"] in self.marks:
                        rule["name"] = known(rule["name"], self.order)  # once in the heap
                        yield rule

    def _check_heap(self):
        excess, why = rules_too_many(self._config["needs"], len(self.order))
        if excess:
            self._fault("rules", why)
            for name in self.order[-excess:]:
                self._forget(name)

    def _check_rest(self, rest):
        raw = self._checker.fields(rest, _FILE, "")
        if raw["rules"] not in (None, []):
            self._fault("rules", "expected a list in brackets")
        self._config["site"] = self._checker.item(raw["site"] or {}, _SITE, "site") or _NOWHERE

    def _check_references(self):
        """Leave out rules that refer to another one, or to the sun, where there is none."""
        for place, id in self._cancelled:
            if not self._has(id):
                self._fault(place + ".do.cancel", 'no rule is named "%s"' % id)
                self._leave_out(place)
        site = self._config["site"]
        if site["lat"] is None or site["lon"] is None:
            for place, key in self._suns:
                self._fault("%s.%s" % (place, key), 'the sun needs "lat" and "lon" of the site')
                self._leave_out(place)

    def _leave_out(self, place):
        name = "rule " + place.split("(")[1][:-1]
        for half in (name, name + " off"):
            self._forget(half)

    def _forget(self, name):
        if self.marks.pop(name, None):
            self.order.remove(name)
        self._bindings = [binding for binding in self._bindings if binding[3] != name]
        for kind, events in (("buttons", GESTURES), ("inputs", EDGES)):
            for item in self._config[kind]:
                for event in events:
                    if item[event] and item[event]["name"] == name:
                        item[event] = None

    def bind(self, config):
        """Have another checked configuration, which says the same, run the rules as well."""
        for kind, name, event, rule in self._bindings:
            for item in config[kind]:
                if item["name"] == name:
                    item[event] = _run(rule)
        for item in config["inputs"]:
            if item["name"] in self._inputs:
                item["watched"] = True
        for key in ("site", "watched", "warnings"):
            config[key] = self._config[key]
        config["rules"] = self

    def _watch(self, rule):
        for key in ("when", "limit"):
            if key in rule:
                self._config["watched"].append(rule[key][0])

    def _fault(self, place, expected):
        self._checker.fault(place, expected)

    def _entry(self, index, entry, is_first):
        """Return what an entry of the list becomes: rules; of one that is faulty, none.

        Only the first time faults are told, and buttons bound.
        """
        if not is_first:
            self._faults = []
            self._checker = Checker(self._path, self._faults, values)
        self._place = "rules[%d]" % index
        self._known = len(self._faults)
        self._binding = None
        rule = self._checker.item(entry, _RULE, self._place)
        if not rule:
            return []
        id = rule["id"]
        # What fails further down is told with the name, which people know better.
        place = "%s (%s)" % (self._place, id)
        if is_first and self._has(id):
            self._fault(self._place + ".id", "the same as of another rule")
            return []
        self._place = place
        made = self._rule(entry, rule)
        if is_first:
            self._bind(made)
        # Without what is wrong in it a rule would do something else than it says.
        if self._is_right() and made:
            return made
        self._ids.append(id)
        return []

    def _has(self, id):
        return id in self._ids or "rule " + id in self.marks

    def _rule(self, entry, raw):
        """Return what a rule becomes: one, two for a follow, none if it is faulty."""
        place = self._place
        given = [trigger for trigger in _TRIGGERS if entry.get(trigger) is not None]
        if len(given) != 1:
            self._fault(place, "expected one of " + ", ".join(_TRIGGERS))
            return []
        trigger = given[0]
        for key, owner in _BELONGS:
            if raw[key] is not None and owner != trigger:
                self._fault("%s.%s" % (place, key), 'it belongs to "%s"' % owner)
        rule = {
            "name": "rule " + raw["id"],
            "at": place,
            "enabled": raw["enabled"],
            "safety": raw["safety"],
            "steps": [],
        }
        window = self._window(raw)
        if window:
            rule["window"] = window
        if trigger in ("limit", "follow"):
            if raw["do"] is not None:
                self._fault(place + ".do", 'there is nothing to be said with "%s"' % trigger)
            check = self._limit if trigger == "limit" else self._follow
            return check(raw[trigger], rule)
        if trigger == "at":
            rule["moment"] = moment_of(raw["at"])
            rule["clock"] = (
                days_of(raw["days"]) or _ALL_DAYS,
                raw["jitter"] or 0,
                raw["missed"] or 0,
                moment_of(raw["until"]),
            )
        arguments = raw["do"], place + ".do", self._checker, self._names, self._table
        rule["steps"] = steps_of(*arguments)
        for step in rule["steps"]:
            if step[1] == "cancel":
                self._cancelled.append((place, step[2][5:]))
        if raw[trigger] is None:
            return []  # what is wrong with it has been said
        if trigger == "at":
            self._check_sun(rule["moment"], "at")
            self._check_sun(rule["clock"][3], "until")
        elif trigger == "when":
            self._when(raw["when"], rule)
        elif trigger == "button":
            self._binding = self._button(raw["button"]), raw["gesture"] or "press"
        else:
            self._binding = self._pin(raw["gpio"]), raw["edge"] or "rise"
        return [rule]

    def _is_right(self):
        return len(self._faults) == self._known

    # --- when it may run ---

    def _window(self, raw):
        """Return (whether it may run inside only, moment, moment, days), None for always."""
        for key in ("not", "only"):
            if raw[key] is None:
                continue
            place = "%s.%s" % (self._place, key)
            window = self._checker.item(raw[key], _WINDOW, place)
            if raw["not"] is not None and raw["only"] is not None:
                self._fault(place, 'there can be "not" or "only", no two')
                return None
            if window:
                begin, end = period_of(window["between"]) or (None, None)
                self._check_sun(begin, key)
                self._check_sun(end, key)
                return key == "only", begin, end, days_of(window["days"]) or _ALL_DAYS
        return None

    def _check_sun(self, moment, key):
        if moment and moment[0] != "clock":
            self._suns.append((self._place, key))

    # --- what it watches ---

    def _when(self, raw, rule):
        place = self._place + ".when"
        item = self._checker.item(raw, WHEN, place)
        if not item:
            return
        given = [kind for kind in WATCHED if item[kind]]
        if len(given) != 1:
            self._fault(place, "expected one of " + ", ".join(WATCHED))
            return
        kind, name = given[0], item[given[0]]
        for pin in self._config["inputs"]:
            if kind == "input" and pin["name"] == name:
                pin["watched"] = True
                self._inputs.append(name)
        own = known(name, self._names[kind])
        # An input that is no pin is one that is told by HTTP.
        if kind != "input" and own is None:
            self._fault("%s.%s" % (place, kind), 'no %s is named "%s"' % (kind, name))
        name = own or name
        rule["when"] = condition_of(raw, item, kind, name, place, self._fault)
        if item["after"] is not None:
            place += ".after"
            after = self._checker.item(item["after"], AFTER, place)
            if after:
                arguments = item["after"], after, kind, name, place, self._fault
                rule["after"] = condition_of(*arguments)

    def _follow(self, raw, rule):
        place = self._place + ".follow"
        item = self._checker.item(raw, FOLLOW, place)
        if not item:
            return []
        kind = self._kind_of(item["leader"], place + ".leader")
        kinds = [self._kind_of(name, place + ".followers") for name in item["followers"]]
        condition = kind and condition_of(raw, item, kind, item["leader"], place, self._fault)
        if item["leader"] in item["followers"]:
            self._fault(place + ".followers", "it can not follow itself")
        if not condition or None in kinds:
            return []
        off = dict(rule, name=rule["name"] + " off")
        off["when"] = opposite(condition, item["off_delay"] or 0)
        rule["when"] = condition
        # A short dip is no edge: what was switched by hand meanwhile stays so.
        rule["rearm"] = item["off_delay"] or 0
        off["rearm"] = item["for"] or 0
        for verb, half in (("on", rule), ("off", off)):
            half["steps"] = [[0, "do", name, verb, None, True] for name in item["followers"]]
        return [rule, off]

    def _limit(self, raw, rule):
        place = self._place + ".limit"
        item = self._checker.item(raw, _LIMIT, place)
        if not item:
            return []
        given = [kind for kind in ("plug", "relay") if item[kind]]
        if len(given) != 1:
            self._fault(place, "expected one of plug, relay")
            return []
        name = known(item[given[0]], self._names[given[0]])
        if name is None:
            self._fault(place, 'nothing is named "%s"' % item[given[0]])
            return []
        if not item["max_on"] and not item["min_off"]:
            self._fault(place, "expected max_on or min_off")
            return []
        rule["limit"] = name, item["max_on"], item["min_off"]
        return [rule]

    def _kind_of(self, name, place):
        for kind in ("plug", "relay", "group"):
            if name in self._names[kind]:
                return kind
        self._fault(place, 'no plug, relay or group is named "%s"' % name)
        return None

    # --- who runs it ---

    def _button(self, value):
        buttons = self._config["buttons"]
        found = [b for i, b in enumerate(buttons) if value in (b["name"], i + 1)]
        if not found:
            self._fault(self._place + ".button", "there is no such button in config.json")
        return found[0] if found else None

    def _pin(self, name):
        found = [item for item in self._config["inputs"] if item["name"] == name]
        if not found:
            self._fault(self._place + ".gpio", 'no input in config.json is named "%s"' % name)
        return found[0] if found else None

    def _bind(self, made):
        item, event = self._binding or (None, None)
        if not item or not made:
            return
        if item[event]:
            self._fault(self._place, '%s has something for "%s" already' % (item["name"], event))
        elif made[0]["enabled"] and self._is_right():
            kind = "buttons" if event in GESTURES else "inputs"
            self._bindings.append((kind, item["name"], event, made[0]["name"]))
            item[event] = _run(made[0]["name"])


def _run(name):
    """Return what an action of a button or an input is that runs a rule."""
    return {"name": name, "set": "on", "for": None, "retrigger": True}
