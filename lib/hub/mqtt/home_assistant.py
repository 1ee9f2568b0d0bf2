"""Has Home Assistant find everything by itself: MQTT discovery. Loaded for a moment.

One message makes a device with all its entities; an older Home Assistant wants one for each of
them ("discovery": "single"). What tells entities apart is the id of a plug, so that
one that gets another name keeps its history. What was announced is kept through a restart: of a
plug that is gone the entities are taken away, and they stay while it is only offline.

    https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
"""

import json

from hub import VERSION
from hub.mqtt import home_assistant_kinds as kinds
from hub.mqtt.announced import keep
from hub.mqtt.topics import level, safe
from hub.system.store import load
from tuya.dps import FAULT, number
from tuya.port import compact_json, const

# What was announced, {key: [kind, name, traits]}, and as what: base, prefix and discovery.
_THINGS = "things"
_AS = "as"
#: What a plug has, as far as that was ever seen.
_METER = const(1)
_FAULTS = const(2)

_ORIGIN = {"name": "plughub", "sw": VERSION}
# (key of the state, name, device class, unit, state class, decimals)
_METERS = (
    ("power", "Power", "power", "W", "measurement", 1),
    ("voltage", "Voltage", "voltage", "V", "measurement", 1),
    ("current", "Current", "current", "A", "measurement", 3),
    ("energy", "Energy", "energy", "kWh", "total_increasing", 3),
)
_OF_HUB = (
    ("uptime", "Uptime", "duration", "s", None, 0),
    ("heap_free", "Free heap", "data_size", "B", "measurement", 0),
    ("rssi", "Wi-Fi signal", "signal_strength", "dBm", "measurement", 0),
)
_DIAGNOSTIC = {"ent_cat": "diagnostic", "en": False}


async def announce(hub, settings, client, path):
    """Tell of all that there is, and take away what is gone. Raises what Client.publish() does.

    `path`: a file of its own, which takes no heap between two announcements.
    """
    facts = load(path)
    way = facts.get(_AS)
    known = facts.get(_THINGS)
    if not _is_whole(way, str, str, str) or not isinstance(known, dict):
        known = {}
    known = {key: known[key] for key in known if _is_whole(known[key], str, str, int)}
    things = Things(hub, settings, known)
    for key in known:
        await _take_away(things, key, known[key], way, client)
    now = {}
    for key, kind, name, traits in things.all():
        now[key] = [kind, name, traits]
        for topic, parts in things.messages(key, kind, name, traits):
            await client.publish(topic, parts, True)
    if now != known or way != things.way:
        facts.update({_AS: things.way, _THINGS: now})
        keep(path, facts)


async def _take_away(things, key, fact, way, client):
    """Take back what was announced of a thing that is gone, or is called otherwise now."""
    kind, name, traits = fact
    base, prefix, discovery = way
    now = things.named(key)
    before = Topics(base, prefix, discovery)
    if way != things.way or now is None:
        for topic in before.discovery_of(key, entities_of(kind, traits)):
            await client.publish(topic, "", True)
    if now != name or base != things.way[0]:
        for what in ("state", "availability"):
            await client.publish(before.own(kind, name) + what, "", True)


def _is_whole(fact, *kinds):
    return isinstance(fact, list) and [type(value) for value in fact] == list(kinds)


class Topics:
    """The topics of a hub whose own begin with `base`, and Home Assistant's with `prefix`."""

    def __init__(self, base, prefix, discovery):
        self.base = base
        self.prefix = prefix
        self.is_single = discovery == "single"
        self.node = safe(base)

    def own(self, kind, name):
        """Return what all topics of a thing itself begin with."""
        where = {"hub": "hub", "button": "button/" + level(name)}.get(kind) or level(name)
        return "%s/%s/" % (self.base, where)

    def discovery_of(self, key, entities):
        """Yield the topics at which a thing with these entities, [(platform, key)], stands."""
        if not self.is_single:
            yield "%s/device/%s_%s/config" % (self.prefix, self.node, key)
            return
        for platform, entity in entities:
            yield "%s/%s/%s_%s/%s/config" % (self.prefix, platform, self.node, key, entity)


class Things(Topics):
    """What there is to announce, each with a key of letters, digits and underscores.

    `known`: {key: [kind, name, traits]} of what was announced before.
    """

    def __init__(self, hub, settings, known):
        self.way = [settings["base"], settings["prefix"], settings["discovery"]]
        super().__init__(*self.way)
        self._hub = hub
        self._buttons = json.loads(settings["buttons"])
        self._known = known
        self._port = settings["page"]
        self._named = {key: name for key, _, name, _ in self.all()}

    def named(self, key):
        """Return what the thing of that key is called now, None for one that is gone."""
        return self._named.get(key)

    def all(self):
        """Yield (key, kind, name, traits) of everything, the hub itself first."""
        targets = self._hub.targets
        if self.way[2] == "off":
            return
        yield "hub", "hub", "hub", 0
        for name, _ in self._buttons:
            yield "button_" + safe(name), "button", name, 0
        for name, plug in targets.plugs.items():
            traits = _traits(plug)
            known = self._known.get(plug.device.id)
            if known:
                traits |= known[2]
            kind = kinds.kind_of(plug, known and known[0], targets.outlets)
            yield plug.device.id, kind, name, traits
        for kind, those in (
            ("outlet", targets.outlets),
            ("relay", targets.relays),
            ("group", targets.groups),
        ):
            for name in those:
                yield "%s_%s" % (kind, safe(name)), kind, name, 0
        for name in targets.scenes:
            yield "scene_" + safe(name), "scene", name, 0

    def messages(self, key, kind, name, traits):
        """Yield (topic, function that yields the parts of the payload) of a thing."""
        entities = entities_of(kind, traits)
        topics = self.discovery_of(key, entities)
        if not self.is_single:
            yield next(topics), lambda: self._device(key, kind, name, entities)
            return
        for topic, entity in zip(topics, entities):  # noqa: B905 - MicroPython's has no strict
            yield topic, lambda entity=entity: self._single(key, kind, name, entity)

    def _device(self, key, kind, name, entities):
        yield compact_json(self._common(key, kind, name))[:-1].encode()
        between = ',"cmps":{'
        for platform, entity in entities:
            text = compact_json(
                dict(self.component(key, kind, name, platform, entity), p=platform)
            )
            yield ('%s"%s":%s' % (between, entity, text)).encode()
            between = ","
        yield b"}}"

    def _single(self, key, kind, name, entity):
        about = self._common(key, kind, name)
        about.update(self.component(key, kind, name, *entity))
        yield compact_json(about).encode()

    def _common(self, key, kind, name):
        """Return what all entities of a thing have in common."""
        about = {"dev": self._about(key, kind, name), "o": _ORIGIN, "qos": 1}  # type: dict
        about["avty"] = [{"t": self.base + "/status"}]
        if kinds.is_device(kind) or kind == "outlet":
            topic = self.own(kind, name) + "availability"
            about["avty"].append({"t": topic, "val_tpl": "{{ value_json.state }}"})
            about["avty_mode"] = "all"
        return about

    def _about(self, key, kind, name):
        hub = self._hub
        if kind in ("hub", "button"):  # which are on it
            place = "http://%s.local:%d/" % (hub.name, self._port)
            about = {"name": hub.name, "mf": "Plughub", "mdl": "Hub", "sw": VERSION, "cu": place}
        else:
            about = {"name": name, "mf": "Plughub", "mdl": kind[0].upper() + kind[1:]}
            about["via_device"] = self.node
            if kinds.is_device(kind):
                about.update({"mf": "Tuya", "mdl": kinds.model(kind), "sn": key})
                rooms = getattr(hub, "rooms", None) or {}
                if name in rooms:
                    about["sa"] = rooms[name]
        is_hub = kind in ("hub", "button")
        about["ids"] = [self.node if is_hub else self.id_of(key, kind)]
        return about

    def id_of(self, key, kind):
        """Return what tells a thing from all others of a house: plugs have an id of their own."""
        return key if kinds.is_device(kind) else "%s_%s" % (self.node, key)

    def component(self, key, kind, name, platform, entity):
        """Return what makes an entity, without what it has in common with others."""
        about = {"uniq_id": "%s_%s" % (self.id_of(key, kind), entity)}  # type: dict
        topic = self.own(kind, name)
        if (platform, entity) in kinds.entities_of(kind):
            plug = self._hub.targets.plugs[name]
            about.update(kinds.component(platform, entity, plug.kind, topic))
        else:
            about.update(getattr(self, "_" + platform)(kind, name, entity, topic))
        return about

    # --- one for each platform ---
    # Each is told the kind and name of the thing, the entity, and what its topics begin with.

    def _switch(self, kind, name, entity, topic):
        about = {"name": None, "stat_t": topic + "state", "cmd_t": topic + "set"}
        about.update({"val_tpl": "{{ value_json.on }}", "stat_on": "True", "stat_off": "False"})
        if kind in ("plug", "outlet"):
            about["dev_cla"] = "outlet"
        return about

    def _scene(self, kind, name, entity, topic):
        return {"name": None, "cmd_t": topic + "set", "pl_on": "ON"}

    def _sensor(self, kind, name, entity, topic):
        about = {"name": "Address", "stat_t": topic + "state"}  # type: dict
        about["val_tpl"] = "{{ value_json.%s }}" % entity
        for row in _METERS + _OF_HUB:
            if row[0] == entity:
                (
                    _,
                    about["name"],
                    about["dev_cla"],
                    about["unit_of_meas"],
                    state_class,
                    decimals,
                ) = row
                about["sug_dsp_prc"] = decimals
                if state_class:
                    about["stat_cla"] = state_class
        if entity not in [row[0] for row in _METERS]:
            about.update(_DIAGNOSTIC)
        return about

    def _binary_sensor(self, kind, name, entity, topic):
        about = {"name": "Fault", "dev_cla": "problem", "stat_t": topic + "state"}
        about["val_tpl"] = "{{ (value_json.fault | default(0)) != 0 }}"
        return dict(about, pl_on="True", pl_off="False", **_DIAGNOSTIC)

    def _button(self, kind, name, entity, topic):
        about = {"name": "Restart", "dev_cla": "restart", "ent_cat": "config"}
        return dict(about, cmd_t=topic + "set", pl_prs="RESTART")

    def _update(self, kind, name, entity, topic):
        about = {"name": "Firmware", "dev_cla": "firmware", "ent_cat": "diagnostic"}
        about.update({"stat_t": topic + "state", "val_tpl": "{{ value_json.version }}"})
        # The hub asks nobody what there is: who knows says so there, such as `plughub mqtt`.
        return dict(about, l_ver_t=topic + "latest")

    def _event(self, kind, name, entity, topic):
        gestures = dict(self._buttons)[name]
        return {"name": name, "dev_cla": "button", "evt_typ": gestures, "stat_t": topic[:-1]}


def entities_of(kind, traits):
    """Return [(platform, key)] of the entities of a thing."""
    if kind == "hub":
        sensors = [("sensor", row[0]) for row in _OF_HUB]
        return [("button", "restart"), ("update", "firmware")] + sensors
    if kind == "button":
        return [("event", "pressed")]
    if kind == "scene":
        return [("scene", "scene")]
    found = kinds.entities_of(kind)
    if kinds.has_switch(kind):
        found.append(("switch", "switch"))
    if traits & _METER:
        found += [("sensor", row[0]) for row in _METERS]
    if traits & _FAULTS:
        found.append(("binary_sensor", "fault"))
    if kinds.is_device(kind):
        found.append(("sensor", "address"))
    return found


def _traits(plug):
    has_faults = not plug.kind and number(plug.device.dps, FAULT) is not None
    return (_METER if plug.has_meter else 0) | (_FAULTS if has_faults else 0)
