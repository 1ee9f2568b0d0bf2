"""The bridge to a broker with a thousand plugs: it does not look at all of them at each change."""

import contextlib

from hub.mqtt.bridge import Bridge
from tuya.port import ticks_add, ticks_diff, ticks_ms

#: What is due without a change is looked for so often.
_ROUND_MS = 1000
_LATER_MS = 3600000


class ManyBridge(Bridge):
    """As Bridge: once a second it looks at all targets, and between that at those with news."""

    _looked_at = None  # ticks_ms at which it looked at all
    _with_news = None  # names of those to look at, None for all

    async def _tell_news(self, changed):
        now = ticks_ms()
        if self._looked_at is None or ticks_diff(now, self._looked_at) >= _ROUND_MS:
            self._looked_at = now
            await super()._tell_news(changed)
            return
        groups = self._hub.targets.groups if changed else ()
        self._with_news = {*changed, *self._late, *groups} - {None}
        later = None
        if self._announce_at is None:
            # Whether somebody has shown more of himself is asked once a second as well.
            later = self._announce_at = ticks_add(now, _LATER_MS)
        try:
            await super()._tell_news(changed)
        finally:
            self._with_news = None
            if self._announce_at is later:
                self._announce_at = None

    def _targets(self):
        if self._with_news is None:
            yield from super()._targets()
            return
        for name in self._with_news:
            with contextlib.suppress(KeyError):  # of an input nothing is told
                target = self._hub.targets.find(name)
                yield name, target

    def _tell_again(self, name):
        self._late.add(name)
        super()._tell_again(name)
