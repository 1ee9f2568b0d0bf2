"""Routes for what a bulb, a cover, a thermostat or any other device has besides on and off."""

from hub.targets.target import Action
from hub.web.http import Problem
from hub.web.plugs import cause_of, do, find_target

_COUNT_MAX = 8


async def get_values(hub, request):
    """Return {name: {"value", "type", "settable", and if known "min", "max", "step", "unit",
    "options"}}; {} for an outlet.
    """
    kind = find_target(hub, request).kind
    if not kind:
        return {}
    known = kind.values()
    fields = kind.fields()
    return {name: dict(fields[name], value=known.get(name)) for name in fields}


async def put_values(hub, request):
    """Set values: {name: value}, with "on" among them if wanted; returns the confirmed state."""
    plug = find_target(hub, request)
    fields = plug.kind.fields() if plug.kind else {}
    known = [name for name in fields if fields[name]["settable"]]
    values = request.json_object("on", *known)
    if not 1 <= len(values) <= _COUNT_MAX or not all([_is_plain(v) for v in values.values()]):
        raise Problem(
            400, "Expected some of %s, each with a plain value" % ", ".join(known or ["on"])
        )
    if "on" in values and not isinstance(values["on"], bool):
        raise Problem(400, 'Expected "on" as true or false')
    if list(values) == ["on"]:
        values = "on" if values["on"] else "off"
    return await do(hub, Action(plug.name, values), cause_of(request))


def _is_plain(value):
    return isinstance(value, (bool, int, float, str))
