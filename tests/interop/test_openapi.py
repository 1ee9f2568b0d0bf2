"""The stand-in of Tuya's OpenAPI is judged by the clients that others have written for Tuya's.

What it takes from tinytuya and from Tuya's own SDK, and only that, is right; and `plughub keys`
finds the same devices as tinytuya.
"""

import asyncio
import time

import pytest
import tinytuya
from openapi_standin import CLIENT_ID, PLUGS, SECRET, OpenApi, a_device
from tuya_connector import TuyaOpenAPI

from plughub.keys.project import Project, fetch

LIST = "/v1.0/iot-01/associated-users/devices"


@pytest.fixture
def api():
    plugs = [a_device(number) for number in range(4)]
    plugs[2] |= {"product_id": "another", "name": " Lamp \u00e4 "}  # of which there are no DPs
    plugs.append(a_device(8, sub=True, node_id="a4c1", gateway_id=plugs[3]["id"]))
    return OpenApi(lambda: time.time_ns() // 1000000, plugs, PLUGS, page=3)


@pytest.fixture
def host(servers, api):
    return servers.serve(api)


class CloudOfTinytuya(tinytuya.Cloud):
    """tinytuya's, at a host of the test."""

    def __init__(self, host, **options):
        self._host = host
        super().__init__("eu", **options)

    def setregion(self, apiRegion=None):
        self.urlhost = self._host


def tinytuya_at(host, secret=SECRET):
    return CloudOfTinytuya(host, apiKey=CLIENT_ID, apiSecret=secret)


def test_tinytuya_lists_devices(host, api):
    found = tinytuya_at(host).getdevices(include_map=True)
    assert [device["id"] for device in found] == [device["id"] for device in api.devices]
    assert found[0]["key"] == "key-000000000000" and found[1]["mac"] == "000000000001"
    assert found[0]["mapping"]["19"]["values"]["scale"] == 1


def test_tinytuya_sends_a_command(host, api):
    id = api.devices[0]["id"]
    body = {"commands": [{"code": "switch_1", "value": True}]}
    assert tinytuya_at(host).sendcommand(id, body)["result"] is True
    assert api.commands == [(id, body)]


def test_tinytuya_renews_a_token_that_has_expired(host, api):
    cloud = tinytuya_at(host)
    api.expire()
    assert len(cloud.getdevices()) == 5
    assert api.asked.count("/v1.0/token") == 2


def test_tinytuya_is_refused_with_another_secret(host, api):
    assert "sign invalid" in str(tinytuya_at(host, "0" * 32).error)


@pytest.mark.parametrize("code", [1106, 28841002])
def test_tinytuya_tells_a_fault(host, api, code):
    cloud = tinytuya_at(host)
    api.faults = [("/v1.0/iot-03/", code, 1)]
    assert "ermission" in str(cloud.getstatus(api.devices[0]["id"]))


def connected(host):
    client = TuyaOpenAPI(f"https://{host}", CLIENT_ID, SECRET)
    assert client.connect()["success"]
    return client


def test_tuyas_sdk_lists_devices_and_sends_a_command(host, api):
    client = connected(host)
    answer = client.get(LIST, {"size": 2})
    assert len(answer["result"]["devices"]) == 2 and answer["result"]["has_more"]
    more = client.get(LIST, {"last_row_key": answer["result"]["last_row_key"], "size": 50})
    assert [d["id"] for d in more["result"]["devices"]] == [d["id"] for d in api.devices[2:]]
    id = api.devices[1]["id"]
    body = {"commands": [{"code": "switch_1", "value": False}]}
    assert client.post(f"/v1.0/iot-03/devices/{id}/commands", body)["success"]
    assert api.commands == [(id, body)]


def test_tuyas_sdk_refreshes_its_token(host, api):
    client = connected(host)
    refresh = client.token_info.refresh_token
    client.token_info.expire_time = 0
    assert client.get(LIST, {"size": 2})["success"]
    assert api.asked == ["/v1.0/token", f"/v1.0/token/{refresh}", LIST]
    client.token_info.access_token = ""  # as it does itself for this request
    assert client.get(f"/v1.0/token/{refresh}")["code"] == 1010  # works once


def test_tuyas_sdk_is_told_of_a_token_that_has_expired(host, api):
    client = connected(host)
    api.expire()
    assert client.get(LIST)["code"] == 1010
    assert client.get(LIST)["success"]


def test_tuyas_sdk_is_refused_with_a_clock_that_is_off(host, api):
    client = connected(host)
    api.now_ms = lambda: time.time_ns() // 1000000 + 600000
    assert client.get(LIST)["code"] == 1013


def test_plughub_finds_what_tinytuya_finds(host, api):
    project = Project(CLIENT_ID, SECRET, host)
    ours = asyncio.run(fetch(project, lambda text: None))
    theirs = tinytuya_at(host).getdevices(include_map=True)
    for entry in theirs:
        if "gateway_id" in entry:
            entry["parent"] = entry.pop("gateway_id")  # as its wizard does
    assert not ours.warnings
    # tinytuya means to write it for a device without DPs too, but does not recognise the answer.
    assert ours.entries[2].pop("mapping") == {}
    assert ours.entries == theirs
