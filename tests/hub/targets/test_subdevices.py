"""Devices behind a gateway as plugs of the hub: with its connection, and offline with it."""

from fake_time import FakeTime
from gateway_wire import CIDS, GatewayWire
from wire import ID, KEY, Wires, nobody

from hub.broadcast import Broadcast
from hub.components import schema
from hub.targets.connections import Slot
from hub.targets.kinds.subdevice import SubDevice
from hub.targets.plug import Plug
from tuya.device import Device
from tuya.port import sleep_ms


class Connections:
    removed = ()

    async def need(self, slot, ms):
        slot.task = self

    def remove(self, slot):
        self.removed += (slot,)


class Still:
    kwh = today = yesterday = None

    def tick(self):
        pass


def home(wire):
    """Return a gateway and its two sub-devices as the hub has them."""
    device = Device(ID, "192.0.2.5", KEY, wire.version, connect=Wires(wire).connect, find=nobody)
    broadcast, connections = Broadcast(), Connections()
    make_meter = lambda device: (Still(), None)  # noqa: E731
    gateway = Plug("gateway", device, broadcast, Slot(device, 1000), connections, make_meter)
    children = [
        SubDevice(name, device.child(cid), broadcast, gateway, connections, make_meter)
        for name, cid in (("valve", CIDS[0]), ("lamp", CIDS[1]))
    ]
    return [gateway] + children


async def test_they_are_asked_when_the_gateway_is_connected_and_switched_one_by_one():
    for version in ("3.3", "3.5"):
        wire = GatewayWire(version)
        gateway, valve, lamp = home(wire)
        with FakeTime():
            assert valve.reason == "connecting" and valve.on is None
            async with gateway.device:
                await sleep_ms(3000)
                assert (valve.on, lamp.on) == (False, False) and valve.reason is None
                assert valve.device.address == "192.0.2.5" and valve.device.version == version
                await lamp.switch(True)
                assert (valve.on, lamp.on) == (False, True)
                assert wire.children[CIDS[1]][1] is True and lamp.state()["online"] is True
                wire.report(CIDS[0], {1: True})
                await sleep_ms(100)
                assert valve.on is True and valve.cause == "by itself"


async def test_it_is_offline_where_the_gateway_does_not_reach_it():
    wire = GatewayWire("3.5")
    _, valve, lamp = home(wire)
    with FakeTime():
        async with valve._gateway.device:
            await sleep_ms(3000)
            valve.device.reach(False)
            assert valve.state()["online"] is False and "does not reach" in valve.reason
            assert lamp.state()["online"] is True
            # The gateway has done nothing wrong.
            assert not valve.slot.has_failed


async def test_one_that_is_taken_away_leaves_the_gateway_its_connection():
    wire = GatewayWire("3.3")
    gateway, valve, lamp = home(wire)
    valve.close()
    assert gateway._connections.removed == ()
    with FakeTime():
        async with gateway.device:
            await sleep_ms(3000)
            assert valve.on is None and lamp.on is False
    gateway.close()
    assert gateway._connections.removed == (gateway.slot,)


GATEWAY = {"name": "hub", "id": "bf0123456789abcdefghij", "key": "0123456789abcdef"}
CHILD = {"name": "valve", "id": "bf0123456789abcdefghik", "gateway": "hub", "node": CIDS[0]}


def checked(*plugs):
    return schema().check_values({"plugs": list(plugs)})


def test_they_come_after_their_gateway_and_are_built_again_with_it():
    found = checked(CHILD, GATEWAY)
    assert found["faults"] == []
    assert [plug["name"] for plug in found["plugs"]] == ["hub", "valve"]
    same = checked(dict(GATEWAY, key="another key 1234"), CHILD)["plugs"][1]["via"]
    assert same == found["plugs"][1]["via"]
    other = checked(dict(GATEWAY, address="192.0.2.7"), CHILD)["plugs"][1]["via"]
    assert other != same


def test_what_is_wrong_is_told():
    for plugs, expected in (
        ((CHILD,), 'plugs[0].gateway: no plug is named "hub"'),
        ((GATEWAY, dict(CHILD, node=None)), "plugs[1].node: missing"),
        ((GATEWAY, dict(CHILD, node="a b")), "plugs[1].node: expected"),
        (
            (GATEWAY, CHILD, dict(CHILD, name="x", id="bf0123456789abcdefghil", gateway="valve")),
            "plugs[2].gateway: no plug is named",
        ),
        ((dict(GATEWAY, key=None),), "plugs[0].key: missing"),
    ):
        found = checked(*plugs)["faults"]
        assert any([expected in fault for fault in found]), (expected, found)
