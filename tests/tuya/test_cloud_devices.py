"""What the cloud tells of devices: whole, of its form, and bounded."""

import json

from cloud_world import LIST, World, failure
from openapi_standin import PLUG, UID, a_device

import tuya.cloud_errors as errors
from tuya.cloud_devices import devices, factory_infos
from tuya.cloud_points import is_id, mapping
from tuya.datapoints import from_mapping

BY_USER = "/v1.3/iot-03/devices"


async def test_all_pages_are_read():
    world = World(7, page=3)
    counts = []
    found = await devices(world.cloud, counts.append)
    assert [device["name"] for device in found] == ["Plug %d" % i for i in range(7)]
    assert counts == [3, 6, 7]
    assert world.api.asked == ["/v1.0/token", LIST, LIST, LIST]
    assert found[0]["local_key"] == "key-000000000000" and found[0]["uid"] == UID
    assert "ip" not in found[0] and "status" not in found[0]


async def test_names_are_whole_in_either_way_to_write_them():
    world = World(1)
    await world.cloud.connect()
    page = '{"devices":[{"id":"bf0","name":"%s"}]}'
    for name in ("L\u00e4mp \U0001f600", "L\\u00e4mp \\ud83d\\ude00"):
        text = '{"result":%s,"success":true,"t":1795000000000}' % (page % name)
        world.answers = [(200, text.encode())]
        assert (await devices(world.cloud))[0]["name"] == "L\u00e4mp \U0001f600"
    world.answers = [(200, text.replace("\\ude00", "").encode())]
    await failure(devices(world.cloud), errors.BadAnswer)


async def test_no_devices_are_an_empty_list():
    assert await devices(World(0).cloud) == []


async def test_keys_and_gateways_come_from_the_list_of_the_account():
    world = World(2, page=3)
    gateway = world.api.devices[0]["id"]
    world.api.devices.append(a_device(9, sub=True, node_id="a4c1", gateway_id=gateway))
    world.api.hides_keys = True
    found = await devices(world.cloud)
    assert [device["local_key"][:4] for device in found] == ["key-"] * 3
    assert (found[2]["gateway_id"], found[2]["node_id"], found[2]["sub"]) == (
        gateway,
        "a4c1",
        True,
    )
    assert world.api.asked[1:] == [LIST, BY_USER]


async def test_an_account_that_may_not_be_asked_costs_only_what_it_knows():
    world = World(2)
    world.api.hides_keys = True
    world.api.faults = [(BY_USER, 1106, 1)]
    assert ["local_key" in device for device in await devices(world.cloud)] == [False, False]
    world.api.faults = [(BY_USER, 28841004, 1), (BY_USER, "half", 1)]
    assert len(await devices(world.cloud)) == 2
    await failure(devices(world.cloud), errors.BadAnswer)


async def test_a_list_without_end_ends():
    world = World(1)
    await world.cloud.connect()
    row = '{"result":{"devices":[],"has_more":true,"last_row_key":%s},"success":true,"t":1}'
    for last in ('"x"', "7", '""', "null"):
        world.answers = [(200, (row % last).encode())] * 3
        await failure(devices(world.cloud), errors.BadAnswer)
    world.answers = [(200, (row % ('"%d"' % i)).encode()) for i in range(200)]
    await failure(devices(world.cloud), errors.BadAnswer)
    assert len(world.answers) == 100


async def test_what_is_no_device_is_left_out():
    world = World(1)
    await world.cloud.connect()
    plug = a_device(1, local_key=7, name=["x"], node_id="")
    for page in ({"devices": {}}, [], None, "x"):
        world.answers = [(200, json.dumps(_answer(page)).encode())]
        await failure(devices(world.cloud), errors.BadAnswer)
    page = {"devices": [7, None, {}, {"id": "../x"}, {"id": 8}, plug, plug]}
    world.answers = [(200, json.dumps(_answer(page)).encode())]
    world.api.devices = []
    (found,) = await devices(world.cloud)
    assert found["id"] == plug["id"]
    assert not {"local_key", "name", "node_id"} & set(found)


def _answer(result):
    return {"result": result, "success": True, "t": 1795000000000}


async def test_macs_are_asked_for_fifty_at_a_time():
    world = World(120)
    ids = [device["id"] for device in world.api.devices]
    ids.append("no id")
    found = await factory_infos(world.cloud, ids)
    assert len(found) == 120 and found[ids[119]]["mac"] == "000000000077"
    assert set(found[ids[0]]) == {"mac", "uuid", "sn"}
    assert world.api.asked[1:] == ["/v1.0/devices/factory-infos"] * 3


async def test_a_mapping_is_what_datapoints_read():
    world = World(1)
    id = world.api.devices[0]["id"]
    found = await mapping(world.cloud, id)
    assert found["1"] == {"code": "switch_1", "type": "Boolean", "values": {}}
    assert found["24"]["values"]["unit"] == "\u00b0C"
    assert found["25"]["values"] == '{"maxlen":255}'
    assert found["26"]["raw_values"] == '{"h":{},"s":{}}'
    points = from_mapping(found)
    assert points.value("cur_power", 957) == 95.7 and points.unit(19) == "W"


async def test_a_device_without_dps_has_no_mapping():
    world = World(1)
    id = world.api.devices[0]["id"]
    world.api.specifications = {}
    assert await mapping(world.cloud, id) == {}
    world.api.faults = [("/v1.1/", 28841002, 1)]
    await failure(mapping(world.cloud, id), errors.TrialExpired)
    try:
        await mapping(world.cloud, "../../token")
    except ValueError:
        pass
    else:
        raise AssertionError("a path was taken for an id")


async def test_odd_specifications_are_read_as_far_as_they_go():
    world = World(1)
    id = world.api.devices[0]["id"]
    product = world.api.devices[0]["product_id"]
    odd = [7, {}, {"code": 1, "type": "x"}, {"code": "a", "type": "Integer", "values": "?"}]
    odd += [{"code": "b", "type": "Enum", "dp_id": [2]}, {"code": "c", "type": "Enum", "dp_id": 3}]
    world.api.specifications = {product: {"status": odd, "functions": "x"}}
    found = await mapping(world.cloud, id)
    assert (
        found["a"]["values"] == "?"
        and found["3"]["values"] == {}
        and set(found) == {"a", "b", "3"}
    )
    many = [dict(PLUG["status"][0], dp_id=i) for i in range(300)]
    world.api.specifications = {product: {"functions": many}}
    await failure(mapping(world.cloud, id), errors.BadAnswer)
    world.api.specifications = {product: []}
    assert await mapping(world.cloud, id) == {}


def test_what_an_id_is():
    assert is_id("bf0123456789abcdefghij") and is_id("vdevo_1-2")
    for value in ("", "a/b", "a b", "x" * 65, None, 7, "\u00e4"):
        assert not is_id(value)
