"""One device, looked at from its place in the network to what it does when it is switched."""

import asyncio

import tuya
from plughub import devices
from plughub.cli import Failure
from plughub.doctor.network import find, knock, verdict_of
from plughub.doctor.steps import Ended, State, Step, Verdict
from tuya.dps import METER, VOLTAGE

# A diagnosis tries versions one after the other: so long it may take.
_TALK_S = 45
_METER_S = 6
_FREE_S = 0.3  # until a device has noticed that a connection has ended

#: Which line of the checklist an error belongs to.
_LINES = {
    "WrongVersion": "version",
    "WrongKey": "key",
    "KeyChanged": "key",
    "SlotTaken": "slot free",
    "BadFrame": "answers",
    "NoReply": "answers",
    "Rejected": "answers",
}
LINES = ("found", "port open", "slot free", "version", "key", "answers", "meter", "writes")


async def examine(known, everybody, tell, may_write=False):
    """Examine a Known; `tell` is called with each Step. Returns a Verdict."""
    try:
        return await _examine(known, everybody, tell, may_write)
    except Ended as e:
        return e.verdict


async def _examine(known, everybody, tell, may_write):
    owner = _owner_of(known, everybody)
    address, announced = await find(owner, tell)
    await knock(address, owner.port, announced is not None, tell)
    await asyncio.sleep(_FREE_S)
    try:
        device = tuya.Device(owner.id, address, owner.key, owner.version, owner.port)
    except ValueError as e:
        tell(Step("key", State.BAD, str(e)))
        raise Ended(Verdict("WrongKey", str(e), "Fetch the keys again: `plughub keys`.")) from None
    async with device:
        await _talk(device, owner, announced, tell)
        there = device
        if known.parent:
            there = device.child(known.cid)
            await _ask(there, tell)
        await _look_at_meter(there, tell)
        if may_write:
            await _write(there, tell)
        else:
            tell(Step("writes", State.SKIPPED, "with --write it is switched for a moment"))
        # A frame that came broken is made good by the next connection; a doubt of the key stays.
        error = device.error and (await _settled(device) or device.error)
        if error:
            raise Ended(verdict_of(error))
    return Verdict("", "nothing is wrong")


def _owner_of(known, everybody):
    """Return whose connection it is: its own, or its gateway's."""
    owner = known
    if known.parent:
        try:
            owner = devices.find(everybody, known.parent)
        except Failure as e:
            raise Ended(Verdict("Unknown", str(e))) from None
    if not owner.key:
        advice = "Fetch it: `plughub keys`."
        raise Ended(Verdict("NoKey", "its local key is not in the file", advice))
    return owner


async def _talk(device, owner, announced, tell):
    """Wait until it answers, or until it is clear why it does not."""
    error = await _settled(device)
    if error:
        line = _LINES.get(type(error).__name__, "answers")
        for name in LINES[LINES.index("version") : LINES.index(line)]:
            tell(_passed(name, device, announced))
        tell(Step(line, State.BAD, error.seen))
        raise Ended(verdict_of(error))
    tell(Step("version", State.OK, _version(device, owner)))
    if device.version == "3.1":
        tell(Step("key", State.NOTE, "3.1 answers whatever the key is: a write tells"))
    else:
        tell(Step("key", State.OK, "it opens what the device sends"))
    tell(Step("answers", State.OK, f"{len(device.dps)} data points"))


async def _settled(device):
    """Return None once it answers, else the error that stays."""
    now = asyncio.get_running_loop().time
    until = now() + _TALK_S
    before = None
    while True:
        try:
            await device.status()
        except tuya.TuyaError as e:
            error = e
        else:
            return None
        has_failed = type(error) is not tuya.TuyaError  # that is only: not connected yet
        is_sure = has_failed and not device.is_looking and type(error) is before
        if is_sure:
            return device.error or error
        if now() > until:
            text = f"it takes connections, and has not answered for {_TALK_S} s"
            return device.error or tuya.NoReply(text)
        before = type(error)


def _passed(name, device, announced):
    if name == "version":
        version = device.version or announced
        return Step(name, State.OK if version else State.SKIPPED, version or "not known")
    return Step(name, State.SKIPPED, "not known")


def _version(device, owner):
    return device.version if owner.version else f"{device.version}, found out"


async def _ask(child, tell):
    try:
        await child.status()
    except tuya.TuyaError as e:
        tell(Step("answers", State.BAD, f"through its gateway: {e.seen}"))
        raise Ended(verdict_of(e)) from None


async def _look_at_meter(device, tell):
    """Ask for a measurement, and see whether one comes."""
    if not any(dp in device.dps for dp in METER):
        tell(Step("meter", State.SKIPPED, "it reports none"))
        return
    pushed = asyncio.Event()
    owner = device if isinstance(device, tuya.Device) else None
    if owner:
        owner.on_push = lambda dps: pushed.set() if any(dp in dps for dp in METER) else None
        await owner.refresh()
    try:
        async with asyncio.timeout(_METER_S):
            await pushed.wait()
        text = "it measures when it is asked to"
    except TimeoutError:
        text = "it sends nothing when it is asked to measure; it may only do so when values change"
    volts = device.dps.get(VOLTAGE)
    if isinstance(volts, int):
        text += f" ({volts / 10} V)"
    tell(Step("meter", State.OK if pushed.is_set() else State.NOTE, text))


async def _write(device, tell):
    """Turn it over and back, and see whether it says that it did."""
    switch = next((dp for dp in (1, 20) if isinstance(device.dps.get(dp), bool)), None)
    if switch is None:
        tell(Step("writes", State.SKIPPED, "it has no switch"))
        return
    was = device.dps[switch]
    try:
        await device.set({switch: not was})
        await device.set({switch: was})
    except tuya.TuyaError as e:
        tell(Step("writes", State.BAD, e.seen))
        raise Ended(verdict_of(e)) from None
    tell(Step("writes", State.OK, "it was switched, and said so"))
