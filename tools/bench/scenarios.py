"""What a client has to survive: a plug with a quirk, and what happens to it meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from fakeplug import Quirks

OTHER_KEY = "fedcba9876543210"
CONNECTING, FIRST_STATUS = 0, 1


@dataclass(frozen=True)
class Scenario:
    """One row of the table.

    `told` names the error that a client has to give where nothing else can be done, and
    `configured` is what is wrong in what the client knows of the plug. `meanwhile` are coroutine
    functions of the plug, by the number of steps that were done before.
    """

    name: str
    version: str = "3.3"
    quirks: Quirks = field(default_factory=Quirks)
    told: str = ""
    configured: dict = field(default_factory=dict)
    meanwhile: dict[int, Callable] = field(default_factory=dict)


async def _reboot(plug):
    await plug.reboot()


async def _drop_connections(plug):
    for session in list(plug.sessions):
        session.reset()


async def _rekey(plug):
    plug.rekey(OTHER_KEY)


async def _wake_up(plug):
    await asyncio.sleep(1)
    plug.quirks = Quirks()


SCENARIOS = [
    Scenario("3.1", "3.1"),
    Scenario("3.2", "3.2"),
    Scenario("3.3", "3.3"),
    Scenario("3.4", "3.4"),
    Scenario("3.5", "3.5"),
    Scenario("3.5, vendor code", "3.5", Quirks.vendor35()),
    Scenario("3.5, one frame of a segment", "3.5", Quirks(first_frame_only=True)),
    *(
        Scenario(f"{version}, push before the reply", version, Quirks(push="before"))
        for version in ("3.3", "3.5")
    ),
    *(
        Scenario(f"{version}, 50 pushes a second", version, Quirks(push_every_s=0.02))
        for version in ("3.1", "3.3", "3.4", "3.5")
    ),
    Scenario("3.3, every push twice", "3.3", Quirks(duplicate_push=True)),
    *(
        Scenario(f"{version}, no push after a write", version, Quirks(push="none"))
        for version in ("3.3", "3.5")
    ),
    Scenario("3.3, writes not acknowledged", "3.3", Quirks(ack=False)),
    Scenario("3.3, not acknowledged, no push", "3.3", Quirks(ack=False, push="none")),
    Scenario("3.3, acknowledged with code 1", "3.3", Quirks(ack_code=1)),
    Scenario("3.5, code 1, little-endian", "3.5", Quirks(ack_code=1, code_order="little")),
    Scenario("3.4, padded empty bodies", "3.4", Quirks(pad_empty=True)),
    *(
        Scenario(
            f"{version}, session key begins with 0",
            version,
            Quirks(zero_keys=3, zero_key_is_none=True),
        )
        for version in ("3.4", "3.5")
    ),
    *(
        Scenario(f"{version}, device22", version, Quirks(device22=True))
        for version in ("3.3", "3.4")
    ),
    *(
        Scenario(f"{version}, in pieces of 7 bytes", version, Quirks(split=7, split_gap_s=0.001))
        for version in ("3.3", "3.5")
    ),
    Scenario("3.3, several frames at once", "3.3", Quirks(coalesce=True)),
    Scenario("3.3, junk in front", "3.3", Quirks(junk=30)),
    Scenario("3.3, no return codes", "3.3", Quirks(return_code=False)),
    Scenario("3.5, no return codes", "3.5", Quirks(return_code=False)),
    Scenario("3.3, numbers its own frames", "3.3", Quirks(numbering="own")),
    Scenario("3.5, echoes our numbers", "3.5", Quirks(numbering="echo")),
    Scenario("3.3, wrapped bodies", "3.3", Quirks(body="wrapped")),
    Scenario("3.5, slow: 0.6 s", "3.5", Quirks(delay_s=0.6)),
    Scenario("3.3, wrong CRC on the sixth frame", "3.3", Quirks(bad_check_frame=6)),
    Scenario("3.4, wrong HMAC on the sixth frame", "3.4", Quirks(bad_check_frame=6)),
    Scenario("3.5, wrong tag on the sixth frame", "3.5", Quirks(bad_check_frame=6)),
    Scenario("3.3, half the sixth frame, no more", "3.3", Quirks(stall_frame=6)),
    Scenario("3.3, reset at the third frame", "3.3", Quirks(reset_frame=3)),
    Scenario("3.4, connections reset", "3.4", meanwhile={FIRST_STATUS: _drop_connections}),
    Scenario("3.3, power cut", "3.3", meanwhile={FIRST_STATUS: _reboot}),
    Scenario("3.3, mute at first", "3.3", Quirks(mute=True), meanwhile={CONNECTING: _wake_up}),
    Scenario("3.3, full at first", "3.3", Quirks(slots=0), meanwhile={CONNECTING: _wake_up}),
    Scenario("version not known", "3.5", configured={"version": None}),
    Scenario("3.3, wrong key", told="WrongKey", configured={"key": OTHER_KEY}),
    Scenario("3.5, wrong key", "3.5", told="WrongKey", configured={"key": OTHER_KEY}),
    Scenario("3.4, key changed", "3.4", told="KeyChanged", meanwhile={FIRST_STATUS: _rekey}),
    Scenario("wrong version", "3.5", told="WrongVersion", configured={"version": "3.3"}),
    Scenario("full for good", quirks=Quirks(slots=0), told="SlotTaken"),
    Scenario("a lie: acknowledged, not done", quirks=Quirks(executes=False), told="Rejected"),
]
