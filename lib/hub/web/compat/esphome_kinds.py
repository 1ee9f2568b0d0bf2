"""Bulbs, covers and thermostats as ESPHome's web server shows them: /light, /cover, /climate.

Positions are 0 to 1, colours and brightness 0 to 255, as its clients send them in the query.
"""

from hub.targets.target import Action
from hub.web.compat.auth import authorize, value
from hub.web.compat.esphome_ids import slug
from hub.web.http import Problem, Response
from hub.web.plugs import do

_KINDS = {"light": "bulb", "cover": "cover", "climate": "climate"}
_COVER = {"open": "on", "close": "off", "stop": {"command": "stop"}, "toggle": "toggle"}


async def get_state(hub, request):
    """Return a light, a cover or a thermostat as ESPHome shows it."""
    await authorize(hub, request, "read")
    return shown(_find(hub, request))


async def control(hub, request):
    """Do what the last part of the path says; the answer is empty, as ESPHome's is."""
    await authorize(hub, request, "control")
    plug = _find(hub, request)
    asked = lambda name: value(request.query, name)  # noqa: E731
    try:
        become = _WISHES[request.path[0]](request.path[2], asked)
    except ValueError:
        raise Problem(400, "The query is not understood") from None
    if not become:
        raise Problem(400, "Expected something to be set in the query")
    await do(hub, Action(plug.name, become))
    return Response(b"", "text/plain")


def _light(verb, asked):
    if verb != "turn_on":
        return "toggle" if verb == "toggle" else "off"
    values = {}
    if asked("brightness"):
        values["brightness"] = _share(asked("brightness"), 255)
    if asked("r") or asked("g") or asked("b"):
        parts = [int(float(asked(part) or 0)) for part in "rgb"]
        if not all([0 <= part <= 255 for part in parts]):
            raise ValueError
        values["colour"] = "#%02x%02x%02x" % tuple(parts)
    return values or "on"


def _cover(verb, asked):
    if verb != "set":
        return _COVER[verb]
    return {"position": _share(asked("position"), 1)}


def _climate(verb, asked):
    values = {}
    if asked("target_temperature"):
        values["target"] = float(asked("target_temperature"))
    if asked("mode"):
        values["on"] = asked("mode").lower() != "off"
    return values


_WISHES = {"light": _light, "cover": _cover, "climate": _climate}


def _share(text, whole):
    """Return percent of a share of the whole. Raises ValueError."""
    share = float(text)
    if not 0 <= share <= whole:
        raise ValueError
    return round(share * 100 / whole)


def shown(plug):
    """Return what ESPHome says of a device that is a light, a cover or a thermostat."""
    values = plug.kind.values()
    domain = next(domain for domain in _KINDS if _KINDS[domain] == plug.kind.word)
    about = {"id": "%s-%s" % (domain, slug(plug.name)), "name": plug.name}
    if domain == "light":
        about["state"] = "ON" if plug.on else "OFF"
        if "brightness" in values:
            about["brightness"] = round(values["brightness"] * 255 / 100)
        if "colour" in values:
            colour = values["colour"]
            about["color"] = {
                part: int(colour[at : at + 2], 16) for part, at in (("r", 1), ("g", 3), ("b", 5))
            }
    elif domain == "cover":
        about["state"] = "OPEN" if plug.on else "CLOSED"
        about["current_operation"] = {"open": "OPENING", "close": "CLOSING"}.get(
            values.get("moving"), "IDLE"
        )
        if "position" in values:
            about["value"] = values["position"] / 100
    else:
        about["state"] = about["mode"] = "HEAT" if plug.on else "OFF"
        about["target_temperature"] = values.get("target")
        about["current_temperature"] = values.get("current")
    return about


def _find(hub, request):
    """Return the plug of an id or a name, if it is of the kind in the path. Raises Problem."""
    domain, id = request.path[:2]
    for plug in hub.targets.plugs.values():
        if id in (slug(plug.name), plug.name) and plug.kind and plug.kind.word == _KINDS[domain]:
            return plug
    raise Problem(404, "No %s has the id %s" % (domain, id))
