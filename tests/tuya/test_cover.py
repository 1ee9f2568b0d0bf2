from stub_device import StubDevice, fails, refused

from tuya.cover import Cover
from tuya.errors import Rejected


def cover(dps=None, fixed=(), **options):
    return Cover(StubDevice(dps, fixed=fixed), **options)


def mapping(*choices):
    return {
        "101": {"code": "position", "type": "Integer", "values": {"min": 0, "max": 100}},
        "102": {"code": "mach_operate", "type": "Enum", "values": {"range": list(choices)}},
    }


async def test_the_usual_cover():
    curtain = cover()
    assert curtain.position is None and curtain.last is None
    await curtain.open()
    assert curtain.device.last == {1: "open"} and curtain.last == "open"
    await curtain.close()
    assert curtain.device.last == {1: "close"} and curtain.last == "close"
    await curtain.stop()
    assert curtain.device.last == {1: "stop"} and curtain.last == "stop"
    assert all([confirm for _, confirm in curtain.device.written])


def test_the_commands_are_found_in_what_is_reported():
    for reported, commands in (
        ("close", ("open", "close", "stop")),
        ("off", ("on", "off", "stop")),
        ("1", ("1", "2", "3")),
        ("3", ("1", "2", "3")),
        ("0", ("1", "2", "0")),
        ("00", ("01", "02", "00")),
        ("fclose", ("fopen", "fclose", None)),
        ("up", ("up", "down", "stop")),
        ("FZ", ("FZ", "ZZ", "STOP")),
        ("zz", ("fz", "zz", "stop")),
        ("OPEN", ("OPEN", "CLOSE", "STOP")),
        ("FOPEN", ("FOPEN", "FCLOSE", None)),
        (True, (True, False, None)),
        (False, (True, False, None)),
        ("continue", ("open", "close", "stop")),
        (1, ("open", "close", "stop")),
        (None, ("open", "close", "stop")),
    ):
        assert cover({1: reported}).commands == commands, reported


def test_a_word_of_several_dialects_changes_nothing():
    curtain = cover({1: "stop"})
    assert curtain.commands == ("open", "close", "stop")
    curtain.device.push({1: "on"})
    assert curtain.commands == ("on", "off", "stop") and curtain.last == "open"
    curtain.device.push({1: "stop"})
    assert curtain.commands == ("on", "off", "stop") and curtain.last == "stop"
    curtain.device.push({1: "continue"})
    assert curtain.commands == ("on", "off", "stop") and curtain.last is None


async def test_a_cover_that_can_not_be_stopped():
    gate = cover({1: False})
    assert gate.last == "close"
    await gate.open()
    assert gate.device.last == {1: True} and gate.last == "open"
    assert "stopped" in str(await fails(gate.stop(), Rejected))
    assert len(gate.device.written) == 1
    await fails(cover({1: "fopen"}).stop(), Rejected)


async def test_a_mapping_tells_dps_and_commands():
    curtain = cover({101: 40}, mapping=mapping("ZZ", "FZ", "STOP"))
    assert curtain.commands == ("FZ", "ZZ", "STOP") and curtain.position == 40
    await curtain.open()
    assert curtain.device.last == {102: "FZ"} and curtain.last == "open"
    assert cover(mapping=mapping("stop", "Up", "Down")).commands == ("Up", "Down", "stop")
    assert cover(mapping=mapping("close", "open")).commands == ("open", "close", None)
    assert cover(mapping=mapping("1", "2", "3")).commands == ("1", "2", "3")
    assert cover(mapping=mapping("0", "1", "2")).commands == ("1", "2", "0")
    assert cover({102: "on"}, mapping=mapping()).commands == ("on", "off", "stop")
    gate = {"1": {"code": "switch_1", "type": "Boolean", "values": {}}}
    assert cover(mapping=gate).commands == (True, False, None)
    assert cover(mapping=gate).position is None
    await fails(cover(mapping=gate).set_position(50), Rejected)


def test_a_mapping_that_does_not_tell():
    odd = mapping("a", "b")
    assert "a, b" in refused(Cover, StubDevice(), odd)
    assert cover(mapping=odd, commands=("b", "a", None)).commands == ("b", "a", None)
    other = {"7": {"code": "light", "type": "Boolean"}}
    assert "control" in refused(Cover, StubDevice(), other)


async def test_given_commands_win():
    curtain = cover({1: "open"}, commands=("close", "open", "stop"))
    await curtain.open()
    assert curtain.device.last == {1: "close"} and curtain.last == "open"


async def test_positions():
    curtain = cover({1: "stop", 2: 30, 3: 25})
    assert curtain.position == 25
    await curtain.set_position(80)
    assert curtain.device.written == [({2: 80}, True)] and curtain.position == 25
    await curtain.set_position(79.6)
    assert curtain.device.last == {2: 80}
    for wrong in (-1, 101, True, "50", None, float("nan")):
        assert "0 to 100" in str(await fails(curtain.set_position(wrong), ValueError))
    assert cover({2: 30}).position == 30
    for unknown in (123, -1, True, "25", None):
        assert cover({3: unknown}).position is None


async def test_a_dp_that_shows_the_way_is_not_waited_for():
    curtain = cover({1: "stop", 2: 30})
    await curtain.set_position(80)
    assert curtain.device.written == [({2: 80}, False)]
    curtain = cover({101: 40}, mapping=mapping("FZ", "ZZ", "STOP"))
    await curtain.set_position(80)
    assert curtain.device.written == [({101: 80}, False)]


async def test_inverted():
    curtain = cover({1: "stop", 2: 30, 3: 25}, inverted=True)
    assert curtain.position == 75
    await curtain.set_position(100)
    assert curtain.device.last == {2: 0}


async def test_a_cover_that_does_not_do_it():
    curtain = cover({1: "stop"}, fixed=(1,))
    await fails(curtain.open(), Rejected)
