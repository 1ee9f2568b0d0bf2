"""Which command and which JSON asks a device of a version for what. No I/O.

The texts are the compact JSON, in the key order, that devices have seen for years; the parsers
of old firmware are not known to take any other. `cid` names a sub-device behind a gateway.
"""

import json

from tuya.changes import SHORT
from tuya.port import compact_json, const

_CONTROL = const(0x07)
_DP_QUERY = const(0x0A)

# What plugs report is no more than this: true or false, 32 bits, a short text.
_INT_MIN = const(-0x80000000)
_INT_MAX = const(0x7FFFFFFF)


class Dialect33:
    """3.1 to 3.3: flat bodies that name the device; `t` is Unix time as a string."""

    query_command = _DP_QUERY
    control_command = _CONTROL

    def __init__(self, device_id):
        self._id = device_id

    def query(self, now, cid=None):
        """Return the body that reads all DPs."""
        if cid:
            return ('{"t":%d,"cid":"%s"}' % (now, cid)).encode()
        body = '{"gwId":"%s","devId":"%s","uid":"%s","t":"%d"}'
        return (body % (self._id, self._id, self._id, now)).encode()

    def control(self, dps, now, cid=None):
        """Return the body that writes `dps`, numbers to values.

        Under CONTROL_NEW and with None for values it reads them, where query() does not.
        """
        if cid:
            return ('{"t":%d,"cid":"%s","dps":%s}' % (now, cid, dps_json(dps))).encode()
        body = '{"devId":"%s","uid":"%s","t":"%d","dps":%s}'
        return (body % (self._id, self._id, now, dps_json(dps))).encode()

    def heartbeat(self):
        return ('{"gwId":"%s","devId":"%s"}' % (self._id, self._id)).encode()


def update_dps(dps, cid=None):
    """Return the body, the same in all versions, that asks to measure and push these DPs."""
    whose = ',"cid":"%s"' % cid if cid else ""
    return ('{"dpId":[%s]%s}' % (",".join([str(dp) for dp in dps]), whose)).encode()


def dps_json(dps):
    """Return DPs as JSON in ascending order: a dict of MicroPython has none."""
    return "{%s}" % ",".join(['"%d":%s' % (dp, compact_json(dps[dp])) for dp in sorted(dps)])


def parse_dps(payload):
    """Return (DPs, cid) of a device's JSON: {number: value}, {} where it holds none, and the
    sub-device that they are of, or None.

    They stand at the top or, in 3.4 and 3.5, in `data`. Raises ValueError when `payload` is no
    JSON object. Values are bool, number and text: values.py makes such of all others.
    """
    try:
        body = json.loads(payload)
    except RuntimeError:  # nested too deep for the recursion limit
        raise ValueError("nested too deep") from None
    if not isinstance(body, dict):
        raise ValueError("no JSON object")
    inner = body.get("data")
    if "dps" not in body and isinstance(inner, dict):
        body = inner
    dps = body.get("dps")
    if not isinstance(dps, dict):
        return {}, None
    try:
        dps = {int(dp): dps[dp] for dp in dps}
    except ValueError:
        dps = {int(dp): dps[dp] for dp in dps if dp.isdigit()}
    if not _are_plain(dps):
        from tuya.values import bounded

        dps = bounded(dps)
    return dps, body.get("cid")


def _are_plain(dps):
    for dp in dps:
        value = dps[dp]
        if isinstance(value, str):
            if len(value) > SHORT or not all([" " <= c <= "~" for c in value]):
                return False
        elif not (isinstance(value, (bool, int)) and _INT_MIN <= value <= _INT_MAX):
            return False
    return True
