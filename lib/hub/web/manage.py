"""The paths of the API that few ask for."""

from ..energy.history import LONG_STEP_S, STEP_S
from ..targets.action import Action, check_lock
from .http import Problem
from .routes import do, find, reached

_SWITCHES = ("1", "2", "3", "4", "5", "7")
_RELEASE_S = 60
_RELEASE_MAX_S = 3600


async def release(hub, request, plug):
    """Let other programs have the plug for a while: {"seconds": 1 to 3600, or none for 60}."""
    value = request.json()
    seconds = value.get("seconds", _RELEASE_S) if isinstance(value, dict) else None
    if type(seconds) is not int or not 1 <= seconds <= _RELEASE_MAX_S:
        raise Problem(400, "Not understood", 'expected JSON {"seconds": 1 to 3600}')
    hub.links.park(plug.seat, seconds * 1000)
    return plug.state()


async def get_history(hub, request, plug):
    """Return W of 10 minutes and of 24 hours, kWh of 30 days; null for what is not known."""
    history = plug.history
    return {
        "step": STEP_S,
        "power": history.short() if history else [],
        "long_step": LONG_STEP_S,
        "long_power": history.long() if history else [],
        "days": plug.meter.days if plug.meter else [],
    }


async def get_settings(hub, request, plug):
    """Return all that the plug has reported, by name: power_on, child_lock, countdown..."""
    return _outlet(plug).describe()


async def put_settings(hub, request, plug):
    """Write some of that: {"power_on": "off", "on" or "memory", "child_lock", "countdown": s}."""
    value = request.json()
    if not isinstance(value, dict) or not value:
        raise Problem(400, "Not understood", "expected an object of settings")
    outlet = _outlet(plug)
    try:
        await _reached(plug, plug.reach(outlet.apply(value)))
    except (ValueError, TypeError, KeyError) as e:
        raise Problem(400, "Not understood", str(e)) from None
    return outlet.describe()


async def get_dps(hub, request, plug):
    """Return what the plug itself has reported: {"dps": {number: value}}."""
    return {"dps": {str(dp): value for dp, value in plug.device.dps.items()}}


async def put_dps(hub, request, plug):
    """Write raw DPs, {"dps": {number: value}}, and return what has become of them."""
    value = request.json()
    dps = value.get("dps") if isinstance(value, dict) else None
    if not isinstance(dps, dict) or not dps or not all([_is_dp(dp, dps[dp]) for dp in dps]):
        expected = 'expected JSON {"dps": {"1": true}}: numbers from 1 to 255, plain values'
        raise Problem(400, "Not understood", expected)
    await _reached(plug, _write(plug, dps))
    return await get_dps(hub, request, plug)


async def refresh(hub, request, plug):
    """Ask the plug for all it has, now; return its state."""
    request.json()
    await _reached(plug, plug.reach(plug.device.status()))
    return plug.state()


async def run(hub, request):
    """Set a scene."""
    request.json()
    return await do(hub, Action(find(hub, request).name, "on"))


async def restart(hub, request):
    """Start the board anew, after this answer."""
    request.json()
    hub.restart_soon()
    return {"restarting": True}


def _outlet(plug):
    from ..targets.plug_settings import PlugSettings

    return PlugSettings(plug.device)


async def _write(plug, dps):
    check_lock(plug, any([dps.get(dp) is True for dp in _SWITCHES]))
    await plug.write({int(dp): dps[dp] for dp in dps})


def _is_dp(number, value):
    is_number = isinstance(number, str) and number.isdigit() and 1 <= int(number) <= 255
    return is_number and isinstance(value, (bool, int, float, str))


def _reached(plug, request):
    return reached(plug.name, request, "did not take it")
