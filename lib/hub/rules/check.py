"""The rules: each checked to the last value, and made into what the engine is built from.

    {"site": {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4}, "rules": [...]}

What is faulty is left out, like in the configuration. Two rules that want opposite things at the
same time are told of, and stay.
"""

from .. import expect
from ..action import EDGES, GESTURES
from ..check import REQUIRED, Checker
from . import values
from .conditions import AFTER, FOLLOW, WATCHED, WHEN, condition_of, opposite
from .conflicts import conflicts
from .steps import steps_of
from .values import days_of, moment_of, period_of

_FILE = {"site": (None, None), "rules": (None, None)}
_SITE = {
    "tz": (values.zone, "UTC0"),
    "lat": (values.degrees(90), None),
    "lon": (values.degrees(180), None),
}
_RULE = {
    "id": (values.rule_id, REQUIRED),
    "enabled": (expect.flag, True),
    "safety": (expect.flag, False),
    "at": (values.moment, None),
    "days": (values.days, None),
    "jitter": (expect.duration, None),
    "until": (values.moment, None),
    "missed": (expect.duration, None),
    "when": (None, None),
    "limit": (None, None),
    "follow": (None, None),
    "button": (values.button, None),
    "gesture": (expect.one_of(*GESTURES), None),
    "gpio": (expect.text, None),
    "edge": (expect.one_of(*EDGES), None),
    "do": (None, None),
    "not": (None, None),
    "only": (None, None),
}
_TRIGGERS = ("at", "when", "limit", "follow", "button", "gpio")
#: What makes sense with one trigger only.
_BELONGS = {
    "days": "at",
    "jitter": "at",
    "until": "at",
    "missed": "at",
    "gesture": "button",
    "edge": "gpio",
}
_LIMIT = {
    "plug": (expect.text, None),
    "relay": (expect.text, None),
    "max_on": (expect.duration, None),
    "min_off": (expect.duration, None),
}
_WINDOW = {"between": (values.period, REQUIRED), "days": (values.days, None)}
_ALL_DAYS = 127


def check_rules(raw, config, action_spec, path, faults):
    """Put "site", "rules" and "warnings" into a checked configuration; append to `faults`.

    A rule is {"name", "at": its place, "enabled", "safety", "steps"} with a "moment" and "clock":
    [days, jitter, missed, until], a "when" and perhaps "after", or a "limit"; perhaps "window".
    """
    _Rules(raw, config, action_spec, Checker(path, faults), faults).check()


class _Rules:
    def __init__(self, raw, config, action_spec, checker, faults):
        self._config = config
        self._spec = action_spec
        self._checker = checker
        self._fault = checker.fault
        self._faults = faults
        self._raw = raw if isinstance(raw, dict) else {}
        self._names = {
            kind: [item["name"] for item in config[kind + "s"]]
            for kind in ("plug", "relay", "group", "scene", "input")
        }
        self._place = ""
        self._known = 0  # how many faults there were before this rule

    def check(self):
        config = self._config
        raw = self._checker.fields(self._raw, _FILE, "")
        site = self._checker.item(raw["site"] or {}, _SITE, "site")
        config["site"] = site or {"tz": "UTC0", "lat": None, "lon": None}
        entries = raw["rules"] or []
        if not isinstance(entries, list):
            self._fault("rules", "expected a list in brackets")
            entries = []
        rules = []
        ids = {}
        for i, entry in enumerate(entries):
            self._place = "rules[%d]" % i
            self._known = len(self._faults)
            rule = self._checker.item(entry, _RULE, self._place)
            if not rule:
                continue
            if rule["id"] in ids:
                self._fault(self._place + ".id", "the same as of " + ids[rule["id"]])
                continue
            ids[rule["id"]] = self._place
            # What fails further down is told with the name, which people know better.
            self._place += " (%s)" % rule["id"]
            made = self._rule(entry, rule)
            # Without what is wrong in it a rule would do something else than it says.
            if self._is_right():
                rules += made
        rules = [rule for rule in rules if self._cancels_known(rule, ids)]
        groups = {group["name"]: group["members"] for group in config["groups"]}
        config["warnings"] = ["rules.json: %s" % text for text in conflicts(rules, groups)]
        # They run in this order, and those for safety wait for nobody.
        config["rules"] = [rule for rule in rules if rule["safety"]]
        config["rules"] += [rule for rule in rules if not rule["safety"]]

    def _rule(self, entry, raw):
        """Return what a rule becomes: one, two for a follow, none if it is faulty."""
        place = self._place
        given = [trigger for trigger in _TRIGGERS if entry.get(trigger) is not None]
        if len(given) != 1:
            self._fault(place, "expected one of " + ", ".join(_TRIGGERS))
            return []
        trigger = given[0]
        for key, owner in _BELONGS.items():
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
            rule["clock"] = [
                days_of(raw["days"]) or _ALL_DAYS,
                raw["jitter"] or 0,
                raw["missed"] or 0,
                moment_of(raw["until"]),
            ]
        arguments = raw["do"], place + ".do", self._checker, self._names, self._spec
        rule["steps"] = steps_of(*arguments)
        if raw[trigger] is None:
            return []  # what is wrong with it has been said
        if trigger == "at":
            self._check_sun(rule["moment"], "at")
            self._check_sun(rule["clock"][3], "until")
        elif trigger == "when":
            self._when(raw["when"], rule)
        elif trigger == "button":
            self._bind(self._button(raw["button"]), raw["gesture"] or "press", rule)
        else:
            self._bind(self._pin(raw["gpio"]), raw["edge"] or "rise", rule)
        return [rule]

    def _is_right(self):
        return len(self._faults) == self._known

    def _cancels_known(self, rule, ids):
        for step in rule["steps"]:
            if step[1] == "cancel" and step[2][5:] not in ids:
                self._fault(rule["at"] + ".do.cancel", 'no rule is named "%s"' % step[2][5:])
                return False
        return True

    # --- when it may run ---

    def _window(self, raw):
        """Return [whether it may run inside only, moment, moment, days], None for always."""
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
                return [key == "only", begin, end, days_of(window["days"]) or _ALL_DAYS]
        return None

    def _check_sun(self, moment, key):
        site = self._config["site"]
        if moment and moment[0] != "clock" and (site["lat"] is None or site["lon"] is None):
            self._fault("%s.%s" % (self._place, key), 'the sun needs "lat" and "lon" of the site')

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
        # An input that is no pin is one that is told by HTTP.
        if kind != "input" and name not in self._names[kind]:
            self._fault("%s.%s" % (place, kind), 'no %s is named "%s"' % (kind, name))
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
        name = item["plug"] or item["relay"]
        if not name or (item["plug"] and item["relay"]):
            self._fault(place, "expected one of plug, relay")
            return []
        if name not in self._names["plug" if item["plug"] else "relay"]:
            self._fault(place, 'nothing is named "%s"' % name)
            return []
        if not item["max_on"] and not item["min_off"]:
            self._fault(place, "expected max_on or min_off")
            return []
        rule["limit"] = [name, item["max_on"], item["min_off"]]
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

    def _bind(self, item, event, rule):
        if item and item[event]:
            self._fault(self._place, '%s has something for "%s" already' % (item["name"], event))
        elif item and rule["enabled"] and self._is_right():
            item[event] = {"name": rule["name"], "set": "on", "for": None, "retrigger": True}
