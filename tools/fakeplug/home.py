"""A home full of plugs with appliances in them, metered and damped as real plugs do."""

import random

from fakeplug.appliances import Fridge, Kettle, Lamp, Television, Washer, mains_volts
from fakeplug.plug import FakePlug

SWITCH, COUNTDOWN, ADD_ELE, CURRENT, POWER, VOLTAGE, POWER_ON = 1, 9, 17, 18, 19, 20, 38
TICK_S = 1.0

#: What stands in the home, in this order; further plugs hold spare lamps.
FURNITURE = (
    ("desk lamp", lambda: Lamp(8.5)),
    ("bed lamp", lambda: Lamp(4.2)),
    ("floor lamp", lambda: Lamp(11.0)),
    ("kettle", Kettle),
    ("fridge", Fridge),
    ("washing machine", Washer),
    ("television", Television),
)


class Meter:
    """The metering chip of a plug: from watts to the DPs 17 to 20, and when to push them."""

    #: A push needs a change of power by this share, or by this many tenths of a watt.
    _SHARE = 0.05
    _STEP = 10
    #: Least time between two pushes of the power, and the longest without one.
    _DAMPING_S = 3.0
    _REPORT_S = 300.0
    #: DP 17 goes out when so many thousandths of a kWh have come together, or after this time.
    _ENERGY_STEP = 100
    _ENERGY_S = 1800.0

    def __init__(self, now_s):
        self._now_s = now_s
        self._energy_s = now_s
        self._pushed_s = now_s - self._DAMPING_S
        self._pushed_power = 0
        self._joules = 0.0

    def tick(self, now_s, watts, volts, power_factor):
        """Return (values, pushes): the new DPs, and the numbers of those that are due."""
        self._joules += watts * (now_s - self._now_s)
        self._now_s = now_s
        power = round(watts * 10)
        values = {
            CURRENT: round(watts / volts / power_factor * 1000),
            POWER: power,
            VOLTAGE: round(volts * 10),
        }
        pushes = []
        if self._is_due(now_s, power):
            self._pushed_s, self._pushed_power = now_s, power
            pushes += values
        increment = int(self._joules / 3600)
        if increment >= self._ENERGY_STEP or (
            increment and now_s - self._energy_s >= self._ENERGY_S
        ):
            self._joules -= increment * 3600
            self._energy_s = now_s
            values[ADD_ELE] = increment
            pushes.append(ADD_ELE)
        return values, pushes

    def _is_due(self, now_s, power):
        waited_s = now_s - self._pushed_s
        if waited_s < self._DAMPING_S:
            return False
        change = abs(power - self._pushed_power)
        threshold = min(self._STEP, max(1, self._pushed_power * self._SHARE))
        return change > threshold or waited_s >= self._REPORT_S


class Socket:
    """One plug of the home, its appliance and its meter."""

    def __init__(self, name, appliance, plug):
        self.name = name
        self.plug = plug
        #: What the appliance has really drawn, whoever knows of it.
        self.joules = 0.0
        self._appliance = appliance
        self._meter = Meter(plug.clock.time())
        self._ticked_s = plug.clock.time()

    def describe(self):
        """What a client needs to know, ready for JSON."""
        plug = self.plug
        return {
            "name": self.name,
            "id": plug.id,
            "key": plug.key.decode(),
            "address": plug.host,
            "port": plug.port,
            "version": plug.version,
        }

    def tick(self):
        """Let a moment pass: draw, measure, push what is due, perhaps switch off.

        A frozen plug does so when it goes on.
        """
        plug = self.plug
        if plug.is_frozen:
            return
        now_s = plug.clock.time()
        watts = self._appliance.watts(now_s, plug.dps[SWITCH])
        self.joules += watts * (now_s - self._ticked_s)
        self._ticked_s = now_s
        if self._appliance.wants_off:
            plug.press({SWITCH: False})
        volts = mains_volts(now_s)
        values, pushes = self._meter.tick(now_s, watts, volts, self._appliance.power_factor)
        plug.measure(values)
        if pushes and plug.quirks.measures == "always":
            plug.report(pushes)


class Home:
    """`plugs` plugs on one host, which take turns through `versions`.

    Ids and keys depend on `seed` alone.
    """

    def __init__(self, plugs=4, versions=("3.3",), quirks=None, *, seed=1, clock=None):
        dice = random.Random(seed)
        self.sockets = [
            self._furnish(n, versions[n % len(versions)], quirks, dice, clock)
            for n in range(plugs)
        ]
        self._clock = self.sockets[0].plug.clock
        self._timer = None

    @staticmethod
    def _furnish(number, version, quirks, dice, clock):
        name, appliance = (
            FURNITURE[number]
            if number < len(FURNITURE)
            else (f"spare lamp {number - len(FURNITURE) + 1}", Lamp)
        )
        letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        plug = FakePlug(
            id="bf" + "".join(dice.choices(letters, k=20)),
            key="".join(dice.choices(letters, k=16)),
            version=version,
            dps={
                SWITCH: number >= 3 and name != "kettle",
                COUNTDOWN: 0,
                ADD_ELE: 0,
                CURRENT: 0,
                POWER: 0,
                VOLTAGE: 2304,
                POWER_ON: "memory",
            },
            quirks=quirks,
            clock=clock,
        )
        return Socket(name, appliance(), plug)

    async def start(self, host="127.0.0.1", base_port=0):
        """Start the plugs on consecutive ports, or on any when `base_port` is 0."""
        try:
            for number, socket in enumerate(self.sockets):
                await socket.plug.start(host, base_port and base_port + number)
        except OSError:
            await self.stop()
            raise
        self._tick()

    async def stop(self):
        """Stop the plugs and the time in the home."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for socket in self.sockets:
            await socket.plug.stop()

    async def __aenter__(self):
        if not self._timer:
            await self.start()
        return self

    async def __aexit__(self, *_):
        await self.stop()

    def describe(self):
        """A list with one dictionary for each plug."""
        return [socket.describe() for socket in self.sockets]

    def _tick(self):
        for socket in self.sockets:
            socket.tick()
        self._timer = self._clock.call_later(TICK_S, self._tick)
