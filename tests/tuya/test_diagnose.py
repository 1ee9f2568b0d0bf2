"""What is told of a device that does not talk, and how a version is found."""

import errno

from fake_time import FakeTime
from wire import DP_QUERY, ID, KEY, START, Wire, Wires

from tuya.device import Device
from tuya.discovery import Found
from tuya.errors import (
    KeyChanged,
    LanClosed,
    NoReply,
    Offline,
    Refused,
    SlotTaken,
    TuyaError,
    WrongKey,
    WrongVersion,
)
from tuya.port import sleep_ms, ticks_diff

OTHER_KEY = "fedcba9876543210"


class Plug:
    """Connects to a fresh wire each time. `behave(wire)` makes the wire misbehave."""

    def __init__(self, version, behave=lambda wire: None):
        self.version = version
        self.behave = behave
        self.opened_at = []
        self.time = None

    async def connect(self, address, port, timeout_ms):
        self.opened_at.append(self.time.ticks_ms())
        wire = Foreign(self.version)
        result = self.behave(wire)
        if result:
            raise result
        return wire


class Foreign(Wire):
    """A wire whose plug hangs up, or is mute, at frames of another version."""

    hangs_up = True

    def __init__(self, version):
        super().__init__(version=version)

    def send(self, data):
        try:
            super().send(data)
        except Exception:
            self.frames.append((None, data))
            if self.hangs_up:
                self.hang_up()


def announcing(announced):
    async def find(id, address, ms, version=None):
        await sleep_ms(ms)
        return Found(id, address, announced, "") if announced else None

    return find


def device(plug, version, key=KEY, announced=None):
    return Device(
        *(ID, "192.0.2.5", key, version), connect=plug.connect, find=announcing(announced)
    )


async def verdict(plug, version, key=KEY, announced=None, ms=40000):
    """Return what a device says after a while."""
    with FakeTime() as time:
        plug.time = time
        async with device(plug, version, key, announced) as tried:
            await sleep_ms(ms)
            assert not tried.online
            return tried.error


async def test_the_version_is_found_by_trying_in_the_cheapest_order():
    for version, tries in (("3.3", 1), ("3.5", 2), ("3.4", 3), ("3.1", 4)):
        plug = Plug(version)
        with FakeTime() as time:
            plug.time = time
            async with device(plug, None) as found:
                while not found.online:
                    await sleep_ms(100)
                assert found.version == version
                assert len(plug.opened_at) == tries, version
                for i in range(1, tries):
                    assert ticks_diff(plug.opened_at[i], plug.opened_at[i - 1]) >= 1000
                assert (await found.status())[20] == 2304


async def test_the_version_that_is_announced_is_tried_first():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        plug = Plug(version)
        with FakeTime() as time:
            plug.time = time
            async with device(plug, None, announced=version) as found:
                while not found.online:
                    await sleep_ms(100)
                assert found.version == version and len(plug.opened_at) == 1


async def test_a_wrong_version_is_named_with_the_right_one():
    for real, configured in (("3.5", "3.3"), ("3.3", "3.5"), ("3.4", "3.5"), ("3.5", "3.4")):
        for announced in (real, None):
            for hangs_up in (True, False):

                def behave(wire, hangs_up=hangs_up):
                    wire.hangs_up = hangs_up

                error = await verdict(Plug(real, behave), configured, announced=announced)
                assert isinstance(error, WrongVersion), (real, configured, announced, hangs_up)
                assert real in error.seen and configured in error.seen


async def test_a_device_that_closes_before_a_word_is_full():
    error = await verdict(Plug("3.3", lambda wire: wire.hang_up()), "3.3")
    assert isinstance(error, SlotTaken) and "app" in str(error)


async def test_a_wrong_key_is_told_though_the_device_only_hangs_up():
    for version in ("3.4", "3.5"):
        for announced in (version, None):
            error = await verdict(Plug(version), version, OTHER_KEY, announced)
            assert isinstance(error, WrongKey) and not isinstance(error, KeyChanged)
            assert OTHER_KEY not in str(error) and KEY not in str(error)


async def test_a_wrong_key_of_a_device_that_answers_all_the_same():
    def behave(wire):
        # It takes a 03 of any key and answers with its own.
        def send(data):
            wire.frames.append((START, b""))
            wire._answer(START, bytes(16))

        wire.send = send

    for version in ("3.4", "3.5"):
        error = await verdict(Plug(version, behave), version, OTHER_KEY, ms=2000)
        assert isinstance(error, WrongKey), version


async def test_a_key_that_worked_before_has_changed():
    for version in ("3.3", "3.4", "3.5"):
        keys = [KEY]

        def behave(wire, keys=keys, version=version):
            wire._theirs.use(keys[0])
            wire.codec.use(keys[0])
            if version == "3.3" and keys[0] != KEY:
                wire.send = lambda data: wire.reply(DP_QUERY, b"data format error", code=1)

        plug = Plug(version, behave)
        with FakeTime() as time:
            plug.time = time
            wires = []
            real_connect = plug.connect

            async def connect(*arguments, wires=wires, real_connect=real_connect):
                wires.append(await real_connect(*arguments))
                return wires[-1]

            plug.connect = connect
            async with device(plug, version, announced=version) as tried:
                await tried.status()
                keys[0] = OTHER_KEY
                wires[0].hang_up()
                await sleep_ms(20000)
                assert isinstance(tried.error, KeyChanged), (version, tried.error)
                keys[0] = KEY
                await sleep_ms(60000)
                assert tried.online, version


async def test_a_device_that_is_mute_whatever_it_is_told():
    def mute(wire):
        wire.send = lambda data: None

    for announced in ("3.3", None):
        error = await verdict(Plug("3.3", mute), "3.3", announced=announced, ms=60000)
        assert isinstance(error, NoReply) and "never answers" in error.seen


async def test_looking_for_the_cause_takes_few_connections():
    def mute(wire):
        wire.send = lambda data: None

    plug = Plug("3.3", mute)
    await verdict(plug, "3.3", ms=180000)
    assert len(plug.opened_at) <= 10


async def test_a_device_that_announces_itself_and_lets_nobody_in():
    def refuse(wire):
        return OSError(errno.ECONNREFUSED, "ECONNREFUSED")

    error = await verdict(Plug("3.3", refuse), "3.3", announced="3.3", ms=12000)
    assert isinstance(error, LanClosed)
    error = await verdict(Plug("3.3", refuse), "3.3", ms=12000)
    assert isinstance(error, Refused) and not isinstance(error, LanClosed)


async def test_a_device_that_wakes_up_is_served_at_once_whatever_was_told_of_it():
    awake = []

    def behave(wire):
        if not awake:
            wire.send = lambda data: None

    plug = Plug("3.4", behave)
    with FakeTime() as time:
        plug.time = time
        async with device(plug, "3.4") as tried:
            await sleep_ms(40000)
            assert not tried.online
            awake.append(1)
            await sleep_ms(61000)
            assert tried.online and tried.error is None and tried.version == "3.4"


async def test_who_wants_a_device_need_not_wait_for_versions_it_does_not_speak():
    """It is in order again, and its diagnosis goes through the versions it is mute in."""
    for moment in range(400, 16000, 400):
        awake = []

        def behave(wire, awake=awake):
            wire.hangs_up = False
            if not awake:
                wire.send = lambda data: None

        plug = Plug("3.3", behave)
        with FakeTime() as time:
            plug.time = time
            async with device(plug, "3.3") as tried:
                await sleep_ms(moment)
                awake.append(1)
                wire = tried._link and tried._link._stream
                if wire:
                    wire.hang_up()
                await sleep_ms(1500)
                await tried.set({1: True})
                assert tried.dps[1] is True, moment


async def test_a_wrong_version_is_found_though_somebody_wants_the_device_all_the_time():
    def behave(wire):
        wire.hangs_up = False

    plug = Plug("3.4", behave)
    with FakeTime() as time:
        plug.time = time
        async with device(plug, "3.3") as tried:
            error = None
            for _ in range(60):
                try:
                    await tried.set({1: True})
                except WrongVersion as e:
                    error = e
                except TuyaError:
                    pass
                await sleep_ms(300)
                if error:
                    break
            assert error


async def test_an_absent_device_of_unknown_version_is_served_soon_after_it_comes():
    absent = [1]

    def behave(wire):
        return OSError(errno.EHOSTUNREACH, "EHOSTUNREACH") if absent else None

    plug = Plug("3.3", behave)
    with FakeTime() as time:
        plug.time = time
        async with device(plug, None) as tried:
            await sleep_ms(30000)
            asked_at = time.ticks_ms()
            error = None
            try:
                await tried.status()
            except Offline as e:
                error = e
            assert error and ticks_diff(time.ticks_ms(), asked_at) < 3000
            absent.clear()
            came_at = time.ticks_ms()
            while not tried.online:
                await sleep_ms(100)
            assert ticks_diff(time.ticks_ms(), came_at) < 3000


async def test_an_error_in_the_middle_needs_no_diagnosis():
    wires = [Wire(), Wire()]
    with FakeTime():
        tried = Device(ID, "192.0.2.5", KEY, connect=Wires(*wires).connect, find=announcing(None))
        async with tried:
            await tried.status()
            wires[0].hang_up()
            async for _ in tried.changes():
                break
            assert isinstance(tried.error, Offline)
            await sleep_ms(1500)
            assert tried.online


async def test_the_first_question_gets_the_cause_and_not_the_first_sign_of_it():
    for version in ("3.4", "3.5"):
        plug = Plug(version)
        with FakeTime() as time:
            plug.time = time
            async with device(plug, version, OTHER_KEY, announced=version) as tried:
                error = None
                try:
                    await tried.status()
                except WrongKey as e:
                    error = e
                assert error


async def test_the_first_question_to_a_device_of_unknown_version_is_answered():
    plug = Plug("3.4")
    with FakeTime() as time:
        plug.time = time
        async with device(plug, None) as found:
            assert (await found.status())[20] == 2304


async def test_one_that_is_mute_and_then_hangs_up_is_not_said_to_have_another_key():
    """As a plug that hangs for a while and then reboots."""
    tries = []

    def behave(wire):
        tries.append(wire)
        if len(tries) == 1:
            return
        wire.on_frame = lambda command, payload: True
        if len(tries) > 3:
            send = wire.send
            wire.send = lambda data: (send(data), wire.hang_up())

    plug = Plug("3.3", behave)
    told = []
    with FakeTime() as time:
        plug.time = time
        async with device(plug, "3.3") as tried:
            await tried.status()
            tries[0].hang_up()
            for _ in range(400):
                await sleep_ms(100)
                told.append(type(tried.error))
    assert KeyChanged not in told and WrongKey not in told
