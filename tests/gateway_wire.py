"""A gateway on a fake wire, with two sub-devices behind it."""

import json

from wire import (
    CONTROL,
    CONTROL_NEW,
    DP_QUERY,
    DP_QUERY_NEW,
    LAN_EXT_STREAM,
    STATUS,
    Wire,
    body,
)

CIDS = ("a4c138e51d9c71a2", "a4c138e51d9c71a3")


class GatewayWire(Wire):
    """A gateway with two sub-devices. `names_child`: answers say whose they are."""

    def __init__(self, version, names_child=True):
        super().__init__({}, version=version)
        self.children = {cid: {1: False, 4: cid} for cid in CIDS}
        self.names_child = names_child
        self.lists = []
        self.on_frame = self._gateway

    def report(self, cid, dps):
        self.children[cid].update(dps)
        self.reply(STATUS, body(dps, self.is_new, cid))

    def _gateway(self, command, payload):
        if command in (DP_QUERY, DP_QUERY_NEW):
            cid = json.loads(payload).get("cid")
            if not cid:
                self.reply(command, b"json obj data unvalid", code=1)
            elif cid not in self.children:
                self.reply(command, b"devid not found", code=1)
            else:
                dps = self.children[cid]
                self.reply(command, body(dps, False, cid if self.names_child else None))
        elif command in (CONTROL, CONTROL_NEW):
            request = json.loads(payload)
            data = request.get("data", request)
            if "cid" not in data:
                self.reply(command, b"devid not found", code=1)
                return True
            self.reply(command)
            self.report(data["cid"], {int(dp): data["dps"][dp] for dp in data["dps"]})
        elif command == LAN_EXT_STREAM:
            for online, offline in self.lists:
                data = {"online": online, "offline": offline, "nearby": []}
                text = json.dumps({"reqType": "subdev_online_stat_report", "data": data})
                self.reply(command, text.encode())
        else:
            return False
        return True
