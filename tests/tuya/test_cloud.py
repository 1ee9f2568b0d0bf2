"""Tuya's OpenAPI as the library uses it, against a stand-in that checks every signature."""

import asyncio

from cloud_world import LIST, NOW_MS, World, failure
from fake_time import FakeTime
from openapi_standin import MESSAGES, SECRET

import tuya.cloud_errors as errors
from tuya.cloud import ANSWER_MAX


async def test_one_token_serves_until_it_is_about_to_expire():
    world = World()
    assert len(await world.ids()) == 3 and len(await world.ids()) == 3
    assert world.api.asked == ["/v1.0/token", LIST, LIST]
    world.ms += 7200000 - 59000
    await world.ids()
    assert world.api.asked[3:] == ["/v1.0/token/4ef4e5%026x" % 1, LIST]
    world.ms += 7200000 - 61000
    await world.ids()
    assert world.api.asked[5:] == [LIST]
    assert not world.pauses


async def test_calls_at_the_same_time_share_a_token():
    world = World()
    assert [len(ids) for ids in await asyncio.gather(world.ids(), world.ids())] == [3, 3]
    world.ms += 7200000
    assert [len(ids) for ids in await asyncio.gather(world.ids(), world.ids())] == [3, 3]
    refresh = "/v1.0/token/4ef4e5%026x" % 1
    assert world.api.asked == ["/v1.0/token", LIST, LIST, refresh, LIST, LIST]


async def test_a_token_that_the_cloud_has_ended_is_replaced_once():
    world = World()
    await world.ids()
    world.api.expire()
    assert len(await world.ids()) == 3
    assert world.api.asked[2:] == [LIST, "/v1.0/token", LIST]
    for code in (1010, 1011, 1012, 1400):
        world.api.faults = [(LIST, code, 1)]
        assert len(await world.ids()) == 3
        world.api.faults = [(LIST, code, 9)]
        assert (await failure(world.ids(), errors.TokenRefused)).code == code
        assert len(world.api.faults) == 1 and world.api.faults[0][2] == 7


async def test_a_refresh_token_that_is_spent_does_no_harm():
    world = World()
    await world.ids()
    world.ms += 7200000
    world.api.faults = [("/v1.0/token/", 1010, 1)]
    assert len(await world.ids()) == 3
    assert world.api.asked[-2:] == ["/v1.0/token", LIST]
    world.ms += 7200000
    world.api.faults = [("/v1.0/token/", "drop", 1)]  # it may have been taken
    assert len(await world.ids()) == 3
    assert world.api.asked[-2:] == ["/v1.0/token", LIST]


async def test_a_clock_that_is_off_is_corrected_by_the_clouds():
    for off_ms in (-NOW_MS, -3600000, 3600000):
        world = World()
        world.off_ms = off_ms
        assert len(await world.ids()) == 3
        assert world.api.asked == ["/v1.0/token", "/v1.0/token", LIST]
    world.off_ms += 7200000  # it jumps while the token is in use
    assert len(await world.ids()) == 3


async def test_a_clock_that_stays_wrong_is_told():
    world = World()
    world.api.faults = [("/", 1013, 9)]
    assert (await failure(world.ids(), errors.WrongClock)).code == 1013
    assert len(world.api.asked) == 2


async def test_it_backs_off_while_the_cloud_is_busy():
    for fault in (1199, 1110, 1111, 500):
        world = World()
        world.api.faults = [(LIST, fault, 4)]
        assert len(await world.ids()) == 3
        assert world.pauses == [1000, 2000, 4000, 8000]


async def test_its_patience_ends():
    world = World()
    world.api.faults = [(LIST, 1199, 99)]
    error = await failure(world.ids(), errors.CloudBusy)
    assert world.pauses == [1000, 2000, 4000, 8000, 16000, 32000]
    assert error.seen == "cloud.test refuses: your requests are too frequent (1199)"
    world.pauses = []
    world.cloud = world.client(patience_ms=0)
    await failure(world.ids(), errors.CloudBusy)
    assert not world.pauses
    world.cloud = world.client(patience_ms=3600000)
    await failure(world.ids(), errors.CloudBusy)
    assert world.pauses[9:] == [512000] + [600000] * 4


async def test_http_without_json_is_told_by_its_status():
    world = World()
    world.answers = [(503, b""), (429, b"slow down")]
    assert len(await world.ids()) == 3 and world.pauses == [1000, 2000]
    world.answers = [(502, b"")] * 3
    assert "HTTP status 502" in (await failure(world.ids(), errors.CloudUnreachable)).seen
    world.answers = [(404, b"Not found")]
    assert "HTTP status 404" in (await failure(world.ids(), errors.BadAnswer)).seen


async def test_a_connection_that_drops_is_made_again_for_what_only_asks():
    world = World()
    world.api.faults = [(LIST, "drop", 2)]
    assert len(await world.ids()) == 3
    world.api.faults = [(LIST, "drop", 3)]
    error = await failure(world.ids(), errors.CloudUnreachable)
    assert error.seen.startswith("cloud.test cannot be reached: ")
    path = "/v1.0/iot-03/devices/%s/commands" % world.api.devices[0]["id"]
    world.api.faults = [(path, "drop", 1)]
    await failure(world.cloud.call("POST", path, body={"commands": []}), errors.CloudUnreachable)
    assert not world.api.commands


async def test_a_body_is_signed_and_carried_out():
    world = World()
    id = world.api.devices[0]["id"]
    body = {"commands": [{"code": "switch_1", "value": True}]}
    assert await world.cloud.call("POST", "/v1.0/iot-03/devices/%s/commands" % id, body=body)
    assert world.api.commands == [(id, body)]


async def test_no_answer_is_waited_for_without_end():
    world = World()
    with FakeTime() as time:
        began_at = time.ticks_ms()
        world.api.faults = [(LIST, "slow", 9)]
        error = await failure(world.ids(), errors.CloudUnreachable)
        assert error.seen == "cloud.test has not answered within 20 s"
        assert 60000 <= time.ticks_ms() - began_at < 62000
    world.api.faults = []
    assert len(await world.ids()) == 3


async def test_what_is_no_answer_is_refused():
    world = World()
    await world.ids()
    good = b'{"result":{"devices":[]},"success":true,"t":1795000000000}'
    for data in (
        b"",
        b"<html>",
        b"[]",
        b"true",
        b"\xff\xfe",
        good[:-1],
        good + b"{",
        b'{"result":{},"success":"yes"}',
        b'{"result":{}}',
        b'{"success":true}',
        b'{"success":false,"msg":"no"}',
        b'{"success":false,"code":true}',
        b"[" * 100000,
        b" " * ANSWER_MAX + good,
    ):
        world.answers = [(200, data)]
        await failure(world.ids(), errors.BadAnswer)
    world.api.faults = [(LIST, "half", 1), (LIST, "page", 1)]
    await failure(world.ids(), errors.BadAnswer)
    await failure(world.ids(), errors.BadAnswer)
    world.answers = [(200, good)]
    assert await world.ids() == []


async def test_a_token_that_is_none_reaches_no_header():
    for token in ("", "a\r\nb: c", "x" * 600, 7, None):
        world = World()
        text = '"%s"' % token.replace("\r\n", "\\r\\n") if isinstance(token, str) else "7"
        data = '{"result":{"access_token":%s},"success":true,"t":1795000000000}' % text
        world.answers = [(200, data.encode())]
        await failure(world.ids(), errors.BadAnswer)


async def test_wrong_credentials_are_told_at_once():
    world = World()
    error = await failure(world.client(secret="0" * 32).connect(), errors.WrongCredentials)
    assert error.code == 1004 and len(world.api.asked) == 1
    error = await failure(world.client(client_id="nobody").connect(), errors.WrongCredentials)
    assert error.code == 1005 and "Access Secret" in str(error)
    await world.cloud.connect()


async def test_each_code_says_what_to_do():
    for code, kind, words in (
        (1106, errors.NoPermission, "IoT Core"),
        (2007, errors.WrongRegion, "data centre"),
        (2406, errors.WrongRegion, "data centre"),
        (28841107, errors.WrongRegion, "enabled"),
        (28841002, errors.TrialExpired, "Extend the trial"),
        (28841004, errors.QuotaSpent, "next month"),
        (28841101, errors.NoPermission, "authorise IoT Core"),
        (28841105, errors.NoPermission, "link your app account"),
        (1109, errors.CloudError, "Global Error Codes"),
    ):
        world = World()
        world.api.faults = [(LIST, code, 9)]
        error = await failure(world.ids(), kind)
        assert type(error) is kind and error.code == code and words in str(error)
        assert MESSAGES.get(code, "refused").rstrip(".") in error.seen
        assert world.api.asked == ["/v1.0/token", LIST] and not world.pauses


async def test_what_the_cloud_repeats_of_a_secret_is_not_shown():
    world = World()
    await world.ids()
    token = world.headers["access_token"]
    text = "sign invalid\\u0000 for %s with %s" % (token, SECRET)
    world.answers = [(200, ('{"code":"1106","msg":"%s","success":false}' % text).encode())]
    error = await failure(world.ids(), errors.NoPermission)
    assert error.seen == "cloud.test refuses: sign invalid  for *** with *** (1106)"
    world.answers = [(200, ('{"code":1106,"msg":"%s","success":false}' % ("x" * 5000)).encode())]
    assert len((await failure(world.ids(), errors.NoPermission)).seen) < 300
