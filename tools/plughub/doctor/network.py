"""The first half of an examination: is it there, and does it let us in?"""

import asyncio
import contextlib

import tuya
from plughub.doctor.steps import Ended, State, Step, Verdict
from tuya.diagnose import why_no_connection

# Who has an address is asked there and answers at once; others broadcast every 5 to 8 s.
_ASK_MS = 2500
_LISTEN_MS = 9000
_CONNECT_S = 3
_QUIET_S = 0.6
_TRIES = 2
_AGAIN_S = 0.5


async def find(known, tell):
    """Look for a device; return (address, announced version or None). Raises Ended."""
    found = await _heard(known)
    address = known.address
    if found and address and found.address != address:
        tell(Step("found", State.NOTE, f"at {found.address}; the file says {address}"))
        return found.address, found.version
    if found:
        tell(
            Step("found", State.OK, f"at {found.address}, it says that it speaks {found.version}")
        )
        return found.address, found.version
    if address:
        tell(Step("found", State.NOTE, f"it says nothing of itself; trying {address}"))
        return address, None
    tell(Step("found", State.BAD, "it says nothing of itself, and no address is known"))
    advice = "Check that it has power and is in this network; `plughub scan` shows who is."
    raise Ended(Verdict("Offline", "its address is not known", advice))


async def _heard(known):
    addresses = (known.address,) if known.address else ()
    try:
        ms = _ASK_MS if addresses else _LISTEN_MS
        async with tuya.discover(ms, addresses) as discovery:
            async for found in discovery:
                if found.id == known.id:
                    return found
    except OSError:
        pass  # another program listens there: the rest tells enough
    return None


async def knock(address, port, is_announced, tell):
    """Connect by TCP and wait in silence. Raises Ended where that is not to be had."""
    for left in reversed(range(_TRIES)):
        try:
            is_kept = await _is_kept(address, port)
        except (OSError, TimeoutError) as e:
            error = why_no_connection(e, address)
            if is_announced and isinstance(error, tuya.Refused):
                error = tuya.LanClosed(f"{address} announces itself and refuses connections")
            tell(Step("port open", State.BAD, error.seen))
            raise Ended(verdict_of(error)) from None
        if is_kept:
            break
        if left:
            await asyncio.sleep(_AGAIN_S)
    tell(Step("port open", State.OK, f"{port}"))
    if not is_kept:
        error = tuya.SlotTaken(f"{address} accepts the connection and closes it at once")
        tell(Step("slot free", State.BAD, error.seen))
        raise Ended(verdict_of(error))
    tell(Step("slot free", State.OK, "it keeps a silent connection"))


async def _is_kept(address, port):
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(address, port)
    try:
        async with asyncio.timeout(_QUIET_S):
            await reader.read(1)
    except TimeoutError:
        return True
    except OSError:
        return False
    else:
        # What it says by itself is a push: it is there for us.
        return not reader.at_eof()
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def verdict_of(error):
    """Return the Verdict of a TuyaError."""
    return Verdict(type(error).__name__, error.seen, error.advice)
