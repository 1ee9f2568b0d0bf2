"""Connects to a device that a person has named, as the devices.json knows it."""

import contextlib

import tuya
from plughub import devices
from plughub.cli import FAILED, UNREACHABLE, Failure
from plughub.control.kinds import made_for

# Nobody has reached it: another attempt, or a look at the plug, may help.
_UNREACHABLE = (
    tuya.Offline,
    tuya.NoNetwork,
    tuya.NoReply,
    tuya.Refused,
    tuya.SlotTaken,
    tuya.LanClosed,
)


class Reached:
    """A device that is connected: `device` as it is, `kind` as what it does (see kinds.py)."""

    def __init__(self, known, device):
        self.known = known
        self.device = device
        self.kind = made_for(known, device)


@contextlib.asynccontextmanager
async def reached(known, everybody=()):
    """Connect to a Known; yields a Reached. `everybody` has its gateway, if it is behind one.

    Raises Failure with what was seen and what to do, also for what fails inside.
    """
    gateway = _gateway_of(known, everybody)
    owner = gateway or known
    try:
        device = tuya.Device(owner.id, owner.address, owner.key, owner.version, owner.port)
    except ValueError as e:
        raise Failure(f"{owner.name or owner.id}: {e}") from None
    try:
        async with device:
            yield Reached(known, device.child(known.cid) if gateway else device)
    except tuya.TuyaError as e:
        code = UNREACHABLE if isinstance(e, _UNREACHABLE) else FAILED
        raise Failure(f"{known.name or known.id}: {e}", code) from None
    except ValueError as e:
        raise Failure(f"{known.name or known.id}: {e}") from None


def _gateway_of(known, everybody):
    if not known.parent:
        return None
    if not known.cid:
        raise Failure(f"{known.name} is a sub-device, and its cid is not in the file")
    return devices.find(everybody, known.parent)
