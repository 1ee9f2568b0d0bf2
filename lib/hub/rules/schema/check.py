"""One rule, checked to the last value, and made into what the engine is built from.

{"id", "at": its place, "enabled", "safety", "steps"} with a "moment" and "clock": (days,
jitter, missed, until), a "when" and perhaps "after", a "limit", or "mqtt": (topic, payload);
perhaps "window".
"""

from hub.config.validator import Checker, known
from hub.rules.schema import values
from hub.rules.schema.conditions import AFTER, FOLLOW, WATCHED, WHEN, condition_of, opposite
from hub.rules.schema.steps import steps_of
from hub.rules.schema.values import days_of, moment_of, period_of
from hub.targets.action import check_name, names_of

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
    ("mqtt", "topic", None),
    ("payload", None, None),
    ("do", None, None),
    ("not", None, None),
    ("only", None, None),
)
_TRIGGERS = ("at", "when", "limit", "follow", "button", "gpio", "mqtt")
#: What makes sense with one trigger only.
_BELONGS = (
    ("days", "at"),
    ("jitter", "at"),
    ("until", "at"),
    ("missed", "at"),
    ("gesture", "button"),
    ("edge", "gpio"),
    ("payload", "mqtt"),
)
_LIMIT = (
    ("plug", "text", None),
    ("outlet", "text", None),
    ("relay", "text", None),
    ("max_on", "duration", None),
    ("min_off", "duration", None),
)
_WINDOW = (("between", "period", ...), ("days", "days", None))
_ALL_DAYS = 127


class RuleChecker:
    """Checks rules, one after the other, for a configuration that is checked.

    `faults` gets what is wrong with them. What a rule refers to is kept for who knows all of them:
    `cancelled`: (place, id) of what cancels another one, `suns`: (place, key) of what needs to
    know where the sun is, `inputs`: names of those that are watched.
    """

    def __init__(self, config, path, faults):
        self._config = config
        self._faults = faults
        self.checker = Checker(path, faults, values)
        self._fault = self.checker.fault
        self._names = names_of(config)
        self._names["input"] = [item["name"] for item in config["inputs"]]
        self._place = ""
        self._known = 0  # how many faults there were before this rule
        self.id = None  # of the rule that was checked last
        self.binding = None  # (button or input, event) that runs it
        self.cancelled = []
        self.suns = []
        self.inputs = []

    def check(self, index, entry, is_taken):
        """Return what an entry of the list becomes: one rule or two; of a faulty one, none.

        `is_taken(id)` tells whether another rule is called so.
        """
        self.id = self.binding = None
        self._place = "rules[%d]" % index
        self._known = len(self._faults)
        raw = self.checker.item(entry, _RULE, self._place)
        if not raw:
            return []
        if is_taken(raw["id"]):
            self._fault(self._place + ".id", "the same as of another rule")
            return []
        self.id = raw["id"]
        # What fails further down is told with the name, which people know better.
        self._place += " (%s)" % self.id
        made = self._rule(entry, raw)
        # Without what is wrong in it a rule would do something else than it says.
        return made if self._is_right() else []

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
            "id": raw["id"],
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
        rule["steps"] = steps_of(raw["do"], place + ".do", self.checker, self._names)
        for step in rule["steps"]:
            if step[1] == "cancel":
                self.cancelled.append((place, step[2]))
        if raw[trigger] is None:
            return []  # what is wrong with it has been said
        if trigger == "at":
            self._check_sun(rule["moment"], "at")
            self._check_sun(rule["clock"][3], "until")
        elif trigger == "when":
            self._when(raw["when"], rule)
        elif trigger == "mqtt":
            self._message(raw, rule)
        elif trigger == "button":
            self.binding = self._button(raw["button"]), raw["gesture"] or "press"
        else:
            self.binding = self._pin(raw["gpio"]), raw["edge"] or "rise"
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
            window = self.checker.item(raw[key], _WINDOW, place)
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
            self.suns.append((self._place, key))

    # --- what it watches ---

    def _when(self, raw, rule):
        place = self._place + ".when"
        item = self.checker.item(raw, WHEN, place)
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
                self.inputs.append(name)
        if kind == "input":  # one that is no pin is told by HTTP
            name = known(name, self._names[kind]) or name
        else:
            at = "%s.%s" % (place, kind)
            name = check_name(self.checker, name, self._names, (kind,), at) or name
        rule["when"] = condition_of(raw, item, kind, name, place, self._fault)
        if item["after"] is not None:
            place += ".after"
            after = self.checker.item(item["after"], AFTER, place)
            if after:
                arguments = item["after"], after, kind, name, place, self._fault
                rule["after"] = condition_of(*arguments)

    def _follow(self, raw, rule):
        place = self._place + ".follow"
        item = self.checker.item(raw, FOLLOW, place)
        if not item:
            return []
        kind = self._kind_of(item["leader"], place + ".leader")
        kinds = [self._kind_of(name, place + ".followers") for name in item["followers"]]
        condition = kind and condition_of(raw, item, kind, item["leader"], place, self._fault)
        if item["leader"] in item["followers"]:
            self._fault(place + ".followers", "it cannot follow itself")
        if not condition or None in kinds:
            return []
        off = dict(rule, id=rule["id"] + " off")
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
        item = self.checker.item(raw, _LIMIT, place)
        if not item:
            return []
        given = [kind for kind in ("plug", "outlet", "relay") if item[kind]]
        if len(given) != 1:
            self._fault(place, "expected one of plug, outlet, relay")
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
        for kind in ("plug", "outlet", "relay", "group"):
            if name in self._names[kind]:
                return kind
        self._fault(place, 'no plug, outlet, relay or group is named "%s"' % name)
        return None

    # --- who runs it ---

    def _message(self, raw, rule):
        payload = raw["payload"]
        if not self._names["mqtt"]:
            text = 'there is no broker: "mqtt" is missing in config.json'
            self._fault(self._place + ".mqtt", text)
        elif payload is not None and not isinstance(payload, (str, dict)):
            self._fault(self._place + ".payload", "expected a text, or an object of JSON fields")
        rule["mqtt"] = raw["mqtt"], payload

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
