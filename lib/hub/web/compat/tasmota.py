"""Each plug as a Tasmota device at /p/<plug>, for programs made for those.

`/p/<plug>/cm?cmnd=Power%20On`, with `user` and `password` as Tasmota takes them.
"""

from hub import VERSION
from hub.targets.target import Action
from hub.web.compat.auth import authorize, value
from hub.web.compat.tasmota_state import sensors, state
from hub.web.compat.tasmota_words import VERBS, word
from hub.web.http import Problem
from hub.web.plugs import do, find_named


async def command(hub, request):
    """Run the Tasmota command in `cmnd`; 400 for one that is not supported."""
    plug = find_named(hub, "plugs", request.path[1])
    words = value(request.query, "cmnd").strip().lower().split()
    name = words[0] if words else ""
    argument = words[1] if len(words) > 1 else ""
    become = _wish(plug, name, argument)
    if become is not None:
        await authorize(hub, request, "control")
        await do(hub, Action(plug.name, become))
        return state(hub, plug)
    if name in ("power", "power1"):
        if not argument:
            await authorize(hub, request, "read")
            return {"POWER": word(plug.on)}
        await authorize(hub, request, "control")
        if argument not in VERBS:
            raise _unknown()
        become = await do(hub, Action(plug.name, VERBS[argument]))
        return {"POWER": word(become["on"])}
    await authorize(hub, request, "read")
    if name == "state":
        return state(hub, plug)
    if name == "status":
        return _status(hub, plug, argument)
    raise _unknown()


def _wish(plug, name, argument):
    """Return what a command asks of a bulb, strip or cover, None where it is none of theirs.

    Raises Problem.
    """
    if not plug.kind:
        return None
    from hub.web.compat.tasmota_kinds import wish

    try:
        return wish(plug, name, argument)
    except ValueError:
        raise Problem(400, "%s does not take %s" % (name, argument)) from None


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


_PARTS = {
    "Status": _about,
    "StatusFWR": _firmware,
    "StatusNET": _network,
    "StatusSNS": sensors,
    "StatusSTS": state,
}


def _unknown():
    return Problem(400, "Expected cmnd=Power, State, or Status 0, 2, 5, 8, 10 or 11")
