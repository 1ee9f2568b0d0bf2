"""What a plug does on each command: decides, changes its DPs, answers. Knows no bytes.

A session is anything with `reply(frame, body=b"", code=0)`.
"""

import json

from fakeplug import bodies, commands
from fakeplug.datapoints import ENERGY


class Firmware:
    """The command handlers of one plug."""

    def __init__(self, plug):
        self._plug = plug
        self._new = plug.version >= "3.4"
        self._handlers = {
            commands.HEART_BEAT: self._heartbeat,
            commands.DP_QUERY: self._query,
            commands.DP_QUERY_NEW: self._query,
            commands.CONTROL: self._control,
            commands.CONTROL_NEW: self._control,
            commands.UPDATEDPS: self._updatedps,
        }
        if plug.children and self._new:  # protocol: 3.3 gateways never answer 40
            self._handlers[commands.LAN_EXT_STREAM] = self._list_children

    def handle(self, session, frame, header):
        """Act on a client's frame; a command this device does not know is passed over."""
        handler = self._handlers.get(frame.command)
        if handler:
            handler(session, frame, header)

    def _heartbeat(self, session, frame, _header):
        session.reply(frame)

    def _query(self, session, frame, _header):
        plug, quirks = self._plug, self._plug.quirks
        request = _parse(frame.payload)
        text = self._query_error(quirks, request)
        if text:
            session.reply(frame, text, 1)
            return
        cid = request.get("cid")
        plug.countdown.tick()
        dps = plug.datapoints(cid).answer(quirks)
        session.reply(frame, plug.bodies.answer(quirks.body, dps, plug.clock.time(), cid))

    def _query_error(self, quirks, request):
        if request is None:
            return bodies.DATA_FORMAT
        if quirks.query_text:
            return quirks.query_text.encode()
        if not self._is_ours(request, request.get("cid")):
            return bodies.UNKNOWN_ID
        gateway_itself = self._plug.children and not request.get("cid")
        if gateway_itself or self._is_device22(quirks):
            return bodies.NO_STATE
        return None

    def _is_device22(self, quirks):
        return quirks.device22 or self._plug.version == "3.2"

    def _is_ours(self, request, cid):
        if cid:
            return cid in self._plug.children
        return request.get("devId", self._plug.id) == self._plug.id

    def _control(self, session, frame, header):
        plug, quirks = self._plug, self._plug.quirks
        if self._new and quirks.needs_header and not header:
            session.reply(frame, bodies.PARSE_DATA, 1)
            return
        request = _parse(frame.payload)
        data = self._control_data(frame, request)
        wishes = _wishes(data)
        text = self._control_error(quirks, request, data, wishes)
        if text:
            session.reply(frame, text, 1)
            return
        cid = data.get("cid") or request.get("cid")
        datapoints = plug.datapoints(cid)
        changed = {}
        # Protocol: flat JSON under 07 is acknowledged by 3.5 devices and not executed.
        if quirks.executes and (not self._new or "data" in request):
            changed = datapoints.update(datapoints.accept(wishes))
            if not cid:
                changed |= plug.countdown.see(changed)
        if self._is_device22(quirks):
            asked = [dp for dp, value in wishes.items() if value is None]
            changed |= {dp: datapoints.values[dp] for dp in asked if dp in datapoints.values}
        if quirks.push == "before":
            plug.publish(changed, cid)
        if quirks.ack:
            session.reply(frame, b"", quirks.ack_code)
        if quirks.push != "before":
            plug.publish(changed, cid)
        plug.changed()

    def _control_data(self, frame, request):
        """The object that holds `dps`, or None where the JSON has the wrong shape."""
        if request is None:
            return None
        wrapped = self._new and frame.command == commands.CONTROL_NEW
        # tinytuya asks a device22 of 3.4 with the flat JSON of 3.3.
        if "data" in request or (wrapped and not self._is_device22(self._plug.quirks)):
            request = request.get("data")
        return request if isinstance(request, dict) else None

    def _control_error(self, quirks, request, data, wishes):
        if wishes is None:
            return bodies.DATA_FORMAT
        if quirks.control_text:
            return quirks.control_text.encode()
        if not self._is_ours(request, data.get("cid") or request.get("cid")):
            return bodies.UNKNOWN_ID
        if quirks.single_dp and len(wishes) > 1:
            return bodies.DATA_FORMAT
        return None

    def _updatedps(self, session, frame, _header):
        plug, quirks = self._plug, self._plug.quirks
        if quirks.updatedps == "ignore":
            return
        request = _parse(frame.payload) or {}
        dps = request.get("dpId", ENERGY)
        cid = request.get("cid")
        if cid and cid not in plug.children:
            return
        if quirks.updatedps_limit and len(dps) > quirks.updatedps_limit:
            plug.crash()
            return
        session.reply(frame)
        if quirks.updatedps == "push":
            datapoints = plug.datapoints(cid)
            datapoints.measure(dps)
            plug.publish(datapoints.untold(dps), cid)

    def _list_children(self, session, frame, _header):
        plug = self._plug
        request = _parse(frame.payload) or {}
        if request.get("reqType") != "subdev_online_stat_query":
            return
        cids = list(plug.children)
        chunk = plug.quirks.list_chunk or len(cids)
        for at in range(0, len(cids), chunk):
            part = cids[at : at + chunk]
            online = [cid for cid in part if cid not in plug.offline]
            offline = [cid for cid in part if cid in plug.offline]
            session.reply(frame, bodies.online_report(online, offline))


def _parse(payload):
    """A JSON object, or None."""
    try:
        request = json.loads(payload)
    except ValueError:
        return None
    return request if isinstance(request, dict) else None


def _wishes(data):
    """DPs of a CONTROL by number; None without a proper `dps` object."""
    dps = data.get("dps") if data is not None else None
    if not isinstance(dps, dict):
        return None
    try:
        return {int(dp): value for dp, value in dps.items()}
    except ValueError:
        return None
