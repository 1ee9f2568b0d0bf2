"""A plug that makes itself known on this machine."""

import contextlib

from fakeplug import FakePlug
from fakeplug.discovery import Announcer


@contextlib.asynccontextmanager
async def announced(device_id, key, address):
    """A context that yields the FakePlug, which is at that address of this machine."""
    plug = FakePlug(device_id, key, "3.3", {1: False})
    await plug.start(address, 6668)
    try:
        async with Announcer(plug, "127.0.0.1", listen=plug.host, interval_s=0.2):
            yield plug
    finally:
        await plug.stop()
