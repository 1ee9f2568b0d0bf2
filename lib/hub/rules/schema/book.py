"""The rules of a file: checked, and made again one at a time when they are built.

    {"site": {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4}, "rules": [...]}

What is faulty is left out, like in the configuration. Two rules that want opposite things at the
same time are told of, and stay. Rules are many: no more than one of them is in memory as a whole.
"""

from hub.config.entries import Fault
from hub.config.marks import mark
from hub.config.needs import leave_out
from hub.config.validator import known
from hub.pins.trigger import EDGES, GESTURES
from hub.system.unload import unload
from hub.targets.action import run_rule
from tuya.port import const

_FILE = (("site", None, None), ("rules", None, None))
_SITE = (
    ("tz", "zone", "UTC0"),
    ("lat", ("degrees", 90), None),
    ("lon", ("degrees", 180), None),
)
# Bytes of heap: the engine with what the first rule loads, and each rule.
_NEEDS_FIRST = const(6000)
_NEEDS = const(350)
# What checks one rule.
_CHECKERS = (
    "hub.rules.schema.check",
    "hub.rules.schema.conditions",
    "hub.rules.schema.steps",
    "hub.rules.schema.values",
)
_NOWHERE = {"tz": "UTC0", "lat": None, "lon": None}


class Rules:
    """The rules of a file, for a configuration that is checked.

    `read()` returns an iterator of the file's entries (see config.entries), each time it is
    called. checking() has to come first; then an iteration yields the rules as check.py makes
    them.
    """

    def __init__(self, read, config, path, faults):
        self._read = read
        self._config = config
        self._path = path
        self._faults = faults
        self._faulty = []  # ids of rules that are left out
        self._bindings = []  # (kind, name of a button or an input, event, id of the rule)
        self._inputs = ()  # names of inputs that are watched
        self.warnings = []
        self.marks = {}  # {id: mark} of those that are right
        self.order = []  # their ids; those for safety come first: they wait for nobody

    def checking(self):
        """Check all of it, and yield after each rule; put "site" and "warnings" into the
        configuration.
        """
        wishes = yield from self._check_each()
        # What checks one rule is not wanted until they are built, and takes 2 kB of heap.
        unload(*_CHECKERS)
        self._check_all(wishes)

    def _check_each(self):
        """Check one rule after the other, and yield between them; return what conflicts() has to
        know of them.
        """
        from hub.rules.schema.check import RuleChecker
        from hub.rules.schema.conflicts import wish_of

        checker = RuleChecker(self._config, self._path, self._faults)
        fault = checker.checker.fault
        in_heap = self._config["checker"].in_heap
        rest = {}
        safety = []
        wishes = []
        try:
            for key, index, value in self._read():
                if key != "rules" or index is None:
                    rest[key] = value
                    continue
                yield
                made = checker.check(index, value, self._has)
                if not made or not self._bind(made, checker.binding, fault):
                    self._faulty.append(checker.id)
                    continue
                ids = [known(rule["id"], in_heap) or rule["id"] for rule in made]
                for i, rule in enumerate(made):
                    self.marks[ids[i]] = mark(rule)
                    (safety if rule["safety"] else self.order).append(ids[i])
                    self._watch(rule)
                    wish = wish_of(rule, index, ids[0])
                    if wish:
                        wishes.append(wish)
        except Fault as e:
            self._faults.append("%s: %s" % (self._path, e))
            self.marks = {}
            safety = self.order = []
        self.order = safety + self.order
        self._inputs = checker.inputs
        self._check_heap(fault)
        self._check_rest(rest, checker.checker)
        self._check_references(checker, fault)
        return wishes

    def _check_all(self, wishes):
        from hub.rules.schema.conflicts import conflicts

        groups = {group["name"]: group["members"] for group in self._config["groups"]}
        self.warnings = ["rules.json: %s" % text for text in conflicts(wishes, groups)]
        self._config["warnings"] = self.warnings

    def __iter__(self):
        return self.but(())

    def but(self, ids):
        """Yield the rules that are called otherwise: those are not even looked at."""
        if not self.marks:
            return
        from hub.rules.schema.check import RuleChecker

        checker = RuleChecker(self._config, self._path, [])
        for key, index, value in self._read():
            if key != "rules" or index is None or not self._is_wanted(value, ids):
                continue
            for rule in checker.check(index, value, lambda id: False):
                if rule["id"] in self.marks and rule["id"] not in ids:
                    rule["id"] = known(rule["id"], self.order)  # once in the heap
                    yield rule

    def _is_wanted(self, value, ids):
        id = value.get("id") if isinstance(value, dict) else None
        if not isinstance(id, str):
            return False  # it is faulty
        return any([half in self.marks and half not in ids for half in _halves(id)])

    def bind(self, config):
        """Have another checked configuration, which says the same, run the rules as well."""
        for kind, name, event, rule in self._bindings:
            for item in config[kind]:
                if item["name"] == name:
                    item[event] = run_rule(rule)
        for item in config["inputs"]:
            if item["name"] in self._inputs:
                item["watched"] = True
        for key in ("site", "watched", "warnings", "needs"):
            config[key] = self._config[key]
        config["rules"] = self
        self._config = config  # and the one before is not wanted any more

    def _has(self, id):
        return id in self._faulty or id in self.marks

    def _bind(self, made, binding, fault):
        """Have a button or an input run a rule; tell whether it has nothing else to do."""
        item, event = binding or (None, None)
        if not item:
            return True
        rule = made[0]
        if item[event]:
            fault(rule["at"], '%s has something for "%s" already' % (item["name"], event))
            return False
        if rule["enabled"]:
            kind = "buttons" if event in GESTURES else "inputs"
            self._bindings.append((kind, item["name"], event, rule["id"]))
            item[event] = run_rule(rule["id"])
        return True

    def _watch(self, rule):
        for key in ("when", "limit"):
            if key in rule:
                self._config["watched"].append(rule[key][0])

    def _needs(self, count):
        return self._config["needs"] + (_NEEDS_FIRST + count * _NEEDS if count else 0)

    def _check_heap(self, fault):
        excess, why = leave_out(len(self.order), self._needs, "rules")
        if excess:
            fault("rules", why)
            for id in self.order[-excess:]:
                self._forget(id)
        self._config["needs"] = self._needs(len(self.order))

    def _check_rest(self, rest, checker):
        raw = checker.fields(rest, _FILE, "")
        if raw["rules"] not in (None, []):
            checker.fault("rules", "expected a list in brackets")
        self._config["site"] = checker.item(raw["site"] or {}, _SITE, "site") or _NOWHERE

    def _check_references(self, checker, fault):
        """Leave out rules that refer to another one, or to the sun, where there is none."""
        for place, id in checker.cancelled:
            if not self._has(id):
                fault(place + ".do.cancel", 'no rule is named "%s"' % id)
                self._leave_out(place)
        site = self._config["site"]
        if site["lat"] is None or site["lon"] is None:
            for place, key in checker.suns:
                fault("%s.%s" % (place, key), 'the sun needs "lat" and "lon" of the site')
                self._leave_out(place)

    def _leave_out(self, place):
        id = place.split("(")[1][:-1]
        for half in _halves(id):
            self._forget(half)

    def _forget(self, id):
        if self.marks.pop(id, None):
            self.order.remove(id)
        self._bindings = [binding for binding in self._bindings if binding[3] != id]
        for kind, events in (("buttons", GESTURES), ("inputs", EDGES)):
            for item in self._config[kind]:
                for event in events:
                    if item[event] and item[event]["name"] == id:
                        item[event] = None


def _halves(id):
    """Return what the rules are called that an entry may become."""
    return id, id + " off"
