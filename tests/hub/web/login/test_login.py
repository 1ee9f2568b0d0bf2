"""Setting the password, logging in and out, and tokens of programs."""

from binascii import hexlify, unhexlify

from fake_hub import FakeHub, Folder, ask, respond

from hub.web.login.passwords import derive
from tuya.hmac import HMAC

PASSWORD = "correct horse battery"


async def with_password(hub):
    """Set the first password; return the headers of its login."""
    hub.authentication.setup_code = "abcdefgh2345"
    body = {"password": PASSWORD, "code": "ABCD-efgh 2345"}
    status, answer = await ask(hub, "PUT", "/api/v1/password", body)
    assert (status, answer["scope"]) == (200, "admin")
    return {"authorization": "Bearer " + answer["token"]}


async def test_the_first_password_needs_the_set_up_code():
    with Folder():
        hub = FakeHub(auth=True)
        hub.authentication.setup_code = "abcdefgh2345"
        status, answer = await ask(hub, "POST", "/api/v1/login", {"password": PASSWORD})
        assert (status, answer["type"]) == (401, "setup")
        for body, expected in (
            ({"password": PASSWORD, "code": "wrong"}, 403),
            ({"password": PASSWORD}, 403),
            ({"password": "short", "code": "abcdefgh2345"}, 400),
            ([], 400),
        ):
            status, answer = await ask(hub, "PUT", "/api/v1/password", body)
            assert status == expected and answer["detail"], body
        login = await with_password(hub)
        assert (await ask(hub, "GET", "/api/v1/plugs", **login))[0] == 200
        body = {"password": "another password", "code": "abcdefgh2345"}
        assert (await ask(hub, "PUT", "/api/v1/password", body))[0] == 403


async def test_the_password_logs_in_and_the_token_out():
    with Folder():
        hub = FakeHub(auth=True)
        await with_password(hub)
        status, answer = await ask(hub, "POST", "/api/v1/login", {"password": "wrong"})
        assert (status, answer["title"]) == (401, "Unauthorized")
        _, answer = await ask(hub, "POST", "/api/v1/login", {"password": PASSWORD})
        login = {"authorization": "Bearer " + answer["token"]}
        assert (await ask(hub, "GET", "/api/v1/plugs", **login))[0] == 200
        _, answer = await ask(hub, "POST", "/api/v1/logout", {}, **login)
        assert answer == {"revoked": True}
        assert (await ask(hub, "GET", "/api/v1/plugs", **login))[0] == 401


async def proof(challenge, password=PASSWORD):
    """Return what a page sends that was told this."""
    key = await derive(password, unhexlify(challenge["salt"]), challenge["rounds"])
    shown = hexlify(HMAC(key).digest(challenge["nonce"].encode())).decode()
    return {"nonce": challenge["nonce"], "proof": shown}


async def test_a_proof_of_the_password_logs_in_once():
    with Folder():
        hub = FakeHub(auth=True)
        assert (await ask(hub, "GET", "/api/v1/login"))[1]["type"] == "setup"
        await with_password(hub)
        _, challenge = await ask(hub, "GET", "/api/v1/login")
        sent = await proof(challenge)
        assert PASSWORD not in str(sent)
        status, answer = await ask(hub, "POST", "/api/v1/login", sent)
        assert (status, answer["scope"]) == (200, "admin")
        login = {"authorization": "Bearer " + answer["token"]}
        assert (await ask(hub, "GET", "/api/v1/plugs", **login))[0] == 200
        for _ in range(7):  # heard and sent again it is worth nothing, and is no guess
            status, answer = await ask(hub, "POST", "/api/v1/login", sent)
            assert status == 401 and "nonce" in answer["detail"]
        for odd in ({"proof": 1, "nonce": "x"}, {"proof": "x"}, {"proof": "x", "nonce": []}):
            assert (await ask(hub, "POST", "/api/v1/login", odd))[0] == 400
        wrong = await proof(challenge, "wrong")
        for expected in [401] * 5 + [429]:
            assert (await ask(hub, "POST", "/api/v1/login", wrong))[0] == expected


async def test_programs_get_tokens():
    with Folder():
        hub = FakeHub(auth=True)
        login = await with_password(hub)
        for body in ({}, {"name": "", "scope": "read"}, {"name": "login x", "scope": "read"}):
            assert (await ask(hub, "POST", "/api/v1/tokens", body, **login))[0] == 400
        body = {"name": "meter", "scope": "read"}
        _, made = await ask(hub, "POST", "/api/v1/tokens", body, **login)
        assert (await ask(hub, "POST", "/api/v1/tokens", body, **login))[0] == 409
        _, names = await ask(hub, "GET", "/api/v1/tokens", **login)
        assert body in names and made["token"] not in str(names)
        meter = {"authorization": "Bearer " + made["token"]}
        assert (await ask(hub, "GET", "/api/v1/tokens", **meter))[0] == 403
        path = "/api/v1/tokens/meter"
        assert (await ask(hub, "DELETE", path, **login)) == (200, {"revoked": True})
        assert (await ask(hub, "DELETE", path, **login))[0] == 404


async def test_streams_end_with_the_login_that_opened_them():
    with Folder():
        hub = FakeHub(auth=True)
        login = await with_password(hub)
        for end in (
            ("POST", "/api/v1/tokens", {"name": "meter", "scope": "read"}),
            ("DELETE", "/api/v1/tokens/meter", None),
            ("PUT", "/api/v1/password", {"password": PASSWORD, "old": PASSWORD}),
        ):
            await ask(hub, "GET", "/health")
            stream = (await respond(hub, "GET", "/events", **login)).body
            await stream.__anext__()
            status, answer = await ask(hub, end[0], end[1], end[2], **login)
            assert status == 200
            assert bool(hub.streams) is (end[0] == "POST"), end
            stream.close()
        login = {"authorization": "Bearer " + answer["token"]}
        stream = (await respond(hub, "GET", "/events", **login)).body
        await ask(hub, "POST", "/api/v1/logout", {}, **login)
        assert not hub.streams
