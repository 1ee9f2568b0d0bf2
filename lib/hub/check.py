"""Checks values against a table of fields, and names against what they refer to."""

from .action import EDGES, GESTURES
from .expect import duration, seconds

#: Stands for a default that there is none of.
REQUIRED = object()

_KINDS = ("plug", "relay", "group", "scene")


class Checker:
    """Collects the faults of one file. A table is {name: (check, default)}."""

    def __init__(self, path, faults):
        self._path = path
        self._faults = faults

    def fault(self, place, expected):
        self._faults.append("%s: %s: %s" % (self._path, place, expected))

    def fields(self, raw, spec, place, also=()):
        """Return the fields of `spec` that are right or have a default.

        `also`: names that are known here too, and checked elsewhere.
        """
        found = {}
        prefix = place + "." if place else ""
        for key in raw:
            if key not in spec and not key.startswith("//"):
                known = ", ".join(sorted(list(spec) + list(also)))
                self.fault(prefix + key, "not known here; known are " + known)
        for key in spec:
            check, default = spec[key]
            if raw.get(key) is None:
                if default is REQUIRED:
                    self.fault(prefix + key, "missing")
                    continue
                found[key] = default
                continue
            expected = check(raw[key]) if check else None
            if expected:
                self.fault(prefix + key, "expected " + expected)
            if not expected:
                found[key] = seconds(raw[key]) if check is duration else raw[key]
            elif default is not REQUIRED:
                found[key] = default
        return found

    def item(self, raw, spec, place):
        """Return all fields of one object, None if a required one is missing or wrong."""
        if not isinstance(raw, dict):
            self.fault(place, "expected an object in braces")
            return None
        found = self.fields(raw, spec, place)
        return found if len(found) == len(spec) else None

    def items(self, raw, spec, place):
        """Return the objects of a list that are right, each with its place as "at"."""
        if not isinstance(raw, list):
            self.fault(place, "expected a list in brackets")
            return []
        good = []
        for i, entry in enumerate(raw):
            at = "%s[%d]" % (place, i)
            found = self.item(entry, spec, at)
            if found:
                found["at"] = at
                good.append(found)
        return good

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
        known = []
        for name in wanted:
            if any([name in names[kind] for kind in kinds]):
                known.append(name)
            else:
                self.fault(place, 'no %s is named "%s"' % (" or ".join(kinds), name))
        return known

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
        name = action[kind]
        if name not in names[kind]:
            self.fault("%s.%s" % (at, kind), 'no %s is named "%s"' % (kind, name))
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
