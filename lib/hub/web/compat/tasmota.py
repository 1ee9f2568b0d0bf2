"""Each plug as a Tasmota device at /p/<plug>, for programs made for those.

`/p/<plug>/cm?cmnd=Power%20On`, with `user` and `password` as Tasmota takes them.
"""

from hub import VERSION
from hub.targets.target import Action
from hub.web.compat.auth import authorize, value
from hub.web.http import Problem
from hub.web.plugs import do, find_named
from tuya.port import known_time

_VERBS = {
    "on": "on",
    "1": "on",
    "true": "on",
    "off": "off",
    "0": "off",
    "false": "off",
    "toggle": "toggle",
    "2": "toggle",
}
_EPOCH_2000 = 946684800


async def command(hub, request):
    """Run the Tasmota command in `cmnd`; 400 for one that is not supported."""
    plug = find_named(hub, "plugs", request.path[1])
    words = value(request.query, "cmnd").strip().lower().split()
    name = words[0] if words else ""
    argument = words[1] if len(words) > 1 else ""
    if name in ("power", "power1"):
        if not argument:
            await authorize(hub, request, "read")
            return {"POWER": _word(plug.on)}
        await authorize(hub, request, "control")
        if argument not in _VERBS:
            raise _unknown()
        state = await do(hub, Action(plug.name, _VERBS[argument]))
        return {"POWER": _word(state["on"])}
    await authorize(hub, request, "read")
    if name == "state":
        return _state(hub, plug)
    if name == "status":
        return _status(hub, plug, argument)
    raise _unknown()


def _status(hub, plug, which):
    parts = {
        "": ("Status",),
        "0": ("Status", "StatusFWR", "StatusNET", "StatusSNS", "StatusSTS"),
        "2": ("StatusFWR",),
        "5": ("StatusNET",),
        "8": ("StatusSNS",),
        "10": ("StatusSNS",),
        "11": ("StatusSTS",),
    }.get(which)
    if not parts:
        raise _unknown()
    return {part: _PARTS[part](hub, plug) for part in parts}


def _about(hub, plug):
    return {
        "Module": 0,
        "DeviceName": plug.name,
        "FriendlyName": [plug.name],
        "Topic": plug.device.id,
        "Power": 1 if plug.on else 0,
    }


def _firmware(hub, plug):
    return {"Version": "%s(plughub)" % VERSION, "Hardware": "ESP32"}


def _network(hub, plug):
    return {"Hostname": hub.name, "IPAddress": plug.device.address}


def _sensors(hub, plug):
    state = plug.state()
    energy = {
        "Total": state["energy"],
        "Yesterday": state["yesterday"],
        "Today": state["today"],
        "Power": state["power"],
        "Voltage": state["voltage"],
        "Current": state["current"],
    }
    if state["voltage"] and state["current"]:
        apparent = state["voltage"] * state["current"]
        energy["ApparentPower"] = round(apparent, 1)
        energy["Factor"] = round(min(1, (state["power"] or 0) / apparent), 2)
    known = {name: energy[name] for name in energy if energy[name] is not None}
    return {"Time": _time(), "ENERGY": known}


def _state(hub, plug):
    return {"Time": _time(), "UptimeSec": hub.supervisor.uptime_s, "POWER": _word(plug.on)}


_PARTS = {
    "Status": _about,
    "StatusFWR": _firmware,
    "StatusNET": _network,
    "StatusSNS": _sensors,
    "StatusSTS": _state,
}


def _word(on):
    return "ON" if on else "OFF"


def _time():
    import time

    from hub.clock.location import local

    now = known_time()
    if now is None:
        return None
    # MicroPython and CPython count from different years; the calendar is the same.
    shift = _EPOCH_2000 if time.gmtime(0)[0] == 2000 else 0
    return "%04d-%02d-%02dT%02d:%02d:%02d" % tuple(time.gmtime(local(now) - shift)[:6])


def _unknown():
    return Problem(400, "Expected cmnd=Power, State, or Status 0, 2, 5, 8, 10 or 11")
