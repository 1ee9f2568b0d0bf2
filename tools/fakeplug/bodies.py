"""The JSON that a device sends, compact and with the keys in the usual order."""

import json

#: What devices say instead of JSON when a request fails.
DATA_FORMAT = b"data format error"
PARSE_DATA = b"parse data error"
NO_STATE = b"json obj data unvalid"
UNKNOWN_ID = b"devid not found"


def dump(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def texts(dps):
    """DP numbers are strings on the wire."""
    return {str(dp): value for dp, value in dps.items()}


def online_report(online, offline):
    """One frame of a gateway's answer to "which sub-devices are there"."""
    data = {"online": list(online), "offline": list(offline), "nearby": []}
    return dump({"reqType": "subdev_online_stat_report", "data": data})


class Bodies:
    """Query answers and pushes of one device in one protocol version.

    `style` is Quirks.body; `t` is in Unix seconds.
    """

    def __init__(self, version, device_id):
        self._new = version >= "3.4"
        self._device_id = device_id

    def answer(self, style, dps, t, cid=None):
        if style == "wrapped":
            return self._wrapped(dps, t, cid)
        body = {} if self._new else {"devId": self._device_id}
        if cid:
            body["cid"] = cid
        return dump(body | {"dps": texts(dps)})

    def push(self, style, dps, t, cid=None):
        if style == "wrapped" or (style == "version" and self._new):
            return self._wrapped(dps, t, cid)
        identity = {"cid": cid} if cid else {"devId": self._device_id}
        return dump(identity | {"dps": texts(dps), "t": int(t)})

    def _wrapped(self, dps, t, cid):
        data = {"cid": cid} if cid else {}
        return dump({"protocol": 4, "t": int(t), "data": data | {"dps": texts(dps)}})
