"""A key or a version is blamed, or believed, for what was decrypted: never for what went wrong."""

import errno

from fake_time import FakeTime
from stub_device import fails
from wire import CONTROL, DP_QUERY, ID, KEY, PLUGS, START, STATUS, Wire, body, nulls

from tuya.device import Device
from tuya.discovery import Found
from tuya.errors import (
    BadFrame,
    KeyChanged,
    NoReply,
    NoResources,
    Offline,
    Rejected,
    SlotTaken,
    TuyaError,
    WrongKey,
    WrongVersion,
)
from tuya.port import sleep_ms, ticks_diff

OTHER_KEY = "fedcba9876543210"


class Network:
    """Connects to a fresh `make()` each time."""

    def __init__(self, make, announced=None):
        self.make = make
        self.announced = announced
        self.wires = []

    async def connect(self, address, port, timeout_ms):
        self.wires.append(self.make())
        return self.wires[-1]

    async def find(self, id, address, ms, version=None):
        await sleep_ms(ms)
        return Found(id, address, self.announced, "") if self.announced else None

    def device(self, version, key=KEY):
        return Device(ID, "192.0.2.5", key, version, connect=self.connect, find=self.find)


async def told(network, version, key=KEY, ms=40000):
    """Return all that a device has told of its connection, as [None while online or TuyaError]."""
    seen = []
    with FakeTime():
        async with network.device(version, key) as device, device.changes() as changes:
            for _ in range(ms // 100):
                if await changes.within(100) is not None:
                    seen.append(device.error)
    return seen


async def online(device, ms=30000):
    while not device.online:
        await sleep_ms(50)
        ms -= 50
        assert ms > 0, device.error


class Foreign(Wire):
    """A plug at frames that are none of its own: `at_foreign(wire)` says what it does."""

    at_foreign = staticmethod(lambda wire: None)

    def send(self, data):
        try:
            super().send(data)
        except (BadFrame, WrongVersion):
            self.at_foreign(self)


def foreign(version, at_foreign, key=KEY):
    def make():
        wire = Foreign(version=version, key=key)
        wire.at_foreign = at_foreign
        return wire

    return make


# --- a connection that breaks ---


class Resetting(Wire):
    """Resets at the frame of this number, before it has said a word."""

    at = 1

    async def readinto(self, buf):
        while len(self.frames) < self.at:
            await sleep_ms(10)
        raise OSError(errno.ECONNRESET, "ECONNRESET")


async def test_a_reset_before_a_word_blames_no_key():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        seen = await told(Network(lambda version=version: Resetting(version=version)), version)
        assert seen and all([type(error) is SlotTaken for error in seen]), (version, seen)


class Full(Wire):
    """Takes no frame: the network of this board has no memory left."""

    number = 11

    def send(self, data):
        raise OSError(self.number, "EAGAIN")


async def test_a_lack_of_memory_here_blames_no_plug():
    for number in (11, 12, 105):

        def make(number=number):
            wire = Full(version="3.3")
            wire.number = number
            return wire

        seen = await told(Network(make), "3.3")
        assert seen and all([type(error) is NoResources for error in seen]), (number, seen)


async def test_a_plug_that_hangs_up_at_words_and_then_without_any_is_full():
    for version in ("3.4", "3.5"):
        made = []

        def make(version=version, made=made):
            wire = Wire(version=version)
            wire.on_frame = lambda command, payload: wire.hang_up() or True
            if len(made) > 1:
                wire.hang_up()
            made.append(wire)
            return wire

        seen = await told(Network(make, version), version)
        assert seen and not [error for error in seen if isinstance(error, WrongKey)], seen


async def test_what_comes_broken_on_a_connection_whose_key_has_worked_blames_no_key():
    for version in ("3.3", "3.4", "3.5"):
        network = Network(lambda version=version: Wire(version=version))
        with FakeTime():
            async with network.device(version) as device:
                await device.status()
                codec = PLUGS[version](version, OTHER_KEY)
                network.wires[0].put(bytes(codec.encode(9, STATUS, body({1: True}))))
                async for _ in device.changes():
                    break
                assert type(device.error) is BadFrame, (version, device.error)
                await sleep_ms(3000)
                assert device.online


async def test_who_wants_a_plug_that_is_in_order_again_need_not_wait_for_its_diagnosis():
    network = Network(lambda: Wire(version="3.3"))
    is_mute = [True]
    listening = []

    def make():
        wire = Wire(version="3.3")
        wire.on_frame = lambda command, payload: is_mute[0]
        return wire

    async def find(id, address, ms, version=None):
        listening.append(ms)
        await sleep_ms(ms)

    network.make, network.find = make, find
    with FakeTime() as time:
        async with network.device("3.3") as device:
            while not listening:
                await sleep_ms(10)
            is_mute[0] = False
            start = time.ticks_ms()
            await device.set({1: True})
            assert ticks_diff(time.ticks_ms(), start) < 500 < listening[0]


def garbling(put):
    """Return what puts frames with another check: of 3.4 and 3.5 it is made with the key."""
    return lambda data: put(data and data[:-5] + bytes((data[-5] ^ 1,)) + data[-4:])


async def test_a_healthy_plug_behind_a_bad_network_never_gets_a_key_verdict():
    faults = ["garbled", "mute", "reset", "hang_up", "cut", "garbled", None]
    for version in ("3.1", "3.3", "3.4", "3.5"):
        count = [0]

        def make(version=version, count=count):
            fault = faults[count[0] % len(faults)]
            count[0] += 1
            wire = Resetting(version=version) if fault == "reset" else Wire(version=version)
            if fault == "mute":
                wire.on_frame = lambda command, payload: True
            elif fault == "hang_up":
                wire.hang_up()
            elif fault == "cut":
                put = wire.put
                wire.put = lambda data: (put(data[: len(data) // 2]), put(b""))
            elif fault == "garbled":
                wire.put = garbling(wire.put)
            return wire

        seen = await told(Network(make, version), version, ms=300000)
        assert seen and not [e for e in seen if isinstance(e, (WrongKey, WrongVersion))], seen


async def test_a_network_that_breaks_all_for_some_seconds_blames_no_key_that_has_worked():
    for version in ("3.4", "3.5"):
        is_bad = [False]

        def make(version=version, is_bad=is_bad):
            wire = Wire(version=version)
            if is_bad[0]:
                wire.put = garbling(wire.put)
            return wire

        network = Network(make)
        seen = []
        with FakeTime():
            async with network.device(version) as device, device.changes() as changes:
                await online(device)
                is_bad[0] = True
                network.wires[0].hang_up()
                for _ in range(70):
                    await changes.within(100)
                    seen.append(device.error)
                    device._attempts.hurry()  # who wants it has it tried more often
                assert len(network.wires) > 3
                is_bad[0] = False
                await online(device)
        assert not [error for error in seen if isinstance(error, WrongKey)], seen


async def test_one_that_has_answered_and_hangs_up_then_is_blamed_for_no_key():
    """As garbage on the air while it reboots, again and again."""
    for faults in (
        [None, "crash", "garbled", "crash", None, None, None, "crash", None],
        ["crash", "cut", "crash", None, None, None, "crash", None],
    ):
        for version in ("3.4", "3.5"):
            left = list(faults)

            def make(version=version, left=left):
                fault = left.pop(0) if left else None
                wire = foreign(version, lambda wire: wire.hang_up())()
                put = wire.put
                if fault == "crash":
                    wire.on_frame = lambda command, payload: wire.hang_up() or True
                elif fault == "garbled":
                    wire.put = garbling(put)
                elif fault == "cut":
                    wire.put = lambda data: (put(data[: len(data) // 2]), put(b""))
                return wire

            network = Network(make)
            seen = []
            with FakeTime():
                async with network.device(version) as device, device.changes() as changes:
                    await sleep_ms(200)
                    network.wires[0].hang_up()
                    for _ in range(600):
                        if await changes.within(100) is not None:
                            seen.append(device.error)
                    assert device.online
            assert not [error for error in seen if isinstance(error, (WrongKey, NoReply))], seen


async def test_one_whose_answers_came_broken_is_not_blamed_for_hanging_up_at_other_versions():
    for version, configured, count in (("3.1", "3.1", 2), ("3.3", "3.3", 2), ("3.3", None, 1)):
        left = ["garbled"] * count

        def make(version=version, left=left):
            wire = foreign(version, lambda wire: wire.hang_up())()
            if left:
                left.pop()
                wire.put = garbling(wire.put)
            return wire

        seen = await told(Network(make), configured)
        assert {type(error) for error in seen if error} == {BadFrame, Offline}, (version, seen)
        assert seen[-1] is None


async def test_31_that_hangs_up_at_a_query_in_the_clear_has_been_told_no_key():
    def make():
        wire = foreign("3.1", lambda wire: wire.hang_up())()
        wire.on_frame = lambda command, payload: wire.hang_up() or True
        return wire

    seen = await told(Network(make), "3.1")
    assert seen and all([type(error) is Offline for error in seen]), seen


# --- versions ---


async def test_a_device_of_an_older_version_asked_in_34_has_another_version_and_no_other_key():
    def push(wire):
        wire.reply(STATUS, body({1: True}))

    def answer_03(wire):
        wire.reply(START, b"", code=1)

    for at_foreign in (push, answer_03):
        network = Network(foreign("3.3", at_foreign))
        seen = await told(network, "3.4")
        assert not [error for error in seen if isinstance(error, WrongKey)], seen
        assert isinstance(seen[-1], WrongVersion) and "3.3" in seen[-1].seen, seen


async def test_clear_text_proves_no_33():
    def refuse(wire):
        wire.reply(DP_QUERY, b"data format error", code=1)

    def answer(wire):
        wire.reply(DP_QUERY, body(wire.dps))

    for at_foreign in (refuse, answer):
        network = Network(foreign("3.1", at_foreign))
        with FakeTime():
            async with network.device(None) as device:
                await online(device)
                assert device.version == "3.1"
        seen = await told(network, "3.3")
        assert isinstance(seen[-1], WrongVersion) and "3.1" in seen[-1].seen, seen


async def test_what_refuses_queries_in_the_clear_and_is_read_by_nulls_is_33():
    def make():
        wire = Wire(version="3.3")

        def clear(command, payload):
            if command != DP_QUERY:
                return nulls(wire, command, payload)
            opened, wire.codec = wire.codec, PLUGS["3.1"]("3.1", KEY)
            wire.reply(command, b"json obj data unvalid", code=1)
            wire.codec = opened
            return True

        wire.on_frame = clear
        return wire

    for version in ("3.3", None):
        with FakeTime():
            async with Network(make).device(version) as device:
                await online(device)
                assert device.version == "3.3" and device.is_device22
                assert device.dps[20] == 2304


async def test_a_device_that_cannot_read_the_key_and_says_so_in_the_clear():
    class Deaf(Wire):
        def send(self, data):
            if data[:4] == b"\0\0\x55\xaa":
                self.reply(DP_QUERY, b"data format error", code=1)

    seen = await told(Network(lambda: Deaf(version="3.1")), "3.3")
    assert isinstance(seen[-1], WrongKey) and "data format error" in seen[-1].seen, seen


async def test_32_is_read_by_nulls_when_its_version_is_found_too():
    def make():
        wire = Wire(version="3.2")
        wire.on_frame = lambda command, payload: nulls(wire, command, payload)
        return wire

    network = Network(make, "3.2")
    with FakeTime():
        async with network.device(None) as device:
            await online(device)
            assert device.version == "3.2" and device.is_device22 and device.dps[20] == 2304
    assert DP_QUERY not in network.wires[0].commands()


async def test_a_wrong_announcement_hides_no_version():
    for announced, real in (("3.1", "3.3"), ("3.5", "3.3"), ("3.3", "3.4"), ("3.4", "3.5")):
        for at_foreign in (lambda wire: None, lambda wire: wire.hang_up()):
            network = Network(foreign(real, at_foreign), announced)
            with FakeTime():
                async with network.device(None) as device:
                    await online(device)
                    assert device.version == real, (announced, real)


# --- 3.1, which talks whatever the key ---


class Plug31(Wire):
    """A plug of 3.1 with another key than ours. `refusal`: how it takes our writes."""

    def __init__(self, refusal):
        super().__init__(version="3.1", key=OTHER_KEY)
        self._theirs = PLUGS["3.1"]("3.1", OTHER_KEY)
        self.refusal = refusal

    def send(self, data):
        try:
            super().send(data)
        except WrongKey:
            self.frames.append((CONTROL, b""))
            if self.refusal:
                self.reply(CONTROL, self.refusal, code=1)
            else:
                self.hang_up()


async def test_a_wrong_key_of_31_is_told_at_the_first_push_and_once():
    network = Network(lambda: Plug31(b"data format error"))
    with FakeTime():
        async with network.device("3.1", KEY) as device:
            assert (await device.status())[20] == 2304
            assert device.online
            states = []
            async with device.changes() as changes:
                for i in range(120):
                    network.wires[-1].push({19: i})
                    if await changes.within(1000) is not None:
                        states.append((device.online, type(device.error)))
            assert set(states[1:]) == {(False, WrongKey)}, states
            assert len(network.wires) < 12
            device.use_key(OTHER_KEY)
            await sleep_ms(3000)
            network.wires[-1].push({19: 500})
            await sleep_ms(10)
            assert device.online and device.dps[19] == 500


async def test_a_wrong_key_of_31_is_told_at_the_first_refused_write():
    for refusal in (b"data format error", b"json obj data unvalid"):
        network = Network(lambda refusal=refusal: Plug31(refusal))
        with FakeTime():
            async with network.device("3.1") as device:
                await device.status()
                for _ in range(3):
                    error = await fails(device.set({1: True}), WrongKey)
                    assert "key" in str(error) and KEY not in str(error)
                    assert not device.online and type(device.error) is WrongKey
                assert (await device.status())[1] is False
                assert len(network.wires) == 1


async def test_a_wrong_key_of_31_is_told_when_it_hangs_up_at_writes_again():
    network = Network(lambda: Plug31(None))
    errors = []
    with FakeTime():
        async with network.device("3.1") as device:
            await device.status()
            for _ in range(3):
                try:
                    await device.set({1: True})
                except TuyaError as e:
                    errors.append(type(e))
                await sleep_ms(15000)
            assert not device.online
    assert errors == [Offline, WrongKey, WrongKey]


async def test_31_with_the_right_key_is_not_doubted_for_a_refusal():
    def make():
        wire = Wire(version="3.1")
        wire.on_frame = lambda command, payload: (
            command == CONTROL
            and b'"38"' in payload
            and (wire.reply(command, b"data format error", code=1) or True)
        )
        return wire

    network = Network(make)
    with FakeTime():
        async with network.device("3.1") as device:
            await device.status()
            for proves in (False, True):
                if proves:
                    await device.set({1: True})  # which it pushes, signed
                    network.wires[0].dps[38] = "off"
                    await device.status()
                await fails(device.set({38: "memory"}), Rejected)
                assert device.online and device.error is None


async def test_a_doubt_in_31_ends_with_what_the_key_opens():
    network = Network(lambda: Plug31(b"data format error"))
    with FakeTime():
        async with network.device("3.1") as device:
            await device.status()
            await fails(device.set({1: True}), WrongKey)
            assert not device.online
            wire = network.wires[0]
            wire.codec = PLUGS["3.1"]("3.1", KEY)
            wire.push({1: True})
            await sleep_ms(10)
            assert device.online and device.error is None and device.dps[1] is True


async def test_a_mute_plug_is_still_no_more_than_that():
    def make():
        wire = Wire()
        wire.send = lambda data: None
        return wire

    seen = await told(Network(make), "3.3", ms=60000)
    assert not [e for e in seen if isinstance(e, (KeyChanged, WrongKey))]
    assert isinstance(seen[-1], NoReply)
