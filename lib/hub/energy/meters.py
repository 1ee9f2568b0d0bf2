"""Has plugs measure, adds up what they draw, and keeps the sums through a reboot."""

from hub.energy.history import History
from hub.energy.meter import Meter
from hub.log import WARNING, log
from hub.system.store import ENERGY_FILE, load, save
from hub.system.unload import unload
from tuya.dps import POWER
from tuya.errors import TuyaError
from tuya.port import const, sleep_ms, ticks_add, ticks_diff, ticks_ms

_STEP_MS = const(5000)
# Flash wears out: a write costs so much energy, or so much time, not to be had back.
_SAVE_WH = const(10)
_SAVE_MIN_MS = const(60000)
_SAVE_MAX_MS = const(600000)
# What a plug reports it has forgotten: a large report is written soon.
_SAVE_REPORT_MS = const(5000)


class Meters:
    """`plugs`: {name: Plug}, which may change; each connected one is asked every `interval_ms`."""

    def __init__(self, plugs, interval_ms, path=ENERGY_FILE):
        self._plugs = plugs
        self._interval_ms = interval_ms
        self._path = path
        self._saved_at = ticks_ms()
        self._saved_wh = 0
        self._saved_reports = 0  # Wh of it that plugs have reported, and will not again
        self._kept_day = 0  # up to which each day has been taken down

    def maker(self, kind, poll_ms):
        """Return the function that makes the meter of one plug, as Plug wants it."""
        path = self._path
        stale_ms = max(3 * self._interval_ms, poll_ms * 5 // 2)

        def make(device):
            meter = Meter(device, kind, stale_ms, load(path).get(device.id))
            self._saved_wh += meter.wh
            self._saved_reports += meter.reported
            return meter, History()

        return make

    async def run(self, beat):
        """Measure, for ever.

        Plugs stop measuring by themselves when no app is open. One that pushed nothing since it
        was asked last does not know the request: it is asked for all it has.
        """
        due = ticks_ms()
        step = 0
        while True:
            beat()
            step += 1
            for i, plug in enumerate(list(self._plugs.values())):
                if plug.meter:
                    self._sample(plug)
                if (step + i) % max(1, self._interval_ms // _STEP_MS) == 0:
                    await self._ask(plug)
                    beat()
            self._save_when_due()
            due = ticks_add(due, _STEP_MS)
            await sleep_ms(max(0, ticks_diff(due, ticks_ms())))

    def save(self):
        """Write the sums now, such as before a restart."""
        plugs = self._plugs.values()
        kept = load(self._path)
        # Whose meter has not shown itself yet keeps what was written.
        facts = {p.device.id: kept[p.device.id] for p in plugs if p.device.id in kept}
        for plug in plugs:
            if plug.meter:
                facts[plug.device.id] = plug.meter.save()
        try:
            save(self._path, facts)
            self._keep_days(facts)
        except OSError as e:
            log("%s could not be written (error %s)" % (self._path, e.errno), WARNING)
        self._saved_at = ticks_ms()
        self._saved_wh, self._saved_reports = self._sums()

    def _keep_days(self, facts):
        """Take the days that are over down for the year, once after each midnight."""
        ids = [plug.device.id for plug in self._plugs.values() if plug.meter]
        today = max([facts[id]["day"] or 0 for id in ids], default=0)
        if today == self._kept_day:
            return
        from hub.energy.years import keep

        for id in ids:
            keep(id, facts[id])
        self._kept_day = today
        unload("hub.energy.years")

    def _sample(self, plug):
        plug.meter.tick()
        device = plug.device
        power = device.dps.get(POWER)
        plug.history.add(power if device.online and type(power) is int and power >= 0 else None)

    async def _ask(self, plug):
        device = plug.device
        if not (device.is_connected and plug.has_meter):
            return
        try:
            if ticks_diff(ticks_ms(), device.heard_at) > self._interval_ms:
                await device.status()
            await device.refresh()
        except TuyaError:
            pass  # the device says so itself, as its state

    def _save_when_due(self):
        waited = ticks_diff(ticks_ms(), self._saved_at)
        wh, reports = self._sums()
        drawn = wh - self._saved_wh
        if (
            (drawn and waited >= _SAVE_MAX_MS)
            or (drawn >= _SAVE_WH and waited >= _SAVE_MIN_MS)
            or (reports - self._saved_reports >= _SAVE_WH and waited >= _SAVE_REPORT_MS)
        ):
            self.save()

    def _sums(self):
        meters = [plug.meter for plug in self._plugs.values() if plug.meter]
        return sum([meter.wh for meter in meters]), sum([meter.reported for meter in meters])
