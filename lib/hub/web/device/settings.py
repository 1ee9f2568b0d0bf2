"""Routes for what a plug itself keeps: its settings by name, and its raw DPs."""

from hub.web.http import Problem, whole
from hub.web.plugs import find_target, reach
from tuya.dps import SWITCHES


async def get_settings(hub, request):
    """Return all that the plug has reported, by name: power_on, child_lock, countdown..."""
    return _outlet(find_target(hub, request)).settings()


async def put_settings(hub, request):
    """Change settings: {"power_on": "off", "on" or "memory", "child_lock", "countdown": s}."""
    plug = find_target(hub, request)
    value = request.json_object("power_on", "child_lock", "countdown")
    if not value:
        raise Problem(400, 'Expected settings of the plug, such as {"child_lock": true}')
    if "countdown" in value:
        value["countdown"] = whole(value["countdown"])
    outlet = _outlet(plug)
    try:
        await reach(plug.name, plug.reach(outlet.apply(value)))
    except (ValueError, TypeError, KeyError) as e:
        raise Problem(400, str(e)) from None
    return outlet.settings()


def _outlet(plug):
    from tuya.outlet import Outlet

    return Outlet(plug.device)


async def get_dps(hub, request):
    """Return what the plug itself has reported: {"dps": {number: value}}."""
    return {"dps": {str(dp): value for dp, value in find_target(hub, request).device.dps.items()}}


async def put_dps(hub, request):
    """Write raw DPs, {"dps": {number: value}}, and return their values after that."""
    plug = find_target(hub, request)
    dps = request.json_object("dps").get("dps")
    if not isinstance(dps, dict) or not dps or not all([_is_dp(dp, dps[dp]) for dp in dps]):
        expected = 'Expected {"dps": {"1": true}}: numbers from 1 to 255 and plain values'
        raise Problem(400, expected)
    await reach(plug.name, _write(plug, dps))
    return await get_dps(hub, request)


def _is_dp(number, value):
    is_number = isinstance(number, str) and number.isdigit() and 1 <= int(number) <= 255
    return is_number and isinstance(value, (bool, int, float, str))


async def _write(plug, dps):
    # A rule's lock holds for whatever is a relay of the plug.
    plug.check_lock(any([dps.get(str(dp)) is True for dp in SWITCHES]))
    await plug.write({int(dp): dps[dp] for dp in dps})
