"""Plugs in Tasmota's words as well, for programs that know those: loaded where it is switched on.

    cmnd/<topic>/POWER          ON, OFF, TOGGLE; nothing asks how it is. STATE and STATUS too
    stat/<topic>/POWER, RESULT  what it has become
    tele/<topic>/STATE, SENSOR  how it is and what it measures
    tele/<topic>/LWT            Online, Offline: of the plug (retained)
    tasmota/discovery/<mac>/    config and sensors (retained)

<topic> is that of the hub with the name of the plug behind it. A broker keeps one last will for
each connection: when the hub itself is gone, LWT stays what it was.
"""

from binascii import hexlify
from hashlib import sha256

from hub import VERSION
from hub.mqtt.announced import keep
from hub.mqtt.topics import safe
from hub.system.store import load
from hub.web.compat.tasmota_state import sensors, state
from hub.web.compat.tasmota_words import VERBS, word
from tuya.port import compact_json

_DISCOVERY = "tasmota/discovery"
# Under this the file keeps what was announced: {mac: topic}.
_FACTS = "tasmota"
_OPTIONS = ("4", "11", "13", "17", "20", "30", "68", "73", "82", "114", "117")
_RELAYS = 32
_SWITCHES = 28


class Tasmota:
    """`base`: what the topics of plugs begin with; `commands` carries out what is asked for.

    `kept`: the file that remembers what was announced; `again(name)` has the plug of that name
    told of once more.
    """

    def __init__(self, hub, base, kept, commands, again):
        self._hub = hub
        self._base = base
        self._kept = kept
        self._commands = commands
        self._again = again

    def topic(self, name):
        """Return what stands for %topic% of a plug."""
        return safe(self._base) + "_" + safe(name)

    def subscriptions(self):
        """Return the topics of all commands."""
        return tuple(["cmnd/%s/+" % self.topic(name) for name in self._hub.targets.plugs])

    def take(self, topic, payload):
        """Do what a message under cmnd/ asks for."""
        _, name, command = topic.split("/")
        for plug in self._hub.targets.plugs.values():
            if self.topic(plug.name) == name:
                self._do(plug, command.lower(), payload)

    def _do(self, plug, command, payload):
        try:
            argument = payload.decode().strip().lower()
        except UnicodeError:
            return
        if plug.kind and self._do_kind(plug, command, argument):
            return
        if command in ("power", "power1") and argument in VERBS:
            self._commands.switch(plug.name, VERBS[argument].encode())
        elif command in ("power", "power1", "state", "status"):
            self._again(plug.name)

    def _do_kind(self, plug, command, argument):
        """Do what is only for bulbs, strips and covers; tell whether it was that."""
        from hub.web.compat.tasmota_kinds import wish

        try:
            become = wish(plug, command, argument)
        except ValueError:
            return True  # which Tasmota would ignore as well
        if become is None:
            return False
        text = become.upper() if isinstance(become, str) else compact_json(become)
        self._commands.switch(plug.name, text.encode())
        return True

    async def tell(self, client, plug, has_changed):
        """Tell how a plug is. Raises what Client.publish() does."""
        topic = self.topic(plug.name)
        if has_changed and plug.on is not None:
            become = word(plug.on)
            await client.publish("stat/%s/RESULT" % topic, compact_json({"POWER": become}))
            await client.publish("stat/%s/POWER" % topic, become)
        about = state(self._hub, plug)
        await client.publish("tele/%s/STATE" % topic, compact_json(about))
        if plug.has_meter:
            about = sensors(self._hub, plug)
            await client.publish("tele/%s/SENSOR" % topic, compact_json(about))

    async def tell_availability(self, client, name, is_online):
        """Tell whether a plug is there."""
        text = "Online" if is_online else "Offline"
        await client.publish("tele/%s/LWT" % self.topic(name), text, True)

    async def announce(self, client):
        """Have programs find the plugs there are, and no others any more."""
        facts = load(self._kept)
        known = facts.get(_FACTS)
        plugs = self._hub.targets.plugs.values()
        there = {_mac(plug.device.id): plug for plug in plugs}
        for mac, topic in known.items() if isinstance(known, dict) else ():
            is_gone = mac not in there
            if is_gone or self.topic(there[mac].name) != topic:
                await client.publish("tele/%s/LWT" % topic, "", True)
            if is_gone:
                for what in ("config", "sensors"):
                    await client.publish("%s/%s/%s" % (_DISCOVERY, mac, what), "", True)
        now = {mac: self.topic(plug.name) for mac, plug in there.items()}
        for mac, plug in there.items():
            where = "%s/%s/" % (_DISCOVERY, mac)
            await client.publish(where + "config", compact_json(self._config(mac, plug)), True)
            if plug.has_meter:
                about = {"sn": sensors(self._hub, plug), "ver": 1}
                await client.publish(where + "sensors", compact_json(about), True)
        if now != known:
            facts[_FACTS] = now
            keep(self._kept, facts)

    def _config(self, mac, plug):
        # The names are those of Tasmota's own announcement (SetOption19 0).
        return {
            "ip": plug.device.address or "0.0.0.0",
            "dn": plug.name,
            "fn": [plug.name] + [None] * 7,
            "hn": self._hub.name,
            "mac": mac,
            "md": "Tuya plug",
            "ty": 0,
            "if": 0,
            "ofln": "Offline",
            "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"],
            "sw": VERSION,
            "t": self.topic(plug.name),
            "ft": "%prefix%/%topic%/",
            "tp": ["cmnd", "stat", "tele"],
            "rl": [1] + [0] * (_RELAYS - 1),
            "swc": [-1] * _SWITCHES,
            "swn": [None] * _SWITCHES,
            "btn": [0] * _RELAYS,
            "so": {option: 1 if option == "17" else 0 for option in _OPTIONS},
            "lk": 0,
            "lt_st": 0,
            "sho": [0, 0, 0, 0],
            "ver": 1,
        }


def _mac(id):
    """Return twelve digits that tell a plug from others, of no maker."""
    digest = bytearray(sha256(id.encode()).digest()[:6])
    digest[0] = digest[0] & 0xFC | 2
    return hexlify(bytes(digest)).decode().upper()
