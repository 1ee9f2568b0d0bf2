"""Furnishes the hub from its configuration, and again when that changes.

What was built is remembered with a number for the settings that it was built from, so that a
change needs no copy of the configuration before it.
"""

from collections import OrderedDict

from hub import log
from hub.components import HUB, LISTS, SECTIONS, component
from hub.config.marks import mark
from hub.config.schema import outline
from hub.config.secrets import IN_SECTIONS
from hub.system.unload import unload_components

#: Sections, the one of the rules included, in the order in which they are built.
_SECTIONS = SECTIONS + ("site",)
_AT_START = [row[0] for row in HUB]


class Furniture:
    """What a Hub was furnished with, and furnishes it. Loaded for a moment: the hub keeps it.

    `hub.furniture`: {kind: {identity: (mark, what was built)}}, a section being its own identity;
    of the rules {id: mark}, as the hub has them; the settings of the start under None; the "port"
    of its page, and the bytes of heap that all of it "needs".
    """

    def __init__(self, hub):
        self._hub = hub
        self._kinds = hub.furniture

    def begin(self, config):
        """Furnish the hub for the first time. `config` as it was loaded."""
        self._kinds[None] = {name: config[name] for name in _AT_START}
        self.apply(config)

    @property
    def rules(self):
        """{id: mark} of the rules there are."""
        return self._kinds.get("rules", {})

    def has_other_network(self, config):
        """Tell whether a configuration could lock out who sends it."""
        wifi = self._kinds.get("wifi", {}).get("wifi", (0,))[0]
        return wifi != mark(config["wifi"]) or self._kinds["port"] != config["web"]["port"]

    def restart_wanted(self, config):
        """Return the names of settings that only a restart puts in force."""
        return [name for name in _AT_START if self._kinds[None][name] != config[name]]

    def growth(self, config):
        """Return how many bytes of heap more a configuration needs than what there is."""
        return config["needs"] - self._kinds["needs"]

    def apply(self, config):
        """Change the home to a configuration, of which little is left then; what is the same in
        it goes on.
        """
        hub = self._hub
        hub.faults[:] = config["faults"] + config["warnings"]
        lists = {kind: _marked(kind, config[kind]) for kind in LISTS}
        self._end_rules(config["rules"].marks if config["rules"] else {})
        for kind in reversed(LISTS):
            self._take_away(kind, lists[kind])
        self._build_list("plugs", config, lists["plugs"])
        for name in _SECTIONS:
            self._build_section(name, config)
        self._kinds["port"] = config["web"]["port"]
        self._kinds["needs"] = config["needs"]
        for kind in LISTS[1:]:
            self._build_list(kind, config, lists[kind])
        lists = None
        for kind in LISTS:
            settle = getattr(component(kind), "settle", None) if config[kind] else None
            if settle:
                settle(hub, config)
        for secret in _secrets(config):
            log.keep_secret(secret)
        if config["rules"]:
            unload_components()  # what makes rules of a file wants their room
            outline(config)
        self._build_rules(config)
        hub.broadcast.start_again()

    def _end_rules(self, marks):
        known = self._kinds.setdefault("rules", {})
        for id in [id for id in known if known[id] != marks.get(id)]:
            del known[id]
            self._hub.rules.pop(id).close()

    def _take_away(self, kind, marks):
        built = self._kinds.get(kind, {})
        for identity in [known for known in built if built[known][0] != marks.get(known)]:
            _close(built.pop(identity)[1])

    def _build_list(self, kind, config, marks):
        if not config[kind] and kind not in self._kinds:
            return  # and its module need not be loaded
        before = self._kinds.get(kind, {})
        module = component(kind)
        identity = getattr(module, "IDENTITY", "name")
        now = self._kinds[kind] = OrderedDict()
        targets = getattr(self._hub.targets, kind, {})
        ordered = []
        for item in config[kind]:
            id = item[identity]
            if id in before:
                now[id] = before[id]
                if hasattr(module, "ADOPTED"):
                    before[id][1].adopt(item)
            else:
                now[id] = marks[id], self._build(module, item, config)
            if now[id][1]:
                targets[item["name"]] = now[id][1]
                ordered.append((item["name"], now[id][1]))
        targets.clear()
        targets.update(OrderedDict(ordered))

    def _build_section(self, name, config):
        now = mark(config[name])
        was, built = self._kinds.get(name, {}).get(name, (0, None))
        if now == was:
            return  # which it also is where there is none and never was
        _close(built)
        built = None
        if config[name]:
            built = self._build(component(name), config[name], config, name)
        self._kinds[name] = {name: (now, built)}

    def _build_rules(self, config):
        known = self._kinds["rules"]
        built = self._hub.rules
        rules = config["rules"]
        for rule in rules.but(known) if rules else ():
            id = rule["id"]
            built[id] = component("rules").build(self._hub, rule, config)
            known[id] = rules.marks[id]
        ordered = [(id, built[id]) for id in (rules.order if rules else ())]
        built.clear()
        built.update(OrderedDict(ordered))

    def _build(self, module, item, config, place=None):
        try:
            return module.build(self._hub, item, config)
        except ValueError as e:
            text = "config.json: %s.pin: this board says: %s"
            self._hub.faults.append(text % (place or item["at"], e))
            return None


def _marked(kind, items):
    """Return {identity: mark} of the items of a list."""
    if not items:
        return {}
    module = component(kind)
    identity = getattr(module, "IDENTITY", "name")
    but = ("at",) + getattr(module, "ADOPTED", ())
    return {item[identity]: mark(item, but) for item in items}


def _close(built):
    if hasattr(built, "close"):
        built.close()


def _secrets(config):
    keys = [plug["key"] for plug in config["plugs"] if plug["key"]]
    return [config[name][called] for name, called in IN_SECTIONS if config[name]] + keys
