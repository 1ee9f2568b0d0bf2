"""`plughub keys` with a project of the Tuya IoT platform, as a newcomer runs it."""

import asyncio
import json
import stat

import pytest
from openapi_server import an_api
from openapi_standin import CLIENT_ID, SECRET, a_device
from typer.testing import CliRunner

from plughub.__main__ import app
from plughub.cli import FAILED, NOT_FOUND, UNREACHABLE, USAGE
from plughub.keys.web import Web

LIST = "/v1.0/iot-01/"


def run(*arguments, **options):
    result = CliRunner().invoke(app, ["keys", *map(str, arguments)], **options)
    assert "Traceback" not in result.output and SECRET not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def project(host, *arguments):
    return run("--client-id", CLIENT_ID, "--client-secret", SECRET, "--region", host, *arguments)


def written(home, name="devices.json"):
    return json.loads((home / name).read_text())


@pytest.fixture
def here(home):
    """There is a devices.json here already: that is the one to use."""
    (home / "devices.json").write_text("[]")
    return home


def test_devices_are_written_for_their_owner_alone(servers, here):
    host = servers.serve(an_api())
    result = project(host)
    assert result.exit_code == 0, result.output
    assert f"3 devices in the project in {host}: 3 new" in result.output
    assert "devices.json holds 3 devices" in result.output
    assert "key-0" not in result.output
    first, *_ = written(here)
    assert first["key"] == "key-000000000000" and first["mapping"]["1"]["code"] == "switch_1"
    assert stat.S_IMODE((here / "devices.json").stat().st_mode) == 0o600


def test_without_a_file_here_it_goes_to_the_settings_of_the_person(servers, home):
    assert project(servers.serve(an_api())).exit_code == 0
    assert len(written(home / ".config" / "plughub")) == 3


def test_the_environment_serves_scripts(servers, here, monkeypatch):
    host = servers.serve(an_api())
    for name, value in (("CLIENT_ID", CLIENT_ID), ("CLIENT_SECRET", SECRET), ("REGION", host)):
        monkeypatch.setenv(f"TUYA_{name}", value)
    result = run("--json")
    data = json.loads(result.stdout)
    assert data["region"] == host and data["devices_file"] == "devices.json"
    assert [device["key"] for device in data["devices"]] == ["known"] * 3
    assert data["devices"][0]["changes"] == ["new"]
    data = json.loads(run("--json", "--show-keys").stdout)
    assert data["devices"][1]["key"] == "key-000000000001" and not data["devices"][1]["changes"]


def test_run_again_it_tells_what_has_changed(servers, here):
    api = an_api(4)
    host = servers.serve(api)
    project(host)
    entries = written(here)
    entries[0] |= {"ip": "192.0.2.7", "version": "3.4", "note": "of another program"}
    (here / "devices.json").write_text(json.dumps(entries))
    api.devices[0] |= {"local_key": "another-key-1234"}
    api.devices[1] |= {"name": "Hall [light]"}
    del api.devices[2]
    api.devices.append(a_device(9))
    result = project(host)
    assert "1 new, 1 new key, 1 renamed, 1 gone" in result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "new key Plug 0 bf000000000000000000xy" in lines
    assert "renamed (was Plug 1) Hall [light] bf000000000000000001xy" in lines
    assert "gone Plug 2 bf000000000000000002xy" in lines
    assert "new Plug 9 bf000000000000000009xy" in lines
    assert "what is gone stays: see --prune" in lines and "another-key" not in result.output
    entries = written(here)
    assert [entry["name"] for entry in entries][1:] == [
        "Hall [light]",
        "Plug 2",
        "Plug 3",
        "Plug 9",
    ]
    assert entries[0]["key"] == "another-key-1234" and entries[0]["note"] == "of another program"
    assert (entries[0]["ip"], entries[0]["version"]) == ("192.0.2.7", "3.4")
    assert "another-key-1234" in project(host, "--show-keys").output
    assert "what is gone is dropped" in project(host, "--prune").output
    assert len(written(here)) == 4
    assert "nothing has changed" in project(host).output


def test_what_is_gone_is_no_new_plug_of_a_hub(servers, here):
    api = an_api(3)
    host = servers.serve(api)
    project(host)
    del api.devices[1]
    project(host, "--config", "home.json")
    assert [plug["name"] for plug in written(here, "home.json")["plugs"]] == ["Plug 0", "Plug 2"]


def test_sub_devices_are_kept_with_their_gateway(servers, here):
    api = an_api(1)
    gateway = api.devices[0]["id"]
    key = api.devices[0]["local_key"]
    api.devices.append(a_device(7, sub=True, node_id="a4c1", gateway_id=gateway))
    api.devices.append(a_device(8, sub=True, node_id="a4c2", local_key=key))
    project(servers.serve(api))
    _, first, second = written(here)
    assert (first["sub"], first["node_id"], first["parent"]) == (True, "a4c1", gateway)
    assert (second["sub"], second["node_id"], second["parent"]) == (True, "a4c2", gateway)


def test_the_region_is_found(servers, here, region):
    away, spent, full = an_api(0), an_api(), an_api(2)
    spent.faults = [("/v1.0/token", 2007, 9)]
    region(
        *((name, servers.serve(api)) for name, api in (("eu", away), ("us", spent), ("in", full)))
    )
    result = run("--client-id", CLIENT_ID, "--client-secret", SECRET)
    assert "2 devices in the project in in: 2 new" in result.output
    assert len(written(here)) == 2


def test_a_data_centre_out_of_reach_does_not_hold_up_the_others(servers, here, region, pauses):
    region(("eu", "127.0.0.1:1"), ("us", servers.serve(an_api())))
    assert run("--client-id", CLIENT_ID, "--client-secret", SECRET).exit_code == 0
    assert not pauses


def test_of_several_refusals_the_telling_one_is_told(servers, here, region, pauses):
    unknown, known = an_api(), an_api()
    unknown.client_id = "of-somebody-else"
    region(("eu", servers.serve(unknown)), ("cn", "127.0.0.1:1"), ("us", servers.serve(known)))
    result = run("--client-id", CLIENT_ID, "--client-secret", "0" * 32)
    assert result.exit_code == UNREACHABLE
    assert "sign invalid (1004). Copy Access ID and Access Secret again" in result.output
    result = run("--client-id", "nobody", "--client-secret", SECRET)
    assert "clientId is invalid (1005)" in result.output


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ((None, 28841107), "Link App Account"),
        ((None, 1106), "Link App Account"),
        ((None, 28841002), "Extend the trial"),
        ((2007, 28841105), "authorise IoT Core"),
        ((2007, 1109), "(1109)"),
    ],
)
def test_of_several_lists_the_telling_one_is_told(servers, here, region, faults, words):
    apis = an_api(0), an_api(0)
    for api, fault in zip(apis, faults, strict=True):
        api.faults = [(LIST, fault, 9)] if fault else []
    region(("eu", servers.serve(apis[0])), ("us", servers.serve(apis[1])))
    result = run("--client-id", CLIENT_ID, "--client-secret", SECRET)
    assert result.exit_code in (NOT_FOUND, UNREACHABLE) and words in result.output


def test_a_name_cannot_steer_the_terminal(servers, here):
    api = an_api(1)
    api.devices[0]["name"] = " Lamp\x1b[2J\n of\tmine "
    assert "\x1b" not in project(servers.serve(api)).output
    assert written(here)[0]["name"] == "Lamp [2J of mine"


def test_an_account_that_is_not_linked_is_told_and_nothing_is_lost(servers, here, region):
    (here / "devices.json").write_text('[{"id": "bf00", "key": "k"}]')
    region(("eu", servers.serve(an_api(0))), ("us", servers.serve(an_api(0))))
    result = run("--client-id", CLIENT_ID, "--client-secret", SECRET, "--prune")
    assert result.exit_code == NOT_FOUND
    assert "Link App Account" in result.output
    assert written(here) == [{"id": "bf00", "key": "k"}]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (28841002, "Extend the trial of IoT Core"),
        (28841004, "Wait for the next month"),
        (28841105, "authorise IoT Core"),
        (28841107, "data centre that the project's overview names"),
        (1106, "link your app account"),
    ],
)
def test_a_refusal_says_what_to_do(servers, here, code, words):
    api = an_api()
    api.faults = [(LIST, code, 9)]
    result = project(servers.serve(api))
    assert result.exit_code == UNREACHABLE
    assert words in result.output and f"({code})" in result.output
    assert written(here) == []


def test_a_cloud_that_is_busy_is_waited_for(servers, here, pauses):
    api = an_api()
    api.faults = [(LIST, 1199, 2), ("/v1.1/", 1110, 1)]
    assert project(servers.serve(api)).exit_code == 0
    assert pauses == [1000, 2000, 1000]
    api.faults = [(LIST, 1199, 99)]
    result = project(servers.serve(api))
    assert result.exit_code == UNREACHABLE and "Wait some minutes" in result.output


def test_a_pause_is_told_to_who_waits():
    told = []

    async def pause():
        async with Web(told.append) as web:
            await web.sleep_ms(0)

    asyncio.run(pause())
    assert told == ["Tuya's cloud is busy or out of reach: next attempt in 0 s"]


@pytest.mark.parametrize("fault", [1010, 1013, "drop"])
def test_what_can_be_cured_is_cured(servers, here, pauses, fault):
    api = an_api()
    api.faults = [(LIST, fault, 1)]
    assert project(servers.serve(api)).exit_code == 0
    assert len(written(here)) == 3


@pytest.mark.parametrize("fault", ["half", "page"])
def test_half_an_answer_is_none(servers, here, fault):
    api = an_api()
    api.faults = [(LIST, fault, 1)]
    result = project(servers.serve(api))
    assert result.exit_code == UNREACHABLE and "no answer of the OpenAPI" in result.output


def test_a_connection_that_ends_in_the_middle_is_told(servers, here, pauses):
    api = an_api()
    api.transport_faults = ("cut",)
    result = project(servers.serve(api))
    assert result.exit_code == UNREACHABLE and "cannot be reached" in result.output
    assert pauses == [1000, 2000]


def test_a_cloud_that_does_not_answer_is_not_waited_for_without_end(
    servers, here, pauses, monkeypatch
):
    monkeypatch.setattr("tuya.cloud.ANSWER_MS", 10)
    api = an_api()
    api.faults = [("/", "slow", 99)]
    result = project(servers.serve(api))
    assert result.exit_code == UNREACHABLE and "has not answered within" in result.output


def test_no_log_has_a_token_in_it(servers, here, caplog):
    caplog.set_level("DEBUG")
    api = an_api()
    api.token_s = 30  # each request but the first refreshes the token
    assert project(servers.serve(api)).exit_code == 0
    assert any(path.startswith("/v1.0/token/") for path in api.asked)
    assert "acce55" not in caplog.text and "4ef4e5" not in caplog.text


def test_more_than_an_answer_can_be_is_not_read(servers, here, monkeypatch):
    monkeypatch.setattr("plughub.keys.web.ANSWER_MAX", 400)
    result = project(servers.serve(an_api()))
    assert result.exit_code == UNREACHABLE and "401 bytes" in result.output


@pytest.mark.parametrize(
    ("name", "value"), [("ALL_PROXY", "socks9://x"), ("SSL_CERT_FILE", "/dev/null")]
)
def test_settings_that_cannot_be_used_are_told(here, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    result = project("127.0.0.1:1")
    assert result.exit_code == UNREACHABLE and "for HTTPS cannot be used" in result.output


def test_what_is_missing_beside_the_keys_is_a_warning(servers, here, pauses):
    api = an_api()
    api.faults = [("/v1.0/devices/factory-infos", 1106, 9), ("/v1.1/", 28841004, 9)]
    result = project(servers.serve(api))
    assert result.exit_code == 0
    assert "MAC addresses are missing" in result.output
    assert "the DPs of Smart Plug are missing" in result.output
    assert written(here)[0]["key"] == "key-000000000000"
    api.devices[1].pop("local_key")
    api.devices[2]["name"] = ""
    (here / "devices.json").write_text("[]")
    assert "without a local key: Plug 1" in project(servers.serve(api)).output


def test_what_cannot_be_asked_for_is_named(here):
    for arguments in ((), ("--client-id", CLIENT_ID), ("--client-secret", SECRET)):
        result = run(*arguments)
        assert result.exit_code == USAGE and "TUYA_CLIENT_SECRET" in result.output
    result = project("mars")
    assert (
        result.exit_code == USAGE and "there is no region mars: use one of eu, us" in result.output
    )
    result = run("--client-id", CLIENT_ID, "--client-secret", "s3cr et", "--region", "eu")
    assert result.exit_code == USAGE and "s3cr et" not in result.output


def test_a_devices_json_that_is_broken_is_not_overwritten(servers, here):
    (here / "devices.json").write_text("[{")
    result = project(servers.serve(an_api()))
    assert result.exit_code == FAILED and "devices.json is no JSON" in result.output
    assert (here / "devices.json").read_text() == "[{"


def test_a_folder_that_cannot_be_written_to_is_told(servers, home):
    (home / "file").write_text("")
    result = project(servers.serve(an_api()), "--devices", "file/devices.json")
    assert result.exit_code == FAILED and "cannot be written" in result.output
