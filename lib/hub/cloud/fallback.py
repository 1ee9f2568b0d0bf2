"""What Tuya's cloud is asked to do for plugs that are not reached on the LAN, and how often.

It is never asked how a plug is: a command goes out for somebody who has pressed, and nothing else.
"""

import asyncio

from hub.clock.zone import day_of, year_of
from hub.log import WARNING, log
from hub.logbook import note
from hub.targets.target import ITSELF, in_words
from tuya.cloud_errors import (
    BadAnswer,
    CloudError,
    NoPermission,
    WrongCredentials,
    WrongRegion,
)
from tuya.port import const, sleep_ms, unix_time, wait_for_ms

# A person waits for it: token, DPs and command take a second or two.
_PATIENCE_MS = const(15000)
# By then a connection that gives way has closed its socket.
_CLOSED_MS = const(20)
_DAY_S = const(86400)
# What a repetition does not cure, and only uses up what is left of the quota.
_FINAL = (NoPermission, WrongCredentials, WrongRegion)
# Of the types of DPs those whose values are in the cloud what they are on the LAN.
_PLAIN = ("boolean", "integer", "enum", "string")
_FACTS = "cloud"  # under which the state keeps what was counted


class Fallback:
    """Sends to plugs of `hub` through Tuya's cloud. `make_cloud(http)` returns a tuya.Cloud.

    `sent` is {id of a plug: {"set": words, "time": Unix time}} of what went that way last to plugs
    that are offline still. `stopped` says in words why nothing goes that way any more.
    """

    def __init__(self, hub, settings, http, make_cloud):
        self.stopped = None
        self.sent = {}
        self._hub = hub
        self._after_s = settings["after"]
        self._http = http
        self._cloud = make_cloud(self._request)
        self._points = {}  # {id of a plug: {DP: code, as far as it can be set}}

    def is_due(self, seconds):
        """Tell whether a plug that is not reached for so long may be reached through the cloud."""
        return seconds >= self._after_s

    async def send(self, device, dps):
        """Have {DP: value} set; return when the cloud has taken it. Raises CloudError."""
        if self.stopped:
            raise CloudError(self.stopped)
        plug = self._plug(device)
        # The socket is that of the plug, which is tried on the LAN again afterwards.
        self._hub.connections.release(plug.slot, _PATIENCE_MS)
        try:
            await sleep_ms(_CLOSED_MS)
            await wait_for_ms(self._send(plug, dps), _PATIENCE_MS)
        except asyncio.TimeoutError:
            raise CloudError("no answer within %d s" % (_PATIENCE_MS // 1000)) from None
        except MemoryError:
            raise CloudError("this board has too little memory for it") from None
        except _FINAL as e:
            self.stopped = str(e)
            log("Tuya's cloud is asked for nothing any more: %s" % e, WARNING)
            raise
        finally:
            plug.slot.released_until = None

    def _plug(self, device):
        return next(plug for plug in self._hub.targets.plugs.values() if plug.device is device)

    async def _send(self, plug, dps):
        id = plug.device.id
        codes = await self._codes(id)
        unknown = [dp for dp in dps if dp not in codes]
        if unknown:
            raise CloudError("it does not set the DP %s of this device" % unknown[0])
        commands = [{"code": codes[dp], "value": dps[dp]} for dp in dps]
        path = "/v1.0/iot-03/devices/%s/commands" % id
        if await self._cloud.call("POST", path, None, {"commands": commands}) is not True:
            raise BadAnswer("%s has not said that it does it" % self._cloud.host)
        self._count("commands")
        self._tell(plug, _words({codes[dp]: dps[dp] for dp in dps}))

    async def _codes(self, id):
        """Return {DP: code} of what can be set, which the cloud is asked for once."""
        if id not in self._points:
            from tuya.cloud_points import mapping

            points = await mapping(self._cloud, id)
            self._points[id] = {
                int(dp): points[dp]["code"]
                for dp in points
                if dp.isdigit() and points[dp]["type"].lower() in _PLAIN
            }
        return self._points[id]

    def _tell(self, plug, words):
        """Have everybody see that it went this way: nobody has confirmed it on the LAN."""
        self.sent[plug.device.id] = {"set": words, "time": unix_time()}
        cause = "%s, through Tuya's cloud" % (plug.asked_by or ITSELF)
        log("%s: %s (%s)" % (plug.name, words, cause), WARNING)
        note(plug.name, words, cause)
        self._hub.broadcast.tell(plug)

    # --- how often ---

    async def _request(self, method, url, headers, body):
        self._count("calls")
        return await self._http(method, url, headers, body)

    def _count(self, what):
        state = self._hub.state
        month = _month()
        if state.recall(_FACTS, "month") != month:
            state.forget(_FACTS)
            state.remember(_FACTS, "month", month)
        state.remember(_FACTS, what, (state.recall(_FACTS, what) or 0) + 1)

    def about(self):
        """Return {"host", "month", "calls" and "commands" in it, "after" (s), "stopped"}."""
        facts = self._hub.state.facts(_FACTS)
        month = _month()
        is_current = facts.get("month") == month
        about = {"host": self._cloud.host, "month": month, "after": self._after_s}
        for what in ("calls", "commands"):
            about[what] = facts.get(what, 0) if is_current else 0
        about["stopped"] = self.stopped
        return about


def _words(values):
    """Return {code: value} for people: a single switch is on or off."""
    value = next(iter(values.values()))
    if len(values) == 1 and isinstance(value, bool):
        return "on" if value else "off"
    return in_words(values)


def _month():
    """Return this month as "2026-11", in UTC."""
    day = unix_time() // _DAY_S
    year = year_of(day)
    month = 12
    while day_of(year, month, 1) > day:
        month -= 1
    return "%d-%02d" % (year, month)
