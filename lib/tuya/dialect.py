"""Which command and which JSON asks a device of a version for what. No I/O.

The texts are the compact JSON, in the key order, that devices have seen for years; the parsers
of old firmware are not known to take any other.
"""

import json

from .command import CONTROL, DP_QUERY
from .port import compact_json


class Dialect33:
    """3.2 and 3.3: flat bodies that name the device; `t` is Unix time as a string."""

    query_command = DP_QUERY
    control_command = CONTROL

    def __init__(self, device_id):
        self._id = device_id

    def query(self, now):
        """Return the body that reads all DPs."""
        return (
            '{"gwId":"%s","devId":"%s","uid":"%s","t":"%d"}' % (self._id, self._id, self._id, now)
        ).encode()

    def control(self, dps, now):
        """Return the body that writes `dps`, numbers to values."""
        return (
            '{"devId":"%s","uid":"%s","t":"%d","dps":%s}'
            % (self._id, self._id, now, dps_json(dps))
        ).encode()

    def heartbeat(self):
        return ('{"gwId":"%s","devId":"%s"}' % (self._id, self._id)).encode()


def update_dps(dps):
    """Return the body, the same in all versions, that asks to measure and push these DPs."""
    return ('{"dpId":[%s]}' % ",".join([str(dp) for dp in dps])).encode()


def dps_json(dps):
    """Return DPs as JSON in ascending order: a dict of MicroPython has none."""
    return "{%s}" % ",".join(['"%d":%s' % (dp, compact_json(dps[dp])) for dp in sorted(dps)])


def parse_dps(payload):
    """Return the DPs in a device's JSON as {number: value}; {} where it holds none.

    They stand in `dps` or, in 3.4 and 3.5, in `data.dps`. Raises ValueError when `payload` is no
    JSON object.
    """
    try:
        body = json.loads(payload)
    except RuntimeError:  # nested too deep for the recursion limit
        raise ValueError("nested too deep") from None
    if not isinstance(body, dict):
        raise ValueError("no JSON object")
    dps = body.get("dps")
    if dps is None:
        inner = body.get("data")
        dps = inner.get("dps") if isinstance(inner, dict) else None
    if not isinstance(dps, dict):
        return {}
    try:
        return {int(dp): dps[dp] for dp in dps}
    except ValueError:
        return {int(dp): dps[dp] for dp in dps if dp.isdigit()}
