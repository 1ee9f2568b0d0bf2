"""Checks values against a table of fields, and names against what they refer to.

A table is a tuple of (name, check, default). The check is the name of a function in expect.py, or
(name, its further arguments ...), None for what is checked elsewhere; a default `...` stands for a
field that has to be there. All of it is constant: frozen it stays in flash, and 4 kB of heap are
spared while a configuration is checked.
"""

from ..targets.action import EDGES, GESTURES
from . import expect

_KINDS = ("plug", "relay", "group", "scene")


def known(name, names):
    """Return the one of `names` that is equal, None without: each name is in the heap once."""
    return names[names.index(name)] if name in names else None


class Checker:
    """Collects the faults of one file.

    `also`: a module with more checks than expect.py; `names`: those that are in the heap already.
    """

    def __init__(self, path, faults, also=expect, names=()):
        self._names = names
        self._path = path
        self._faults = faults
        self._also = also

    def fault(self, place, expected):
        self._faults.append("%s: %s: %s" % (self._path, place, expected))

    def fields(self, raw, table, place, also=()):
        """Return the fields of a table that are right or have a default.

        `also`: names that are known here too, and checked elsewhere.
        """
        found = {}
        prefix = place + "." if place else ""
        names = [row[0] for row in table]
        for key in raw:
            if key not in names and not key.startswith("//"):
                text = ", ".join(sorted(names + list(also)))
                self.fault(prefix + key, "not known here; known are " + text)
        for key, check, default in table:
            value = raw.get(key)
            expected = None if value is None else self._expected(check, value)
            if expected:
                self.fault(prefix + key, "expected " + expected)
            if value is not None and not expected:
                found[key] = expect.seconds(value) if check == "duration" else value
            elif default is not ...:
                found[key] = default
            elif not expected:
                self.fault(prefix + key, "missing")
        return found

    def _expected(self, check, value):
        if check is None:
            return None
        name, arguments = (check[0], check[1:]) if isinstance(check, tuple) else (check, ())
        function = getattr(expect, name, None) or getattr(self._also, name)
        return function(value, *arguments)

    def item(self, raw, table, place):
        """Return all fields of one object, None if a required one is missing or wrong."""
        if not isinstance(raw, dict):
            self.fault(place, "expected an object in braces")
            return None
        found = self.fields(raw, table, place)
        return found if len(found) == len(table) else None

    def element(self, raw, table, place, index, good):
        """Append an element of a list to those that are `good`, with its place as "at".

        With the index None it is what stands in the place of a list.
        """
        if index is None:
            if raw != [] and raw is not None:
                self.fault(place, "expected a list in brackets")
            return
        at = "%s[%d]" % (place, index)
        found = self.item(raw, table, at)
        if found:
            if "name" in found:
                found["name"] = known(found["name"], self._names) or found["name"]
            found["at"] = at
            good.append(found)

    def resolve(self, config, action_spec):
        """Check names and what refers to them; leave out what is twice or refers to nothing."""
        self._unique(config, ("plugs", "relays", "groups", "scenes"), "name")
        self._unique(config, ("plugs",), "id")
        self._unique(config, ("relays", "buttons", "inputs"), "pin")
        self._unique(config, ("buttons", "inputs"), "name")
        names = {kind: [item["name"] for item in config[kind + "s"]] for kind in _KINDS}
        for relay in config["relays"]:
            self._relay(relay, names)
        for group in config["groups"]:
            group["members"] = self._known(
                group["members"], names, ("plug", "relay"), group["at"] + ".members"
            )
        for scene in config["scenes"]:
            place = scene["at"] + ".set"
            known = self._known(scene["set"], names, ("plug", "relay", "group"), place)
            scene["set"] = {name: scene["set"][name] for name in known}
        for kind, triggers in (("buttons", GESTURES), ("inputs", EDGES)):
            config[kind] = [
                item for item in config[kind] if self._actions(item, triggers, names, action_spec)
            ]
        self._led(config, names)

    def _relay(self, relay, names):
        at = relay["at"]
        for key in ("follow", "drive"):
            if relay[key] and relay[key] not in names["plug"]:
                self.fault("%s.%s" % (at, key), 'no plug is named "%s"' % relay[key])
                relay[key] = None
        if relay["follow"] and relay["follow"] == relay["drive"]:
            self.fault(at + ".drive", "it follows the same plug already")
            relay["drive"] = None

    def _known(self, wanted, names, kinds, place):
        found = []
        for name in wanted:
            same = [known(name, names[kind]) for kind in kinds if name in names[kind]]
            if same:
                found.append(same[0])
            else:
                self.fault(place, 'no %s is named "%s"' % (" or ".join(kinds), name))
        return found

    def _actions(self, item, triggers, names, action_spec):
        """Check what a button or an input does; tell whether all of it is wrong."""
        given = [trigger for trigger in triggers if item[trigger] is not None]
        for trigger in given:
            place = "%s.%s" % (item["at"], trigger)
            item[trigger] = self.action(item[trigger], place, names, action_spec)
        if not item["name"]:
            item["name"] = "%s on pin %d" % (item["at"].split("s[")[0], item["pin"])
        return not given or any([item[trigger] for trigger in given])

    def finish(self, config):
        """Leave out buttons and inputs that nothing and no rule asks for."""
        for kind, triggers in (("buttons", GESTURES), ("inputs", EDGES)):
            used = []
            for item in config[kind]:
                if item.get("watched") or any([item[trigger] for trigger in triggers]):
                    used.append(item)
                else:
                    self.fault(item["at"], "it does nothing: expected " + " or ".join(triggers))
            config[kind] = used

    def action(self, raw, at, names, spec):
        """Return {"name", "set", "for", "retrigger"} of what is to be done, None for a fault."""
        action = self.item(raw, spec, at)
        if not action:
            return None
        given = [kind for kind in _KINDS if action[kind]]
        if len(given) != 1:
            self.fault(at, "expected one of " + ", ".join(_KINDS))
            return None
        kind = given[0]
        name = known(action[kind], names[kind])
        if name is None:
            self.fault("%s.%s" % (at, kind), 'no %s is named "%s"' % (kind, action[kind]))
            return None
        verb = action["set"] or ("on" if kind == "scene" else "toggle")
        if kind == "scene" and (verb != "on" or action["for"]):
            self.fault(at, 'a scene can only be set "on", and for no time')
            return None
        return {
            "name": name,
            "set": verb,
            "for": action["for"],
            "retrigger": action["retrigger"],
        }

    def _led(self, config, names):
        led = config["led"]
        if not led:
            return
        show = led["show"]
        if show and not any([show in names[kind] for kind in ("plug", "relay", "group")]):
            self.fault("led.show", 'nothing is named "%s"' % show)
            led["show"] = None
        for kind in ("relays", "buttons", "inputs"):
            for item in config[kind]:
                if item["pin"] == led["pin"]:
                    self.fault("led.pin", "the same as of " + item["at"])
                    config["led"] = None
                    return

    def _unique(self, config, kinds, field):
        seen = {}
        for kind in kinds:
            good = []
            for item in config[kind]:
                value = item[field]
                if value is not None and value in seen:
                    self.fault("%s.%s" % (item["at"], field), "the same as of " + seen[value])
                else:
                    seen[value] = item["at"]
                    good.append(item)
            config[kind] = good
