"""The plugs in a hub's config.json, judged by the hub's own check."""

import copy
import json

import pytest
from typer.testing import CliRunner

from hub.components import schema
from plughub.__main__ import app
from plughub.cli import FAILED
from plughub.devices import known
from plughub.keys.hub_config import plan

KEY = "o:qQJ1W~A+(B+3uB"


def an_entry(number, name, **more):
    return {"id": f"bf{number:018}xy", "name": name, "key": KEY} | more


def plan_of(config, entries):
    return plan(config, [known(entry) for entry in entries])


HOME = {
    "//": "my home",
    "name": "plughub",
    "wifi": {"ssid": "net", "password": "12345678"},
    "plugs": [{"name": "desk lamp", "id": an_entry(0, "")["id"], "key": "***", "energy": "total"}],
    "relays": [{"name": "Hall", "pin": 26}],
    "buttons": [{"pin": 4, "press": {"plug": "desk lamp", "set": "toggle"}}],
}


def test_new_plugs_get_the_names_of_the_app_made_unique():
    entries = [
        an_entry(1, "Fan"),
        an_entry(2, "fan", ip="192.0.2.7", version=3.4, port=6669),
        an_entry(3, "HALL"),
        an_entry(4, "x" * 60),
        an_entry(5, "x" * 60),
        an_entry(6, ""),
    ]
    result = plan_of(HOME, entries)
    names = [plug["name"] for plug in result.config["plugs"]]
    ids = entries[5]["id"]
    assert names == ["desk lamp", "Fan", "fan 2", "HALL 2", "x" * 40, "x" * 38 + " 2", ids]
    assert result.config["plugs"][2] == {
        "name": "fan 2",
        "id": entries[1]["id"],
        "key": KEY,
        "address": "192.0.2.7",
        "version": "3.4",
        "port": 6669,
    }
    assert result.added == names[1:] and not result.updated
    # The board keeps the keys of a configuration that has stars in a file of its own.
    secrets = {"plugs": {an_entry(0, "")["id"]: KEY}}
    assert schema().check_values(result.config, secrets)["faults"] == []


def test_what_is_there_stays():
    before = copy.deepcopy(HOME)
    result = plan_of(HOME, [an_entry(0, "Lamp of the app", ip="192.0.2.7")])
    assert before == HOME
    (plug,) = result.config["plugs"]
    assert plug == HOME["plugs"][0] | {"key": KEY, "address": "192.0.2.7"}
    assert result.updated == ["desk lamp"]
    assert {name: result.config[name] for name in HOME if name != "plugs"} == {
        name: HOME[name] for name in HOME if name != "plugs"
    }
    again = plan_of(
        result.config, [an_entry(0, "Lamp of the app", ip="192.0.2.99", version="3.3")]
    )
    assert again.config["plugs"][0]["address"] == "192.0.2.7"
    assert again.config["plugs"][0]["version"] == "3.3"
    assert not plan_of(again.config, [an_entry(0, "Lamp")]).is_new


def test_what_the_hub_cannot_switch_is_left_out_with_a_reason():
    entries = [
        an_entry(1, "behind", sub=True),
        an_entry(2, "keyless", key=""),
        an_entry(3, "odd", key="short"),
        {"id": "bf/..", "name": "no id", "key": KEY},
    ]
    result = plan_of({}, entries)
    assert not result.is_new and result.config == {"plugs": []}
    assert [name for name, _ in result.left_out] == [entry["name"] for entry in entries]
    assert "what its gateway calls it" in result.left_out[0][1]
    assert "16 characters" in result.left_out[2][1]


def test_what_is_behind_a_gateway_comes_with_it():
    child = an_entry(1, "valve", parent=an_entry(2, "")["id"], node_id="a4c138e51d9c71a2", key="")
    result = plan_of({}, [child, an_entry(2, "Hub", category="wg2")])
    assert result.config["plugs"] == [
        {"name": "Hub", "id": an_entry(2, "")["id"], "key": KEY},
        {"name": "valve", "id": child["id"], "gateway": "Hub", "node": "a4c138e51d9c71a2"},
    ]
    assert schema().check_values(result.config)["faults"] == []
    alone = plan_of({}, [child])
    assert "its gateway is not among" in alone.left_out[0][1]
    assert not plan_of(result.config, [child, an_entry(2, "Hub")]).is_new


@pytest.fixture
def files(home):
    (home / "listing.json").write_text(json.dumps([an_entry(0, "Lamp"), an_entry(1, "Fan")]))
    (home / "home.json").write_text(json.dumps(HOME))
    return home


def run(*arguments):
    return CliRunner().invoke(app, ["keys", "listing.json", *arguments])


def test_the_command_writes_it_for_its_owner_alone(files):
    result = run("--config", "home.json")
    assert result.exit_code == 0, result.output
    assert (
        "home.json: added: Fan; updated: desk lamp" in result.output and KEY not in result.output
    )
    written = json.loads((files / "home.json").read_text())
    assert list(written) == list(HOME) and len(written["plugs"]) == 2
    assert (files / "home.json").stat().st_mode & 0o777 == 0o600
    text = (files / "home.json").read_text()
    assert "home.json: nothing has changed" in run("--config", "home.json").output
    assert (files / "home.json").read_text() == text
    data = json.loads(run("--config", "new.json", "--json").stdout)
    assert data["config"]["added"] == ["Lamp", "Fan"] and data["config"]["file"] == "new.json"
    assert (files / "new.json").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"plugs": {}}', "3"])
def test_a_configuration_that_is_none_stays_as_it_is(files, text):
    (files / "home.json").write_text(text)
    result = run("--config", "home.json")
    assert result.exit_code == FAILED and "home.json is no" in result.output
    assert (files / "home.json").read_text() == text
    assert not (files / ".config").exists()
