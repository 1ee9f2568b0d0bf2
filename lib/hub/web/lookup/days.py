"""The route for what a plug has drawn on each day of a year. Forgotten after use."""

from hub.energy.years import read
from hub.system.unload import unload
from hub.web.http import Response, json_list
from hub.web.plugs import find_named
from tuya.port import compact_json, const

_YEAR = const(366)


async def get_days(hub, request):
    """Return kWh of each day of a year: {"day": number of today since 1970 or null, "days"}.

    Today is the last; null stands for what is not known.
    """
    plug = find_named(hub, "plugs", request.path[3])
    if not plug.meter:
        return {"day": None, "days": []}
    return Response(_year(plug.device.id, plug.meter.save()))


def _year(id, facts):
    today, days = facts["day"], facts["days"]
    before = read(id, today - _YEAR + 1, today - len(days)) if today else ()
    unload("hub.web.lookup", "hub.energy.years")
    yield ('{"day":%s,"days":' % compact_json(today)).encode()
    yield from json_list(_each(before, days))
    yield b"}"


def _each(before, days):
    yield from before
    for wh in days:
        yield wh / 1000
