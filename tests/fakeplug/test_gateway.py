"""Sub-devices behind a gateway."""

import pytest

from fakeplug import Quirks

NEW = pytest.mark.parametrize("version", ["3.4", "3.5"])
CID, OTHER, GONE = "a4c138e51d9c71a2", "a4c138e51d9c71a3", "a4c138e51d9c71a4"
CHILDREN = {CID: {1: False}, OTHER: {1: True, 2: 7}, GONE: {1: False}}
LIST = {"reqType": "subdev_online_stat_query", "data": {"cids": []}}


def dps_of(reply):
    body = reply.json
    return body.get("data", body)["dps"]


async def test_sub_devices_of_3_3(make_plug, dial):
    async with make_plug(children=CHILDREN) as plug, await dial(plug) as client:
        assert dps_of(await client.ask(10, {"t": 1, "cid": OTHER})) == {"1": True, "2": 7}
        assert (await client.ask(7, {"t": 1, "cid": CID, "dps": {"1": True}})).payload == b""
        push = (await client.reply()).json
        assert (push["cid"], push["dps"]) == (CID, {"1": True})
        client.send(0x40, LIST)
        assert (await client.ask(9)).command == 9


@NEW
async def test_sub_devices_of_new_versions(make_plug, dial, control, version):
    async with make_plug(version, children=CHILDREN) as plug, await dial(plug) as client:
        assert dps_of(await client.ask(16, {"cid": OTHER})) == {"1": True, "2": 7}
        command, request = control(version, {1: True}, cid=CID, ctype=0)
        assert (await client.ask(command, request)).payload == b""
        assert (await client.reply()).json["data"] == {"cid": CID, "dps": {"1": True}}
        plug.press({2: 8}, cid=OTHER)
        assert (await client.reply()).json["data"] == {"cid": OTHER, "dps": {"2": 8}}


@NEW
async def test_updatedps_of_a_sub_device(make_plug, dial, version):
    async with make_plug(version, children=CHILDREN) as plug, await dial(plug) as client:
        plug.measure({2: 9}, cid=OTHER)
        await client.ask(18, {"cid": OTHER, "dpId": [2]})
        assert (await client.reply()).json["data"] == {"cid": OTHER, "dps": {"2": 9}}
        client.send(18, {"cid": "unknown", "dpId": [2]})
        assert (await client.ask(9)).command == 9


@NEW
async def test_texts_of_a_gateway(make_plug, dial, control, version):
    async with make_plug(version, children=CHILDREN) as plug, await dial(plug) as client:
        assert (await client.ask(16)).payload == b"json obj data unvalid"
        assert (await client.ask(16, {"cid": "unknown"})).payload == b"devid not found"
        reply = await client.ask(*control(version, {1: True}, cid="unknown"))
        assert reply.payload == b"devid not found"


@NEW
async def test_list_chunk(make_plug, dial, version):
    plug = make_plug(version, children=CHILDREN, quirks=Quirks(list_chunk=2))
    plug.offline.add(GONE)
    async with plug, await dial(plug) as client:
        first, second = (await client.ask(0x40, LIST)).json, (await client.reply()).json
        assert first["reqType"] == second["reqType"] == "subdev_online_stat_report"
        assert first["data"] == {"online": [CID, OTHER], "offline": [], "nearby": []}
        assert second["data"] == {"online": [], "offline": [GONE], "nearby": []}
        client.send(0x40, {"reqType": "something else"})
        assert (await client.ask(9)).command == 9
