"""What a configuration may hold: checked to the last value, each fault named with its place.

What is faulty is left out and everything else works: a typing error must not put out the light.
The components say what their own part of it may hold: see components.py.
"""

from hub.config.entries import Fault, entries_of
from hub.config.needs import home_needs, leave_out
from hub.config.secrets import IN_SECTIONS, with_key, with_secret
from hub.config.validator import Checker
from hub.system.store import CONFIG_FILE, RULES_FILE

#: Checks of whose fields no two in a configuration may have the same value.
_UNIQUE = ("target_name", "trigger_name", "device_id", "pin")


class Schema:
    """`hub`: the table of fields that belong to no component; `lists` and `sections`: the names of
    those that have a list or an object of their own, `component(name)` returns their modules.

    `rules(read, config, path, faults)` returns the rules of a file, not checked yet: see
    rules.schema.
    """

    def __init__(self, hub, lists, sections, optional, component, rules):
        self._hub = hub
        self._lists = lists
        self._sections = sections
        self._optional = optional
        self.component = component
        self._rules = rules

    def check(self, entries, secrets, read_rules=None, path=CONFIG_FILE):
        """Check a configuration and its rules; return it whole, with defaults filled in.

        `entries`: as config.entries yields them; `secrets`: those that belong to it;
        `read_rules()`: the entries of the rules, if there are any. Returns what checking_home()
        does, and of the rules "site": dict or None, "rules": Rules or (), "watched": names of
        targets whose state has to be known at once, "warnings": list of text. Never raises for
        what is in them.
        """
        config = at_once(self.checking_home(entries, secrets, (), path))
        at_once(self.checking_rules(config, read_rules))
        return config

    def checking_home(self, entries, secrets, in_heap=(), path=CONFIG_FILE):
        """Check a configuration without its rules, and yield after each entry.

        `in_heap`: texts that are there already, so that none comes to stand there twice.
        Returns {name of a setting, list or section: what is right of it, "needs": bytes of heap,
        "faults": list of text "FILE: PLACE: what was expected"}.
        """
        faults = []
        checker = Checker(path, faults, in_heap=in_heap)
        lists = {name: [] for name in self._lists}
        rest = {}
        try:
            for key, index, value in entries:
                if key in lists:
                    raw = with_key(value, secrets) if key == "plugs" else value
                    table = () if index is None else self._table(key, raw)
                    checker.element(raw, table, key, index, lists[key])
                else:
                    rest[key] = _whole(rest.get(key), index, value)
                yield
        except Fault as e:
            faults.append("%s: %s" % (path, e))
            # What stands in front of the fault is right, but half a home would be a riddle.
            lists = {name: [] for name in self._lists}
            rest = {}
        hub = {key: rest[key] for key in rest if key not in self._sections}
        config = checker.fields(hub, self._hub, "", list(self._sections) + list(self._lists))
        config.update(lists)
        if "boot_button" in rest and rest["boot_button"] is None:
            config["boot_button"] = None
        for name, _ in IN_SECTIONS:
            rest[name] = with_secret(name, rest.get(name), secrets)
        for name in self._sections:
            config[name] = self._section(checker, name, rest.get(name))
        self._fit(checker, config)
        self._resolve(checker, config)
        config["needs"] = self._needs(config)
        config.update({"site": None, "rules": (), "watched": [], "warnings": []})
        config["faults"] = faults
        config["checker"] = checker
        return config

    def checking_rules(self, config, read_rules):
        """Check the rules of a configuration, and what there is only because of them; yield after
        each rule.
        """
        if read_rules:
            rules = self._rules(read_rules, config, RULES_FILE, config["faults"])
            yield from rules.checking()
            config["rules"] = rules
        checker = config.pop("checker")
        for finish in self._hooks("finish", config):
            finish(checker, config)

    def check_values(self, config, secrets=None, rules=None):
        """Check what is in memory, as JSON has it; return as check(), "rules" as a list."""
        read_rules = None if rules is None else lambda: entries_of(rules)
        found = self.check(entries_of(config), secrets or {}, read_rules)
        if found["rules"]:
            by_id = {rule["id"]: rule for rule in found["rules"]}
            found["rules"] = [by_id[id] for id in found["rules"].order]
        else:
            found["rules"] = []
        return found

    def _table(self, kind, raw=None):
        module = self.component(kind)
        return module.table_of(raw) if hasattr(module, "table_of") else module.SCHEMA

    def _section(self, checker, name, value):
        is_optional = name in self._optional
        if value is None and is_optional:
            return None  # and its module need not be loaded
        try:
            self.component(name)
        except ImportError:
            checker.fault(name, "this firmware has no memory for it: docs/configuration.md")
            return None
        found = None if value is None else checker.item(value, self._table(name), name)
        # One that every home has is there with its defaults, whatever stands in its place.
        return found or (None if is_optional else checker.item({}, self._table(name), name))

    def _needs(self, config):
        return home_needs(config, self._lists + self._sections, self.component)

    def _fit(self, checker, config):
        """Leave out the plugs that this board has no heap for."""
        plugs = config["plugs"]

        def needs(count):
            config["plugs"] = plugs[:count]
            return self._needs(config)

        excess, why = leave_out(len(plugs), needs, "plugs")
        config["plugs"] = plugs[: len(plugs) - excess]
        if excess:
            checker.fault("plugs", why)

    def _resolve(self, checker, config):
        """Check what refers to something else; leave out what is twice or refers to nothing."""
        seen = {check: {} for check in _UNIQUE}
        for kind in self._lists:
            unique = _unique_fields(self._table(kind)) if config[kind] else ()
            config[kind] = [
                item
                for item in config[kind]
                if _is_unique(checker, item, item["at"], unique, seen)
            ]
        for kind in self._sections:
            item = config[kind]
            unique = _unique_fields(self._table(kind)) if item else ()
            if item and not _is_unique(checker, item, kind, unique, seen):
                config[kind] = None
        for check in self._hooks("check", config):
            check(checker, config)

    def _hooks(self, name, config):
        """Yield the functions of that name of the components that are configured."""
        for kind in self._lists + self._sections:
            if config[kind] and hasattr(self.component(kind), name):
                yield getattr(self.component(kind), name)


def at_once(steps):
    """Return what a generator returns that yields nothing: work that others could interrupt."""
    while True:
        try:
            next(steps)
        except StopIteration as e:
            return e.value


def outline(config):
    """Leave of a configuration what its rules have to know: a third of the heap it takes."""
    for kind in ("plugs", "outlets", "scenes"):
        config[kind] = [
            {key: item[key] for key in ("name", "kind") if item.get(key)} for item in config[kind]
        ]


def _unique_fields(table):
    return [(key, check) for key, check, _ in table if check in _UNIQUE]


def _is_unique(checker, item, place, fields, seen):
    for key, check in fields:
        if not checker.is_new(item[key], "%s.%s" % (place, key), seen[check]):
            return False
    return True


def _whole(list_so_far, index, value):
    """Return the value of a key of which one more entry has come."""
    if index is None:
        return value
    return (list_so_far or []) + [value]
