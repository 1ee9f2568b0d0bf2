"""Keys from files of other programs."""

import json
import subprocess

import pytest
from typer.testing import CliRunner

from plughub.__main__ import app
from plughub.cli import FAILED, NOT_FOUND, Failure
from plughub.keys import files

KEY = "o:qQJ1W~A+(B+3uB"


def found(folder, value, name="file.json"):
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return files.read(path).entries


def test_a_devices_json_of_tinytuya(tmp_path):
    lamp = {"name": "Lamp", "id": "bf00", "key": KEY, "ip": "192.0.2.5", "version": "3.4"}
    lamp |= {
        "mac": "00:11",
        "category": "cz",
        "sub": False,
        "mapping": {"1": {"code": "switch_1"}},
    }
    (entry,) = found(tmp_path, [lamp | {"unknown": 1}])
    assert entry == {name: value for name, value in lamp.items() if name != "sub"}
    assert found(tmp_path, {"devices": [lamp]}) == [entry]


def test_a_snapshot_json_of_tinytuya(tmp_path):
    item = {
        "name": "Lamp",
        "id": "bf00",
        "gwId": "bf00",
        "key": KEY,
        "ip": "192.0.2.5",
        "ver": 3.3,
    }
    item |= {"dps": {"dps": {"1": True}}, "origin": "broadcast"}
    gone = {"name": "Fan", "gwId": "bf01", "key": "", "ip": "", "ver": "", "version": 0.0}
    lamp, fan = found(tmp_path, {"timestamp": 1.5, "devices": [item, gone]})
    assert lamp == {
        "name": "Lamp",
        "id": "bf00",
        "key": KEY,
        "ip": "192.0.2.5",
        "version": "3.3",
    }
    assert fan == {"name": "Fan", "id": "bf01", "key": ""}


DEVICES_OF_NODE = [
    {"name": "Lamp's", "id": "bf00", "key": KEY},
    {"name": "both ' and \"", "id": "bf01", "key": "a'b\"c\\d0123456789"},
    {
        "name": "Gateway",
        "id": "bf02",
        "key": "k" * 16,
        "subDevices": [{"name": "Sensor", "id": "bf03", "cid": "a4c1"}],
    },
]


def is_read_from(folder, text):
    lamp, odd, gateway, sensor = found(folder, text, "listing.txt")
    assert (lamp["name"], lamp["key"]) == ("Lamp's", KEY)
    assert odd["key"] == "a'b\"c\\d0123456789"
    assert gateway == {"name": "Gateway", "id": "bf02", "key": "k" * 16}
    assert sensor == {
        "name": "Sensor",
        "id": "bf03",
        "key": "k" * 16,
        "node_id": "a4c1",
        "parent": "bf02",
        "sub": True,
    }


def test_what_the_wizard_of_tuya_cli_has_printed(tmp_path):
    listing = r"""? Do you want to use these saved API credentials? Yes
? Provide a 'virtual ID' of a device currently registered in the app: bf00
[
  { name: "Lamp's", id: 'bf00', key: 'o:qQJ1W~A+(B+3uB' },
  { name: `both ' and "`, id: 'bf01', key: `a'b"c\\d0123456789` },
  {
    name: 'Gateway',
    id: 'bf02',
    key: 'kkkkkkkkkkkkkkkk',
    subDevices: [ { name: 'Sensor', id: 'bf03', cid: 'a4c1' } ]
  }
]
"""
    is_read_from(tmp_path, listing)
    is_read_from(tmp_path, json.dumps(DEVICES_OF_NODE))  # --stringify


def test_nothing_is_behind_a_sub_device(tmp_path):
    child = {"id": "bf01", "cid": "1", "subDevices": [{"id": "bf02", "cid": "2"}]}
    gateway = {"id": "bf00", "subDevices": [child]}
    assert [entry["id"] for entry in found(tmp_path, [gateway])] == ["bf00", "bf01"]


def test_a_listing_without_end_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_LENIENT_MAX", 1000)
    with pytest.raises(Failure, match="neither JSON nor JSON5"):
        found(tmp_path, "[" + "{a: 1}, " * 200000 + "]")


def test_what_node_really_prints(tmp_path):
    script = f"console.dir({json.dumps(DEVICES_OF_NODE)}, {{depth: 3}})"
    try:
        result = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("no Node.js")
    is_read_from(tmp_path, result.stdout)


def storage(*entries):
    return {"version": 1, "key": "core.config_entries", "data": {"entries": list(entries)}}


def test_tuya_local_in_home_assistant(tmp_path):
    plug = {"device_id": "bf00", "host": "192.0.2.5", "local_key": "old", "type": "plug"}
    plug |= {"protocol_version": 3.4, "device_cid": ""}
    child = {"device_id": "bf02", "device_cid": "a4c1", "host": "Auto", "local_key": KEY}
    child |= {"protocol_version": "auto"}
    lamp, sensor = found(
        tmp_path,
        storage(
            {"domain": "sun", "data": {}},
            {"domain": "tuya", "data": {"token_info": {}}},
            {"domain": "tuya_local", "title": "Lamp", "data": plug, "options": {"local_key": KEY}},
            {"domain": "tuya_local", "title": "Sensor", "data": child, "options": {}},
            {"domain": "tuya_local", "data": None},
            7,
        ),
        "core.config_entries",
    )
    assert lamp == {
        "name": "Lamp",
        "id": "bf00",
        "key": KEY,
        "ip": "192.0.2.5",
        "version": "3.4",
    }
    assert (sensor["id"], sensor["parent"], sensor["node_id"]) == ("a4c1", "bf02", "a4c1")
    assert sensor["sub"] and "ip" not in sensor and "version" not in sensor


def test_localtuya_in_home_assistant(tmp_path):
    lamp = {"friendly_name": "Lamp", "device_id": "bf00", "local_key": KEY, "host": "192.0.2.5"}
    lamp |= {"protocol_version": "3.3", "entities": []}
    child = {"friendly_name": "Sensor", "local_key": KEY, "node_id": "a4c1", "host": "192.0.2.5"}
    several = {"client_secret": "s3cret", "devices": {"bf00": lamp, "bf09": child, "bf10": None}}
    old = {"device_id": "bf01", "friendly_name": "Fan", "local_key": "k" * 16, "host": "fan.lan"}
    first, sensor, fan = found(
        tmp_path,
        storage(
            {"domain": "localtuya", "title": "account", "data": several},
            {"domain": "localtuya", "title": "Fan", "data": old},
        ),
    )
    assert (first["name"], first["key"], first["version"]) == ("Lamp", KEY, "3.3")
    assert (sensor["id"], sensor["parent"], sensor["sub"]) == ("bf09", "bf00", True)
    assert fan == {"name": "Fan", "id": "bf01", "key": "k" * 16}


@pytest.mark.parametrize("text", ["", "hello", "{", "[1, 2", "3", '{"a": 1}', "\x00", "[" * 9999])
def test_what_is_not_understood_is_told_with_what_is(tmp_path, text):
    with pytest.raises(
        Failure, match=r"it has to be a devices\.json or snapshot\.json"
    ) as failure:
        found(tmp_path, text)
    assert failure.value.code == FAILED


@pytest.mark.parametrize(
    "value", [[], {"devices": []}, [7, {"key": KEY}, {"id": "../x"}], storage()]
)
def test_a_file_without_devices_is_told(tmp_path, value):
    with pytest.raises(Failure, match="has no device in it") as failure:
        found(tmp_path, value)
    assert failure.value.code == NOT_FOUND


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(Failure, match="cannot be read") as failure:
        files.read(tmp_path / "missing.json")
    assert failure.value.code == NOT_FOUND
    (tmp_path / "latin").write_bytes(b'[{"id": "\xe4"}]')
    with pytest.raises(Failure, match="cannot be read"):
        files.read(tmp_path / "latin")
    with pytest.raises(Failure, match="cannot be read"):
        files.read(tmp_path)


def test_the_command_merges_a_file_into_what_is_known(home):
    (home / "devices.json").write_text(
        json.dumps(
            [
                {"id": "bf00", "name": "Lamp", "key": "old", "mac": "00:11", "mapping": {"1": {}}},
                {"id": "bf55", "name": "Other", "key": "k" * 16},
                {"id": "bf77", "name": "Sensor", "parent": "bf02", "node_id": "a4c1"},
            ]
        )
    )
    child = {"device_id": "bf02", "device_cid": "a4c1", "local_key": KEY}
    (home / "core.config_entries").write_text(
        json.dumps(
            storage(
                {"domain": "tuya_local", "data": {"device_id": "bf00", "local_key": KEY}},
                {"domain": "tuya_local", "title": "Sensor", "data": child},
            )
        )
    )
    result = CliRunner().invoke(app, ["keys", "core.config_entries"])
    assert result.exit_code == 0, result.output
    assert "2 devices in Home Assistant: 2 new key" in result.output
    lamp, other, sensor = json.loads((home / "devices.json").read_text())
    assert (lamp["name"], lamp["key"], lamp["mac"], lamp["mapping"]) == (
        "Lamp",
        KEY,
        "00:11",
        {"1": {}},
    )
    assert other["name"] == "Other" and sensor["id"] == "bf77" and sensor["key"] == KEY
