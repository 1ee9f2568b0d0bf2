"""An input that says something by its level: a latching switch, a motion sensor, a door."""

from tuya.port import ThreadSafeFlag, sleep_ms


class Edge:
    """Owns an input `pin`, which is up at the level `active`.

    `act(action)` is called with `rise` when it goes up and with `fall` when it goes down, at the
    first edge; what happens in the `settle_ms` after it counts only by where it ends. Actions may
    be None. The level at the start is no edge. `tell(is_up)`, if given, is told of the level.
    """

    def __init__(self, pin, active, settle_ms, act, rise, fall, tell=None):
        self._pin = pin
        self._active = active
        self._settle_ms = settle_ms
        self._act = act
        self._actions = (fall, rise)
        self._tell_level = tell
        self._flag = ThreadSafeFlag()

    async def run(self):
        """Watch the pin, for ever."""
        pin = self._pin
        pin.irq(handler=self._interrupt, trigger=pin.IRQ_FALLING | pin.IRQ_RISING)
        try:
            is_up = pin.value() == self._active
            if self._tell_level:
                self._tell_level(is_up)
            while True:
                await self._flag.wait()
                is_up = self._tell(not is_up)
                await sleep_ms(self._settle_ms)
                self._flag.clear()
                if (pin.value() == self._active) != is_up:
                    self._flag.set()
        finally:
            pin.irq(handler=None)

    def _tell(self, is_up):
        action = self._actions[is_up]
        if action:
            self._act(action)
        if self._tell_level:
            self._tell_level(is_up)
        return is_up

    def _interrupt(self, pin):
        self._flag.set()


class Watched:
    """What ends with an Edge: its job, and the Input of that name in `inputs`."""

    def __init__(self, inputs, name, job):
        self._inputs = inputs
        self._name = name
        self._job = job

    def close(self):
        self._inputs.pop(self._name, None)
        self._job.close()
