"""What a device reports is bounded, whatever it reports."""

import json
import sys

from fake_time import FakeTime
from wire import DP_QUERY, ID, KEY, PLUGS, Wire, Wires

from tuya.changes import Observed
from tuya.device import Device
from tuya.dialect import parse_dps
from tuya.port import sleep_ms
from tuya.versions import Codec


def dps_of(text):
    return parse_dps(b'{"dps":%s}' % text)[0]


def test_what_plugs_report_is_taken_as_it_is():
    dps = {1: True, 9: 0, 19: -5, 20: 2147483647, 38: "memory", 202: "x" * 2500, 5: 0.5}
    assert dps_of(json.dumps({str(dp): dps[dp] for dp in dps}).encode()) == dps


def test_numbers_that_are_none_become_a_marked_text():
    digits = b"9" * 320
    for text in (b"1e999", b"-1e999", b"1" + b"0" * 320 + b".5", digits, b"-" + digits):
        value = dps_of(b'{"1":' + text + b"}")[1]
        assert isinstance(value, str) and value.endswith("...") and len(value) < 80, text
        assert "inf" not in json.dumps(value).lower(), text


def test_objects_lists_and_null():
    dps = dps_of(b'{"1":{"a":[1,2]},"2":[true],"3":null,"4":[%s]}' % (b"1," * 500 + b"1"))
    assert dps == {1: '{"a":[1,2]}...', 2: "[true]...", 4: "[" + "1," * 29 + "1..."}


def test_what_is_nested_deeply_is_cut():
    for depth in (20, 600, 900):
        value = dps_of(b'{"1":%s%s}' % (b"[" * depth, b"]" * depth))[1]
        assert isinstance(value, str) and value.endswith("...") and len(value) < 80, depth


def test_the_number_of_dps_and_the_text_in_them_are_bounded():
    observed = Observed()
    for first in range(1, 2000, 50):
        observed.take({dp: dp for dp in range(first, first + 50)})
    assert sorted(observed.dps) == list(range(1, 101))
    for dp in range(1, 101):
        observed.take({dp: "x" * 1000})
        assert observed.dps[dp] == "x" * 1000
        texts = [value for value in observed.dps.values() if isinstance(value, str)]
        assert len("".join(texts)) < 5000
    observed.take({1: True})
    assert observed.dps[1] is True


async def test_a_device_is_online_whatever_is_behind_its_json():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        for behind in (b"\0", b"\n", b" ", b"\0" * 16, b"\x10" * 16, b"\r\n\0"):
            wire = Wire(version=version)
            reply = wire.reply

            def untidy(command, payload=b"", code=0, reply=reply, behind=behind):
                reply(command, payload + behind if payload[:1] == b"{" else payload, code)

            wire.reply = untidy
            device = Device(ID, "192.0.2.5", KEY, version, connect=Wires(wire).connect)
            with FakeTime():
                async with device:
                    assert (await device.status())[20] == 2304, (version, behind)
                    await device.set({1: True})
                    assert device.dps[1] is True


def test_texts_lose_what_is_behind_them():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        frame = PLUGS[version](version, KEY).encode(1, DP_QUERY, b"json obj data unvalid\0\n")
        message = Codec(version, KEY).feed(frame)[0]
        assert message.payload == b"json obj data unvalid", version


async def test_a_refusal_is_told_in_no_more_than_a_line():
    wire = Wire()
    device = Device(ID, "192.0.2.5", KEY, connect=Wires(wire).connect)
    with FakeTime():
        async with device:
            await device.status()
            wire.on_frame = lambda command, payload: wire.reply(command, b"no " * 900, 1) or True
            try:
                await device.status()
            except Exception as e:
                assert 50 < len(str(e)) < 250
            wire.push({1: True})
            await sleep_ms(10)
            assert device.online and device.dps[1] is True


def test_what_a_plug_reports_needs_no_values():
    """The module takes heap of a board."""
    sys.modules.pop("tuya.values", None)
    assert dps_of(b'{"1":true,"9":0,"19":-5,"38":"memory"}')[1] is True
    assert "tuya.values" not in sys.modules
