"""The first start: a board that knows no network opens its own until it does."""

from hub.setup.access_point import open_for_setup
from tuya.port import const, sleep_ms

_TIMEOUT_MS = const(15000)
_REST_MS = const(5000)


def watch(hub):
    """Have the access point opened while the configuration names no network."""
    hub.supervisor.add("set-up", _run, _TIMEOUT_MS, hub)


async def _run(hub, beat):
    if not hub.built("wifi"):
        await open_for_setup(hub, True, beat)
    while True:  # there is nothing more to do
        beat()
        await sleep_ms(_REST_MS)
