"""What Tuya's cloud knows of the DPs of a device. It takes a Cloud and raises CloudError."""

import json

from tuya.cloud_errors import BadAnswer, CloudError
from tuya.port import const

TEXT_MAX = const(4096)
_POINTS_MAX = const(255)
_NOT_SUPPORTED = const(2009)  # a device without DPs

_UNITS = (("\u2103", "\u00b0C"), ("\u2109", "\u00b0F"), ("\u79d2", "s"))


async def mapping(cloud, id):
    """Return the DPs of a device as a devices.json of tinytuya has them, {} for one without.

    {"19": {"code": "cur_power", "type": "Integer", "values": {"unit": "W", "scale": 1, ...}}}. A
    DP that the cloud gives no number stands under its code.
    """
    if not is_id(id):
        raise ValueError("a device id is a word of letters and digits")
    try:
        found = await cloud.get("/v1.1/devices/%s/specifications" % id)
    except CloudError as e:
        if e.code == _NOT_SUPPORTED:
            return {}
        raise
    points = {}
    for part in ("status", "functions"):
        items = found.get(part) if isinstance(found, dict) else None
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and is_text(item.get("code")) and is_text(item.get("type")):
                number = item.get("dp_id")
                key = str(number) if isinstance(number, int) else item["code"]
                points.setdefault(key, _point(item))
            if len(points) > _POINTS_MAX:
                raise BadAnswer("%s tells of too many DPs" % cloud.host)
    return points


def _point(item):
    text = item.get("values")
    point = {"code": item["code"], "type": item["type"]}
    values = _values(text)
    kind = item["type"].lower()
    if kind == "json":
        point["raw_values"] = text  # the order of its parts tells what they mean
    point["values"] = text if kind == "string" or values is None else values
    return point


def _values(text):
    if not is_text(text):
        return {}
    try:
        values = json.loads(text)
    except ValueError:
        return None
    if isinstance(values, dict) and isinstance(values.get("unit"), str):
        for foreign, unit in _UNITS:
            values["unit"] = values["unit"].replace(foreign, unit)
    return values


def is_id(value):
    """Tell whether a value can be the id of a device."""
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        return False
    return not value.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def is_text(value):
    """Tell whether a value is a text of a usable length."""
    return isinstance(value, str) and 0 < len(value) <= TEXT_MAX
