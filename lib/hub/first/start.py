"""The first start: a board that knows no network opens its own, and listens to the cable, until it
does.
"""

import asyncio

from hub.setup.access_point import open_for_setup
from hub.system.unload import unload
from tuya.port import const, sleep_ms

_TIMEOUT_MS = const(15000)
_REST_MS = const(5000)
_ROUND_MS = const(1000)


def watch(hub):
    """Have both done while the configuration names no network."""
    hub.supervisor.add("set-up", _run, _TIMEOUT_MS, hub)


async def _run(hub, beat):
    if not hub.built("wifi"):
        await _set_up(hub, beat)
        unload("hub.first.improv", "hub.first.taking", "hub.setup")
    while True:  # there is nothing more to do
        beat()
        await sleep_ms(_REST_MS)


async def _set_up(hub, beat):
    from hub.first.improv import serve

    talk = asyncio.create_task(serve(hub))
    try:
        await open_for_setup(hub, True, beat)
        while not talk.done():
            beat()
            await sleep_ms(_ROUND_MS)
    finally:
        talk.cancel()
