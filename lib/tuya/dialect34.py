"""What 3.4 and 3.5 are asked. No I/O."""

from tuya.dialect import Dialect33, dps_json
from tuya.port import const

_CONTROL_NEW = const(0x0D)
_DP_QUERY_NEW = const(0x10)


class Dialect34(Dialect33):
    """3.4 and 3.5: bodies that name no device, DPs inside `data`; `t` is a number."""

    query_command = _DP_QUERY_NEW
    control_command = _CONTROL_NEW

    def query(self, now, cid=None):
        # An empty body is a `data format error`.
        return ('{"cid":"%s"}' % cid).encode() if cid else b"{}"

    def control(self, dps, now, cid=None):
        body = '{"protocol":5,"t":%d,"data":{"dps":%s}}'
        if cid:
            body = body.replace('{"dps', '{"cid":"%s","ctype":0,"dps' % cid)
        return (body % (now, dps_json(dps))).encode()
