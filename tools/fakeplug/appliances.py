"""Believable loads. Each is an object with `watts(now_s, on)` and no clock of its own.

`now_s` are Unix seconds and must not go back; `on` says whether the socket has power. The same
times give the same watts: the noise is computed from the time.
"""

import math


def wander(now_s, seed, period_s):
    """A value between -1 and 1 that changes smoothly; `period_s` is about one swing."""
    phase = 2 * math.pi * now_s / period_s + seed
    return 0.6 * math.sin(phase) + 0.3 * math.sin(2.63 * phase) + 0.1 * math.sin(7.11 * phase)


def mains_volts(now_s):
    """The mains, round 230.4 V."""
    return 230.4 + 1.8 * wander(now_s, 0.0, 310.0)


class Load:
    """Keeps the moment the power came, in `_since_s`; None without power."""

    #: Power factor: current is watts over volts over this.
    power_factor = 1.0
    #: Set by a load that switches its socket off, until the power is really gone.
    wants_off = False

    def __init__(self):
        self._since_s = None

    def watts(self, now_s, on):
        """Watts drawn at `now_s`."""
        if not on:
            self._since_s = None
            self.wants_off = False
            return 0.0
        if self._since_s is None:
            self._since_s = now_s
        return self._draw(now_s, now_s - self._since_s)


class Lamp(Load):
    """An LED lamp."""

    power_factor = 0.55

    def __init__(self, watts=8.5):
        super().__init__()
        self._watts = watts

    def _draw(self, now_s, _on_s):
        return self._watts * (1 + 0.01 * wander(now_s, self._watts, 47.0))


class Kettle(Load):
    """Heats until the water boils, about 150 s from cold, then switches its socket off."""

    _POWER_W = 2000.0
    _COLD_C = 20.0
    _BOIL_C = 100.0
    _HEAT_C_S = (100.0 - 20.0) / 150.0
    _COOLING_S = 1800.0

    def __init__(self):
        super().__init__()
        self._water_c = self._COLD_C
        self._seen_s = None

    def watts(self, now_s, on):
        elapsed_s = now_s - (now_s if self._seen_s is None else self._seen_s)
        self._seen_s = now_s
        if on and not self.wants_off:
            self._water_c += self._HEAT_C_S * elapsed_s
        else:
            left = math.exp(-elapsed_s / self._COOLING_S)
            self._water_c = self._COLD_C + (self._water_c - self._COLD_C) * left
        return super().watts(now_s, on)

    def _draw(self, now_s, _on_s):
        if self._water_c >= self._BOIL_C:
            self.wants_off = True
        if self.wants_off:
            return 0.0
        return self._POWER_W * (1 + 0.008 * wander(now_s, 2.0, 23.0))


class Fridge(Load):
    """A compressor that runs 12 minutes at 85 W and rests 20 at 1.5 W."""

    power_factor = 0.7
    _RUN_S = 12 * 60
    _REST_S = 20 * 60

    def _draw(self, now_s, on_s):
        on_s %= self._RUN_S + self._REST_S
        if on_s >= self._RUN_S:
            return 1.5
        start = 45.0 * math.exp(-on_s / 15.0)  # starting takes more than running
        return 85.0 + start + 1.5 * wander(now_s, 1.0, 120.0)


class Washer(Load):
    """One programme after the power comes: fill, heat, tumble, spin; then standby."""

    power_factor = 0.85
    #: Seconds and watts of each phase.
    _PROGRAMME = ((120, 25.0), (900, 2050.0), (2400, 140.0), (480, 420.0))
    _STANDBY_W = 1.2

    def _draw(self, now_s, on_s):
        for seconds, watts in self._PROGRAMME:
            if on_s < seconds:
                # The drum turns 12 s out of 20.
                resting = 100 < watts < 200 and on_s % 20 >= 12
                return 9.0 if resting else watts * (1 + 0.04 * wander(now_s, 3.0, 17.0))
            on_s -= seconds
        return self._STANDBY_W


class Television(Load):
    """Standby but for the evening, 18 to 23 hours UTC."""

    power_factor = 0.9
    _STANDBY_W = 0.6

    def _draw(self, now_s, _on_s):
        if 18 <= now_s / 3600 % 24 < 23:
            return 92.0 * (1 + 0.15 * wander(now_s, 4.0, 9.0))
        return self._STANDBY_W
