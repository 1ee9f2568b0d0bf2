"""Several people with a password of their own."""

from binascii import hexlify, unhexlify

from fake_hub import FakeHub, Folder, ask

from hub.web.login.passwords import derive
from tuya.hmac import HMAC

ADMIN, ANNA, BEN = "correct horse battery", "anna's own word", "ben's own word"


async def home():
    """Return (hub, headers of the administrator, of a hub with two more people)."""
    hub = FakeHub(auth=True)
    hub.authentication.setup_code = "abcdefgh2345"
    body = {"password": ADMIN, "code": "abcdefgh2345"}
    _, answer = await ask(hub, "PUT", "/api/v1/password", body)
    login = {"authorization": "Bearer " + answer["token"]}
    for name, password, scope in (("anna", ANNA, "control"), ("ben", BEN, "read")):
        body = {"password": password, "scope": scope}
        status, answer = await ask(hub, "PUT", "/api/v1/users/" + name, body, **login)
        assert (status, answer) == (200, {"name": name, "scope": scope})
    return hub, login


async def log_in(hub, password):
    """Prove a password as the page does, which does not say whose it is; return the answer."""
    _, challenge = await ask(hub, "GET", "/api/v1/login")
    key = await derive(password, unhexlify(challenge["salt"]), challenge["rounds"])
    proof = hexlify(HMAC(key).digest(challenge["nonce"].encode())).decode()
    return await ask(hub, "POST", "/api/v1/login", {"nonce": challenge["nonce"], "proof": proof})


async def test_each_may_do_what_his_scope_says():
    with Folder():
        hub, _ = await home()
        for password, scope, restart, toggle in (
            (ADMIN, "admin", 200, 200),
            (ANNA, "control", 403, 200),
            (BEN, "read", 403, 403),
        ):
            status, answer = await log_in(hub, password)
            assert (status, answer["scope"]) == (200, scope)
            login = {"authorization": "Bearer " + answer["token"]}
            path = "/api/v1/relays/fan/toggle"
            assert (await ask(hub, "POST", path, {}, **login))[0] == toggle, scope
            assert (await ask(hub, "POST", "/api/v1/restart", {}, **login))[0] == restart, scope
            assert (await ask(hub, "GET", "/api/v1/plugs", **login))[0] == 200
        assert (await log_in(hub, "nobody's word"))[0] == 401
        _, answer = await ask(hub, "POST", "/api/v1/login", {"password": ANNA})
        assert answer["scope"] == "control"
        assert (await ask(hub, "POST", "/api/v1/login", {"password": "nobody's"}))[0] == 401


async def test_the_list_has_no_secret_and_logins_say_whose_they_are():
    with Folder():
        hub, admin = await home()
        await log_in(hub, ANNA)
        _, users = await ask(hub, "GET", "/api/v1/users", **admin)
        assert users == [
            {"name": "anna", "scope": "control"},
            {"name": "ben", "scope": "read"},
        ]
        _, tokens = await ask(hub, "GET", "/api/v1/tokens", **admin)
        assert any([token["name"].startswith("login anna ") for token in tokens])


async def test_who_is_removed_is_out_at_once():
    with Folder():
        hub, admin = await home()
        _, anna = await log_in(hub, ANNA)
        _, ben = await log_in(hub, BEN)
        status, _ = await ask(hub, "DELETE", "/api/v1/users/anna", **admin)
        assert status == 200
        gone = {"authorization": "Bearer " + anna["token"]}
        assert (await ask(hub, "GET", "/api/v1/plugs", **gone))[0] == 401
        assert (await log_in(hub, ANNA))[0] == 401
        still = {"authorization": "Bearer " + ben["token"]}
        assert (await ask(hub, "GET", "/api/v1/plugs", **still))[0] == 200
        assert (await ask(hub, "DELETE", "/api/v1/users/anna", **admin))[0] == 404


async def test_another_password_of_the_administrator_leaves_the_others_theirs():
    with Folder():
        hub, admin = await home()
        body = {"password": "another password", "old": ADMIN}
        status, _ = await ask(hub, "PUT", "/api/v1/password", body, **admin)
        assert status == 200
        assert (await log_in(hub, ADMIN))[0] == 401
        assert (await log_in(hub, "another password"))[1]["scope"] == "admin"
        assert (await log_in(hub, ANNA))[1]["scope"] == "control"


async def test_what_is_refused():
    with Folder():
        hub, admin = await home()
        good = {"password": "a new password", "scope": "read"}
        for name, body, expected in (
            ("eva", dict(good, password="short"), 400),
            ("eva", dict(good, scope="king"), 400),
            ("eva", {"scope": "read"}, 400),
            ("e va", good, 400),
            ("e" * 17, good, 400),
            ("eva", dict(good, password=ANNA), 409),
            ("eva", dict(good, password=ADMIN), 409),
        ):
            status, _ = await ask(hub, "PUT", "/api/v1/users/" + name, body, **admin)
            assert status == expected, (name, body)
        assert (await ask(hub, "PUT", "/api/v1/users/eva", good))[0] == 401
        for number in range(14):
            body = {"password": "password %d" % number, "scope": "read"}
            path = "/api/v1/users/u%d" % number
            assert (await ask(hub, "PUT", path, body, **admin))[0] == 200
        assert (await ask(hub, "PUT", "/api/v1/users/eva", good, **admin))[0] == 409


async def test_without_a_password_there_are_no_people():
    with Folder():
        hub = FakeHub()
        body = {"password": "a new password", "scope": "read"}
        status, answer = await ask(hub, "PUT", "/api/v1/users/eva", body)
        assert (status, answer["type"]) == (401, "setup")


async def test_guesses_are_slowed_down_whoever_is_meant():
    with Folder():
        hub, _ = await home()
        found = []
        for number in range(6):
            found.append((await log_in(hub, "wrong word %d" % number))[0])
        assert found == [401] * 5 + [429]
