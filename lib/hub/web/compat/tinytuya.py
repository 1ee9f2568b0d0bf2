"""The paths of tinytuya's API server, for what people have written against that.

    /devices  /numdevices  /offline             all plugs, how many, those that do not answer
    /device/<plug>  /status/<plug>              one of them; its DPs, asked for now
    /turnon/<plug>[/<switch>]  /turnoff/...     switched once the plug has confirmed it
    /set/<plug>/<DP>/<value>                    a DP: true, false, a number, or a text
    /delayoff/<plug>[/<switch>/<seconds>]       turned off later, in 10 s

A plug goes by its id or name. There are no local keys in the answers. An error is {"Error": text},
as there, but under a status that says so too.
"""

from hub.targets.target import Action
from hub.web.compat.auth import authorize
from hub.web.http import Problem, Response, number_of
from hub.web.plugs import do, find_named
from tuya.dps import SWITCHES
from tuya.errors import TuyaError
from tuya.port import compact_json, const

_DELAY_S = const(10)
_DELAY_MAX_S = const(86400)
_DP_MAX = const(255)
_OK = {"status": "OK"}
_WORDS = {"true": True, "false": False}


async def list_devices(hub, request):
    """Return all plugs: {id: what it says of itself}."""
    await authorize(hub, request, "read")
    return Response(_devices(hub.targets.plugs.values()))


async def get_device(hub, request):
    """Return what a plug says of itself."""
    await authorize(hub, request, "read")
    return await _guarded(hub, request, _get_device)


async def count_devices(hub, request):
    """Return how many plugs there are: {"found", "registered"}."""
    await authorize(hub, request, "read")
    online = [1 for plug in hub.targets.plugs.values() if plug.device.online]
    about = {"found": len(online), "registered": len(hub.targets.plugs)}  # type: dict
    about.update({"forcescan": False, "forcescandone": True})
    about.update({"cloudsync": False, "cloudsyncdone": True, "cloudcreds": False})
    return about


async def list_offline(hub, request):
    """Return the plugs that do not answer: {id: {"name"}}."""
    await authorize(hub, request, "read")
    plugs = hub.targets.plugs.values()
    return {p.device.id: {"name": p.name, "mac": ""} for p in plugs if not p.device.online}


async def get_status(hub, request):
    """Ask a plug for its DPs: {"devId", "dps"}."""
    await authorize(hub, request, "read")
    return await _guarded(hub, request, _get_status)


async def turn(hub, request):
    """Turn a plug on or off, or that switch of it."""
    await authorize(hub, request, "control")
    return await _guarded(hub, request, _turn)


async def set_value(hub, request):
    """Write a DP; another one than a switch is for administrators."""
    dp = _dp(request.path[2])
    await authorize(hub, request, "control" if dp in SWITCHES else "admin")
    return await _guarded(hub, request, _set_value)


async def delay_off(hub, request):
    """Have a plug turned off in some seconds."""
    await authorize(hub, request, "control")
    return await _guarded(hub, request, _delay_off)


async def _guarded(hub, request, work):
    """Return what `work(hub, plug, request)` does; errors as the clients of tinytuya know them."""
    try:
        return await work(hub, find_named(hub, "plugs", request.path[1]), request)
    except TuyaError as e:
        status, text = 504, str(e)
    except Problem as e:
        status, text = e.status, e.detail
        if status == 404:
            text = "Device ID not found."
    body = {"Error": text, "id": request.path[1]}
    return Response(compact_json(body).encode(), status=status)


async def _get_device(hub, plug, request):
    return _about(plug)


async def _get_status(hub, plug, request):
    await plug.reach(plug.device.status())
    dps = plug.device.dps
    return {"devId": plug.device.id, "dps": {str(dp): dps[dp] for dp in dps}, "dps_mapping": []}


async def _turn(hub, plug, request):
    switch = _dp(request.path[2]) if len(request.path) > 2 else 1
    await _switch(hub, plug, switch, request.path[0] == "turnon")
    return _OK


async def _set_value(hub, plug, request):
    dp = _dp(request.path[2])
    value = _value(request.path[3])
    if not dp:
        raise Problem(400, "Expected the number of a DP, 1 to %d" % _DP_MAX)
    if dp in SWITCHES and isinstance(value, bool):
        await _switch(hub, plug, dp, value)
    else:
        await plug.write({dp: value})
    return _OK


async def _delay_off(hub, plug, request):
    rest = request.path[2:] or ["1", str(_DELAY_S)]
    seconds = number_of(rest[1])
    if rest[0] != "1" or not seconds or seconds > _DELAY_MAX_S:
        raise Problem(400, "Expected the switch 1, and seconds up to %d" % _DELAY_MAX_S)
    hub.timers(True).begin(plug.name, False, seconds, True, False, "HTTP")
    return {"OK": "Turning off in %d seconds." % seconds, "url": "/" + "/".join(request.path)}


async def _switch(hub, plug, dp, on):
    if dp == 1:
        await do(hub, Action(plug.name, "on" if on else "off"))
    elif dp in SWITCHES:
        plug.check_lock(on)
        await plug.write({dp: on})
    else:
        raise Problem(400, "Expected the number of a switch")


def _devices(plugs):
    between = "{"
    for plug in plugs:
        text = '%s"%s":%s' % (between, plug.device.id, compact_json(_about(plug)))
        yield text.encode()
        between = ","
    yield b"}" if between == "," else b"{}"


def _about(plug):
    device = plug.device
    return {
        "ip": device.address,
        "gwId": device.id,
        "id": device.id,
        "name": plug.name,
        "version": device.version,
        "key": "",
        "mac": "",
        "forced": False,
    }


def _dp(text):
    """Return the number of a DP or of a switch, such as "switch_2"; None for none."""
    if text.startswith("switch_"):
        text = text[7:]
    number = number_of("1" if text == "switch" else text)
    return number if number and number <= _DP_MAX else None


def _value(text):
    """Return what the text of a path stands for."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if text[:1] == '"':
        return text.split('"')[1]
    digits = text[1:] if text[:1] == "-" else text
    number = number_of(digits)
    return text if number is None else -number if digits is not text else number
