"""Routes for what can be switched: plugs, relays, groups and scenes."""

from hub.energy.history import LONG_STEP_S, STEP_S
from hub.targets.target import Action, Locked
from hub.web.http import Problem, Response, json_list, whole
from tuya.dps import SWITCHES
from tuya.errors import Rejected, TuyaError
from tuya.port import compact_json, const

_FOR_MAX_S = const(86400)
_RELEASE_S = const(60)
_RELEASE_MAX_S = const(3600)


async def list_targets(hub, request):
    """Return the states of all plugs, relays, groups or scenes."""
    targets = getattr(hub.targets, request.path[2])
    return Response(json_list(hub.state_of(target) for target in targets.values()))


async def get_target(hub, request):
    """Return the state of a plug, relay or group."""
    return hub.state_of(_find(hub, request))


async def switch(hub, request):
    """Switch: {"on"}, with {"for": seconds} for a while; returns the confirmed state."""
    target = _find(hub, request)
    value = request.json_object("on", "for")
    on = value.get("on")
    for_s = whole(value["for"]) if "for" in value else None
    is_time = "for" not in value or (for_s is not None and 1 <= for_s <= _FOR_MAX_S)
    if (on is not True and on is not False) or not is_time:
        expected = 'Expected {"on": true or false}, and if wanted "for": seconds up to %d'
        raise Problem(400, expected % _FOR_MAX_S)
    return await do(hub, Action(target.name, "on" if on else "off", for_s and for_s * 1000))


async def toggle(hub, request):
    """Toggle; returns the confirmed state."""
    request.json_object()
    return await do(hub, Action(_find(hub, request).name, "toggle"))


async def run_scene(hub, request):
    """Set a scene."""
    request.json_object()
    return await do(hub, Action(_find(hub, request).name, "on"))


async def refresh(hub, request):
    """Ask the plug for all its values now; returns its state."""
    request.json_object()
    plug = _find(hub, request)
    await _reach(plug.name, plug.reach(plug.device.status()))
    return hub.state_of(plug)


async def release(hub, request):
    """Leave the plug to other programs for a while: {"seconds": 1 to 3600, or none for 60}."""
    plug = _find(hub, request)
    seconds = whole(request.json_object("seconds").get("seconds", _RELEASE_S))
    if seconds is None or not 1 <= seconds <= _RELEASE_MAX_S:
        raise Problem(400, 'Expected {"seconds": 1 to %d}' % _RELEASE_MAX_S)
    hub.connections.release(plug.slot, seconds * 1000)
    return hub.state_of(plug)


async def get_history(hub, request):
    """Return W of 10 minutes and of 24 hours, kWh of 30 days; null for what is not known."""
    return Response(_history(_find(hub, request)))


# A value at a time: a list of them would be 2 kB, and its JSON as much in one piece.
def _history(plug):
    history = plug.history
    yield ('{"step":%d,"power":' % STEP_S).encode()
    yield from json_list(history.short() if history else ())
    yield (',"long_step":%d,"long_power":' % LONG_STEP_S).encode()
    yield from json_list(history.long() if history else ())
    yield b',"days":'
    yield from json_list(plug.meter.days if plug.meter else ())
    yield b"}"


async def list_histories(hub, request):
    """Return of each plug the W of its last 10 minutes: {"step": s, "power": {name: list}}."""
    return Response(_histories(hub.targets.plugs))


def _histories(plugs):
    between = '{"step":%d,"power":{' % STEP_S
    for name, plug in plugs.items():
        yield ("%s%s:" % (between, compact_json(name))).encode()
        yield from json_list(plug.history.short() if plug.history else ())
        between = ","
    yield b"}}" if between == "," else between.encode() + b"}}"


async def get_settings(hub, request):
    """Return all that the plug has reported, by name: power_on, child_lock, countdown..."""
    return _outlet(_find(hub, request)).settings()


async def put_settings(hub, request):
    """Change settings: {"power_on": "off", "on" or "memory", "child_lock", "countdown": s}."""
    plug = _find(hub, request)
    value = request.json_object("power_on", "child_lock", "countdown")
    if not value:
        raise Problem(400, 'Expected settings of the plug, such as {"child_lock": true}')
    if "countdown" in value:
        value["countdown"] = whole(value["countdown"])
    outlet = _outlet(plug)
    try:
        await _reach(plug.name, plug.reach(outlet.apply(value)))
    except (ValueError, TypeError, KeyError) as e:
        raise Problem(400, str(e)) from None
    return outlet.settings()


def _outlet(plug):
    from tuya.outlet import Outlet

    return Outlet(plug.device)


async def get_dps(hub, request):
    """Return what the plug itself has reported: {"dps": {number: value}}."""
    return {"dps": {str(dp): value for dp, value in _find(hub, request).device.dps.items()}}


async def put_dps(hub, request):
    """Write raw DPs, {"dps": {number: value}}, and return their values after that."""
    plug = _find(hub, request)
    dps = request.json_object("dps").get("dps")
    if not isinstance(dps, dict) or not dps or not all([_is_dp(dp, dps[dp]) for dp in dps]):
        expected = 'Expected {"dps": {"1": true}}: numbers from 1 to 255 and plain values'
        raise Problem(400, expected)
    await _reach(plug.name, _write(plug, dps))
    return await get_dps(hub, request)


def _is_dp(number, value):
    is_number = isinstance(number, str) and number.isdigit() and 1 <= int(number) <= 255
    return is_number and isinstance(value, (bool, int, float, str))


async def _write(plug, dps):
    # A rule's lock holds for whatever is a relay of the plug.
    plug.check_lock(any([dps.get(str(dp)) is True for dp in SWITCHES]))
    await plug.write({int(dp): dps[dp] for dp in dps})


async def do(hub, action):
    """Carry out an Action; return the state of its target after it. Raises Problem."""
    return hub.state_of(await _reach(action.name, hub.executor.perform(action, "HTTP")))


async def _reach(name, work):
    """Await what a plug is asked for; raise a Problem that says why it was not done."""
    try:
        return await work
    except Locked as e:
        raise Problem(409, "%s was not switched on: %s" % (name, e)) from None
    except Rejected as e:
        raise Problem(502, "%s did not do it: %s" % (name, e)) from None
    except TuyaError as e:
        raise Problem(504, "%s was not reached: %s" % (name, e)) from None


def _find(hub, request):
    return find_named(hub, request.path[2], request.path[3])


def find_named(hub, kind, name):
    """Return the target of a kind by its name, a plug also by its id. Raises Problem."""
    target = getattr(hub.targets, kind).get(name)
    if not target and kind == "plugs":
        for plug in hub.targets.plugs.values():
            if name == plug.device.id:
                return plug
    if not target:
        raise Problem(404, "There is no %s called %s" % (kind[:-1], name))
    return target
