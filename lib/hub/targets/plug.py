"""A device as the hub sees it: a target that is on or off, what its meter says, and its kind."""

import asyncio

from hub.log import WARNING, log
from hub.targets.target import ITSELF, Remote, Unfit, in_words
from tuya.dps import ADDED_ENERGY, COUNTDOWN, CURRENT, FAULT, POWER, SWITCH, VOLTAGE, number
from tuya.errors import NoNetwork, NoResources, Rejected, TuyaError
from tuya.port import const, ticks_diff, ticks_ms

_COUNTDOWN_MAX_S = const(86400)
# DPs that strips, bulbs, covers and thermostats have, and most outlets have not.
_UNUSUAL = (2, 3, 4, 5, 7, 21, 22)
# It may have gone on counting for so long by the time it is asked.
_COUNTED_S = const(5)
# How long a press waits for one of few sockets.
_SLOT_MS = const(2000)


class Plug(Remote):
    """Wraps a tuya.Device. `on` is what the plug confirmed last, None while it is not known.

    `kind` is what it is besides an outlet, found in what it reports unless somebody has said it.
    `slot` is its right to a connection, the pool `connections` gives it. `make_meter(device)`
    returns a Meter and a History as soon as the plug has shown that it has a meter.
    """

    kind = None  # what it is besides an outlet: see kinds/kind.py
    is_known = False  # its kind, because somebody has said it

    def __init__(self, name, device, broadcast, slot, connections, make_meter):
        self.name = name
        self.device = device
        self.slot = slot
        self.meter = None
        self.history = None
        self._connections = connections
        self._broadcast = broadcast
        self._make_meter = make_meter
        self._was_on = None
        self._logged = None  # what the log says of the connection
        self._was_connected = False
        device.subscribe(self)

    @property
    def on(self):
        on = self.kind.on if self.kind else self.device.dps.get(SWITCH)
        return on if isinstance(on, bool) else None

    def take_kind(self, word, settings):
        """Be what a word says: see kinds/kind.py. Raises ValueError for a wrong mapping."""
        from hub.targets.kinds.kind import make

        self.kind = make(word, self.device, settings)

    def toggled(self):
        become = self.kind and self.kind.toggled()
        return super().toggled() if become is None else become

    def takes(self, values):
        return bool(self.kind) and not self._unknown(values)

    def _unknown(self, values):
        fields = self.kind.fields()
        return [name for name in values if name not in fields and name not in self.kind.also]

    async def begin(self, on):
        if self.kind:
            await self._told(self.kind.switch(on))
        else:
            await self.write({SWITCH: on})

    async def set(self, values):
        """Set what its kind has, {name: value}. Raises Unfit, and TuyaError within seconds."""
        from hub.logbook import note

        if not self.kind:
            await super().set(values)
        unknown = self._unknown(values)
        if unknown:
            known = ", ".join(sorted(self.kind.fields()))
            raise Unfit("it has no %s; it has %s" % (", ".join(unknown), known))
        is_off = values.get("on") is False or values.get("command") in ("close", "stop")
        self.check_lock(not is_off)
        cause = self.asked_by or ITSELF
        await self._told(self.kind.set(values))
        note(self.name, in_words(values), cause)

    async def _told(self, request):
        try:
            await self.reach(request)
        except ValueError as e:
            raise Unfit(str(e)) from None

    async def write(self, dps):
        """Write DPs as tuya.Device.set() does, with a connection if there is none."""
        await self.reach(self.device.set(dps))

    async def reach(self, request):
        """Await a request of the device, with a connection if there is none."""
        slot = self.slot
        slot.pressed += 1
        try:
            await self._connections.need(slot, _SLOT_MS)
            if not slot.task:
                raise NoResources("no connection was free within %d s" % (_SLOT_MS // 1000))
        except BaseException:
            request.close()
            raise
        else:
            return await request
        finally:
            slot.pressed -= 1
            slot.used_at = ticks_ms()

    def count_down(self, seconds):
        return not self.kind and self.begin_countdown(COUNTDOWN, seconds)

    def begin_countdown(self, dp, seconds):
        """Have the device count down at a DP, as count_down()."""
        left = number(self.device.dps, dp)
        if left is None or not (seconds or left) or seconds > _COUNTDOWN_MAX_S:
            return False
        self._counting = asyncio.create_task(self._count_down(dp, seconds))
        return True

    async def _count_down(self, dp, seconds):
        try:
            await self.write({dp: seconds})
        except TuyaError as e:
            left = number(self.device.dps, dp)
            is_taken = left and seconds - _COUNTED_S <= left <= seconds
            if not isinstance(e, Rejected) or not is_taken:
                log("%s does not count down itself: %s" % (self.name, e))  # the hub does

    @property
    def reason(self):
        """Why the plug is offline, in words; None while it is online."""
        device = self.device
        if self.slot.released_until is not None:
            left = ticks_diff(self.slot.released_until, ticks_ms()) // 1000
            return "released for other programs, for another %d s" % max(0, left)
        if device.online:
            return None
        return str(device.error) if device.error else "connecting"

    @property
    def has_meter(self):
        dps = self.device.dps
        if self.kind and not self.kind.has_meter:
            return False
        return any([number(dps, dp) is not None for dp in (POWER, CURRENT, ADDED_ENERGY)])

    def state(self):
        """Return what the page and the API show: W, V, A, kWh, s; null for what is not known."""
        device = self.device
        kind = self.kind
        dps = {} if kind and not kind.has_meter else device.dps
        meter = self.meter
        state = {
            "name": self.name,
            "id": device.id,
            "kind": kind.word if kind else "outlet",
            "on": self.on,
            "online": device.online,
            "reason": self.reason,
            "power": _scaled(dps, POWER, 10),
            "voltage": _scaled(dps, VOLTAGE, 10),
            "current": _scaled(dps, CURRENT, 1000),
            "energy": meter and meter.kwh,
            "today": meter and meter.today,
            "yesterday": meter and meter.yesterday,
            "countdown": None if kind else number(dps, COUNTDOWN),
            "lock": self.lock,
            "cause": self.cause,
            "fault": number(dps, FAULT),
            "age": self._age_s(),
            "address": device.address,
            "version": device.version,
            "shared": not self.slot.is_persistent,
            "seq": self.seq,
        }
        if kind:
            state["values"] = kind.values()
        return state

    def adopt(self, item):
        """Take another name and key."""
        self.name = item["name"]
        self.device.use_key(item["key"])

    def close(self):
        """End its connection and its changes."""
        super().close()
        self._connections.remove(self.slot)
        self.device.end_changes()

    def put(self, changed):
        """Take news of the device and tell the broadcast."""
        device = self.device
        if not device.online and device.error and self.slot.device is device:
            if isinstance(device.error, NoNetwork):
                self.slot.taken_at = ticks_ms()  # its visit begins when there is a network
            else:
                self.slot.has_failed = True
        if changed:
            self._look(changed)
        if self.has_meter:
            if self._make_meter:
                self.meter, self.history = self._make_meter(device)
                self._make_meter = None
            self.meter.tick()
            if device.is_connected and not self._was_connected:
                # What a plug says when it is connected may be as old as its last connection.
                asyncio.create_task(quietly(device.refresh()))
        self._was_connected = device.is_connected
        if self.on is not self._was_on:
            # What it is found to be after the start nobody has made.
            if self._was_on is not None:
                self.note_cause()
            self._was_on = self.on
        self._log()
        self._broadcast.tell(self)

    def _look(self, changed):
        """Have the kind look at what has changed; find it, where nobody has said what it is."""
        if self.kind:
            self.kind.see(changed)
        elif not self.is_known:
            word = _is_unusual(changed) and _guess(self.device.dps)
            if word:
                self.take_kind(word, {})
                log("%s: it is of the kind %s" % (self.name, word))

    def _log(self):
        was = self._logged
        device = self.device
        self._logged = "online" if device.online else device.error and self.reason
        if self._logged and self._logged != was:
            log("%s: %s" % (self.name, self._logged), WARNING if device.error else "i")

    def _age_s(self):
        heard_at = self.device.heard_at
        return None if heard_at is None else ticks_diff(ticks_ms(), heard_at) // 1000


async def quietly(request):
    """Await a request of a device that nobody waits for."""
    try:
        await request
    except TuyaError:
        pass  # the device says so itself, as its state


def _is_unusual(changed):
    """Tell whether an outlet would not report such DPs, or not such values."""
    for dp in changed:
        value = changed[dp]
        if dp in _UNUSUAL or (dp == VOLTAGE and value in (True, False)):
            return True
        if dp == SWITCH and isinstance(value, str):
            return True
    return False


def _guess(dps):
    from hub.targets.kinds.kind import guess

    return guess(dps)


def _scaled(dps, dp, divisor):
    value = number(dps, dp)
    return None if value is None else value / divisor
