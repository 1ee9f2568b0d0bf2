"""Routes for what can be switched: plugs, outlets, relays, groups and scenes."""

from hub.energy.history import LONG_STEP_S, STEP_S
from hub.targets.target import Action, Locked, Unfit
from hub.web.http import Problem, Response, json_list, whole
from tuya.errors import Rejected, TuyaError
from tuya.port import compact_json, const

_FOR_MAX_S = const(86400)
_RELEASE_S = const(60)
_RELEASE_MAX_S = const(3600)


async def list_targets(hub, request):
    """Return the states of all plugs, outlets, relays, groups or scenes."""
    targets = getattr(hub.targets, request.path[2])
    return Response(json_list(hub.state_of(target) for target in targets.values()))


async def get_target(hub, request):
    """Return the state of a plug, outlet, relay or group."""
    return hub.state_of(find_target(hub, request))


async def switch(hub, request):
    """Switch: {"on"}, with {"for": seconds} for a while; returns the confirmed state."""
    target = find_target(hub, request)
    value = request.json_object("on", "for")
    on = value.get("on")
    for_s = whole(value["for"]) if "for" in value else None
    is_time = "for" not in value or (for_s is not None and 1 <= for_s <= _FOR_MAX_S)
    if (on is not True and on is not False) or not is_time:
        expected = 'Expected {"on": true or false}, and if wanted "for": seconds up to %d'
        raise Problem(400, expected % _FOR_MAX_S)
    action = Action(target.name, "on" if on else "off", for_s and for_s * 1000)
    return await do(hub, action, cause_of(request))


async def toggle(hub, request):
    """Toggle; returns the confirmed state."""
    request.json_object()
    return await do(hub, Action(find_target(hub, request).name, "toggle"), cause_of(request))


async def run_scene(hub, request):
    """Set a scene."""
    request.json_object()
    return await do(hub, Action(find_target(hub, request).name, "on"), cause_of(request))


async def refresh(hub, request):
    """Ask the plug for all its values now; returns its state."""
    request.json_object()
    plug = find_target(hub, request)
    await reach(plug.name, plug.reach(plug.device.status()))
    return hub.state_of(plug)


async def release(hub, request):
    """Leave the plug to other programs for a while: {"seconds": 1 to 3600, or none for 60}."""
    plug = find_target(hub, request)
    seconds = whole(request.json_object("seconds").get("seconds", _RELEASE_S))
    if seconds is None or not 1 <= seconds <= _RELEASE_MAX_S:
        raise Problem(400, 'Expected {"seconds": 1 to %d}' % _RELEASE_MAX_S)
    hub.connections.release(plug.slot, seconds * 1000)
    return hub.state_of(plug)


async def get_history(hub, request):
    """Return W of 10 minutes and of 24 hours, kWh of 30 days; null for what is not known."""
    return Response(_history(find_target(hub, request)))


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


async def do(hub, action, cause="HTTP"):
    """Carry out an Action; return the state of its target after it. Raises Problem."""
    return hub.state_of(await reach(action.name, hub.executor.perform(action, cause)))


def cause_of(request):
    """Return who asks: "page", or "HTTP" for any other client."""
    # A browser says where the page comes from that has it ask for a change.
    return "page" if "origin" in request.headers else "HTTP"


async def reach(name, work):
    """Await what a plug is asked for; raise a Problem that says why it was not done."""
    try:
        return await work
    except Locked as e:
        raise Problem(409, "%s was not switched on: %s" % (name, e)) from None
    except Unfit as e:
        raise Problem(400, "%s: %s" % (name, e.seen)) from None
    except Rejected as e:
        raise Problem(502, "%s did not do it: %s" % (name, e)) from None
    except TuyaError as e:
        raise Problem(504, "%s was not reached: %s" % (name, e)) from None


def find_target(hub, request):
    """Return the target that a path of the API names. Raises Problem."""
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
