"""A hub on a PC, and firmware in the simulator, reach through the cloud what the LAN does not."""

import pytest
from http_client import ask
from interpreters import need_micropython
from openapi_server import an_api, openapi_servers
from openapi_standin import CLIENT_ID, SECRET
from served_home import Served, write_config

from fakeplug.ports import free_port
from plughub.checkout import prepare_flash, simulated
from simulator.idf_heap import BOARD

ID = "bf000000000000000000xy"  # the first of the stand-in's


@pytest.fixture
def servers(tmp_path, monkeypatch):
    with openapi_servers(tmp_path, monkeypatch) as servers:
        yield servers


def a_home(servers, api, tmp_path):
    """Return a configuration with a plug at a port where nothing listens."""
    return {
        "web": {"port": free_port(), "auth": False},
        "plugs": [
            {
                **{"name": "lamp", "id": ID, "key": "0123456789abcdef", "version": "3.3"},
                **{"address": "127.0.0.1", "port": free_port(), "cloud_fallback": True},
            }
        ],
        "cloud": {
            **{"client_id": CLIENT_ID, "secret": SECRET, "region": servers.serve(api)},
            **{"after": 0, "ca": str(tmp_path / "openapi.pem")},
        },
    }


async def see_it_switched(port, api):
    """Switch the lamp; see that the cloud was told, and that everybody is told so."""
    status, answer = await ask(port, "PUT", "/api/v1/plugs/lamp/switch", {"on": True})
    assert status == 200, answer
    assert api.commands == [(ID, {"commands": [{"code": "switch_1", "value": True}]})]
    _, plug = await ask(port, "GET", "/api/v1/plugs/lamp")
    assert plug["cloud"]["set"] == "on" and not plug["online"] and plug["on"] is None
    _, log = await ask(port, "GET", "/api/v1/log")
    assert any("lamp: on (HTTP, through Tuya's cloud)" in line["text"] for line in log), log
    _, about = await ask(port, "GET", "/api/v1/cloud")
    assert (about["calls"], about["commands"], about["stopped"]) == (3, 1, None)
    for answer in (plug, log, about, (await ask(port, "GET", "/api/v1/config"))[1]):
        assert SECRET not in str(answer)


async def test_on_a_pc(servers, tmp_path):
    api = an_api()
    folder = tmp_path / "home"
    write_config(folder, a_home(servers, api, tmp_path))
    async with Served(folder, "--host", "127.0.0.1") as hub:
        await see_it_switched(await hub.page(), api)
    assert SECRET not in (folder / "config.json").read_text()


async def test_on_a_board_with_the_memory_for_it(servers, tmp_path):
    api = an_api()
    config = a_home(servers, api, tmp_path)
    (tmp_path / "board").mkdir()
    flash = prepare_flash(tmp_path / "board", config, None)
    async with simulated(flash, need_micropython(64)) as board:
        await board.expect("plughub runs")
        await see_it_switched(config["web"]["port"], api)


async def test_stock_firmware_says_that_it_has_none_and_goes_on(servers, tmp_path):
    config = a_home(servers, an_api(), tmp_path)
    (tmp_path / "board").mkdir()
    flash = prepare_flash(tmp_path / "board", config, None)
    async with simulated(flash, need_micropython("frozen"), None, BOARD) as board:
        await board.expect("plughub runs: 1 plugs")
        _, about = await ask(config["web"]["port"], "GET", "/api/v1/system")
        place = "config.json: cloud: this firmware has no memory for it: docs/configuration.md"
        assert place in about["faults"]
        assert (await ask(config["web"]["port"], "GET", "/api/v1/cloud"))[0] == 404
