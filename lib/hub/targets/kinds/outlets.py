"""The component "outlets": those of a strip, each a target with a name of its own."""

from hub.config.validator import known
from hub.targets.target import Remote
from tuya.dps import COUNTDOWN, SWITCH, SWITCHES, number
from tuya.port import const

NEEDS = const(450)  # bytes of heap
SCHEMA = (
    ("name", "target_name", ...),
    ("plug", "text", ...),
    ("dp", ("number", 1, 255, "a DP"), ...),
)
ADOPTED = ("plug",)


class Outlet(Remote):
    """The outlet of the strip `plug`, a Plug, that the DP `dp` switches."""

    plug = None

    def __init__(self, name, dp, broadcast):
        self.name = name
        self.dp = dp
        self._broadcast = broadcast
        self._was_on = None

    @property
    def device(self):
        return self.plug.device

    @property
    def slot(self):
        return self.plug.slot

    @property
    def on(self):
        on = self.plug.device.dps.get(self.dp)
        return on if isinstance(on, bool) else None

    def check_lock(self, on):
        super().check_lock(on)
        self.plug.check_lock(on)

    async def begin(self, on):
        plug = self.plug
        plug.asked_by = self.asked_by  # the strip as a whole may become on or off by it
        try:
            await plug.write({self.dp: on})
        finally:
            plug.asked_by = None

    def count_down(self, seconds):
        # Sockets 1 to 6 have their countdowns at DPs 9 to 14.
        dp = COUNTDOWN + self.dp - SWITCH
        return self.plug.begin_countdown(dp, seconds) if self.dp in SWITCHES else False

    def state(self):
        plug = self.plug
        return {
            "name": self.name,
            "plug": plug.name,
            "dp": self.dp,
            "on": self.on,
            "online": plug.device.online,
            "reason": plug.reason,
            "countdown": number(plug.device.dps, COUNTDOWN + self.dp - SWITCH),
            "lock": self.lock,
            "cause": self.cause,
            "seq": self.seq,
        }

    def attach(self, plug):
        """Belong to a Plug, which may be another one than before."""
        if plug is not self.plug:
            self.close()
            self.plug = plug
            plug.device.subscribe(self)

    def adopt(self, item):
        """Take another name of the strip: settle() attaches it."""

    def put(self, changed):
        """Take news of the strip and tell the broadcast."""
        if self.on is not self._was_on:
            if self._was_on is not None:
                self.note_cause(self.asked_by or self.plug.asked_by)
            self._was_on = self.on
        if not changed or self.dp in changed:
            self._broadcast.tell(self)

    def close(self):
        """Hear no more of the strip."""
        super().close()
        if self.plug:
            self.plug.device.unsubscribe(self)


def check(checker, config):
    """Leave out outlets of strips that are not there, and those that are there twice."""
    names = [plug["name"] for plug in config["plugs"]]
    good = []
    seen = []
    for outlet in config["outlets"]:
        place = outlet["at"]
        name = known(outlet["plug"], names)
        if not name:
            checker.fault(place + ".plug", 'no plug is named "%s"' % outlet["plug"])
        elif (name, outlet["dp"]) in seen:
            checker.fault(place + ".dp", "another outlet is at this DP of %s" % name)
        else:
            outlet["plug"] = name
            seen.append((name, outlet["dp"]))
            good.append(outlet)
    config["outlets"] = good


def build(hub, item, config):
    outlet = Outlet(item["name"], item["dp"], hub.broadcast)
    outlet.attach(hub.targets.plugs[item["plug"]])
    return outlet


def settle(hub, config):
    """Attach the outlets to the plugs there are: one that was built again is another one."""
    for item in config["outlets"]:
        hub.targets.outlets[item["name"]].attach(hub.targets.plugs[item["plug"]])
