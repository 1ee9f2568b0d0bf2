"""Routes of backups: what is sent, what is taken back, and what wants the password."""

from binascii import hexlify, unhexlify

from fake_home import HOME, KDF, KEY, OTHER, SECRETS, files_of_home, write_home
from fake_hub import FakeHub, Folder, ask, request, respond

from hub.system import staging, store
from hub.web.login.passwords import derive
from tuya.hmac import HMAC

PASSWORD = "correct horse battery"
BINARY = "application/octet-stream"


class Saved:
    def __init__(self):
        self.times = 0

    def save(self):
        self.times += 1

    write = save


def a_hub(**web):
    hub = FakeHub(**web)
    hub.meters = Saved()
    hub.state = Saved()
    return hub


async def a_locked_hub():
    """Return a hub with a password, and the headers of its administrator."""
    hub = a_hub(auth=True)
    hub.authentication.setup_code = "abcdefgh2345"
    body = {"password": PASSWORD, "code": "abcdefgh2345"}
    _, answer = await ask(hub, "PUT", "/api/v1/password", body)
    return hub, {"authorization": "Bearer " + answer["token"]}


async def wrapped(hub, key=KEY, password=PASSWORD):
    """Return {"nonce", "key", "proof"} as docs/backup.md has it."""
    _, asked = await ask(hub, "GET", "/api/v1/login")
    known = await derive(password, unhexlify(asked["salt"]), asked["rounds"])
    digest = HMAC(known).digest
    pad = digest(("backup key " + asked["nonce"]).encode())
    hidden = hexlify(bytes([key[i] ^ pad[i] for i in range(32)])).decode()
    proof = digest(("backup proof %s %s" % (asked["nonce"], hidden)).encode())
    return {"nonce": asked["nonce"], "key": hidden, "proof": hexlify(proof).decode()}


async def content(response):
    """Return all that a client gets of a stream, to its end."""
    data = b""
    async for parts in response.body:
        data += b"".join(parts)
    response.body.close()
    return data


async def sent(hub, body, headers):
    """Return the backup that a hub sends."""
    response = await respond(hub, "POST", "/api/v1/backup", body, **headers)
    assert response.status == 200, response.body
    return await content(response)


async def test_a_backup_goes_out_under_a_wrapped_key_and_comes_back():
    with Folder():
        hub, login = await a_locked_hub()
        write_home()
        auth = files_of_home()["auth.json"]
        key = await wrapped(hub)
        data = await sent(hub, dict(key, kdf=KDF), login)
        assert hub.meters.times == hub.state.times == 1
        assert not any([secret.encode() in data for secret in SECRETS])
        assert hexlify(KEY).decode() not in str(key) and not store.exists("backup.tmp")
        assert not hub.streams and not hub.is_changing
        write_home(OTHER)
        store.save("auth.json", auth)
        key = await wrapped(hub)
        word = "%s %s %s" % (key["nonce"], key["key"], key["proof"])
        more = dict(login, backup_key=word)
        path = "/api/v1/restore"
        status, answer = await ask(hub, "POST", path, data, kind=BINARY, **more)
        assert (status, answer) == (200, {"restarting": True, "missing": []})
        assert hub.runtime.restarts == 1 and hub.is_changing
        status, answer = await ask(hub, "POST", "/api/v1/config/confirm", {}, **login)
        assert status == 409  # nothing may come between
        staging.recover()
        found = files_of_home()
        assert found.pop("auth.json") == auth and found == HOME


async def test_a_key_is_taken_from_who_knows_the_password_and_once():
    with Folder():
        hub, login = await a_locked_hub()
        write_home()
        wrong = dict(await wrapped(hub, password="another password"), kdf=KDF)
        status, answer = await ask(hub, "POST", "/api/v1/backup", wrong, **login)
        assert (status, answer["detail"]) == (403, "The password of the page is wrong")
        right = dict(await wrapped(hub), kdf=KDF)
        # Another key under the same nonce is not proved.
        other = dict(right, key="00" * 32)
        assert (await ask(hub, "POST", "/api/v1/backup", other, **login))[0] == 403
        await sent(hub, right, login)
        status, answer = await ask(hub, "POST", "/api/v1/backup", right, **login)
        assert status == 403 and "used up" in answer["detail"]
        for change in ({"key": "0"}, {"key": "zz" * 32}, {"nonce": 5}, {"proof": None}):
            body = dict(right, **change)
            assert (await ask(hub, "POST", "/api/v1/backup", body, **login))[0] == 400
        for kdf in (None, dict(KDF, n=1 << 30), dict(KDF, name="pbkdf2")):
            body = dict(right, kdf=kdf)
            assert (await ask(hub, "POST", "/api/v1/backup", body, **login))[0] == 400
        for expected in [403] * 5 + [429]:
            assert (await ask(hub, "POST", "/api/v1/backup", wrong, **login))[0] == expected


async def test_without_a_password_no_key_is_taken():
    with Folder():
        write_home()
        hub = a_hub()
        body = {"kdf": KDF, "nonce": "0" * 56, "key": "00" * 32, "proof": "00" * 32}
        status, answer = await ask(hub, "POST", "/api/v1/backup", body)
        assert status == 409 and "use the serial port" in answer["detail"]
        more = {"backup_key": "%s %s %s" % (body["nonce"], body["key"], body["proof"])}
        assert (await ask(hub, "POST", "/api/v1/restore", b"x", kind=BINARY, **more))[0] == 409
        data = await sent(hub, {}, {})
        assert not any([secret.encode() in data for secret in SECRETS])


async def test_one_backup_at_a_time_and_none_while_something_changes():
    with Folder():
        write_home()
        hub = a_hub()
        first = await respond(hub, "POST", "/api/v1/backup", {})
        assert (await ask(hub, "POST", "/api/v1/backup", {}))[0] == 503
        hub.close_streams()  # the memory is short, or the client has gone
        assert await content(first) == b"" and not store.exists("backup.tmp")
        hub.is_changing = True
        assert (await ask(hub, "POST", "/api/v1/backup", {}))[0] == 503
        hub.is_changing = False
        assert len(await sent(hub, {}, {})) > 100


async def test_what_cannot_be_made_or_restored_is_told():
    with Folder():
        hub = a_hub()
        status, answer = await ask(hub, "POST", "/api/v1/backup", {})
        assert (status, answer["detail"]) == (409, "There is no config.json on this board yet")
        assert not hub.is_changing
        write_home()
        for body, kind, expected, word in (
            (b"x", "application/json", 415, "as it is"),
            (b"x", BINARY, 400, "not a backup"),
            (b"", BINARY, 400, "not a backup"),
        ):
            status, answer = await ask(hub, "POST", "/api/v1/restore", body, kind=kind)
            assert status == expected and word in answer["detail"]
        data = await sent(hub, {}, {})
        damaged = data.replace(b"attic", b"attik")
        status, answer = await ask(hub, "POST", "/api/v1/restore", damaged, kind=BINARY)
        assert status == 400 and "checksum" in answer["detail"]
        assert hub.runtime.restarts == 0 and not hub.is_changing
        assert files_of_home() == HOME


async def test_a_long_upload_is_for_administrators_that_send_bytes():
    with Folder():
        hub, login = await a_locked_hub()
        most = hub.authentication.body_max
        assert most({}) == 1024
        assert most(login) == 16384
        assert most(dict(login, **{"content-type": BINARY})) > 65536
        made = request("POST", "/api/v1/restore", b"x", BINARY)
        assert made.headers["content-type"] == BINARY


async def test_a_scope_that_is_too_small_gets_nothing():
    with Folder():
        hub, login = await a_locked_hub()
        write_home()
        body = {"name": "meter", "scope": "control"}
        _, made = await ask(hub, "POST", "/api/v1/tokens", body, **login)
        meter = {"authorization": "Bearer " + made["token"]}
        for path in ("backup", "restore"):
            assert (await ask(hub, "POST", "/api/v1/" + path, {}, **meter))[0] == 403
            assert (await ask(hub, "POST", "/api/v1/" + path, {}))[0] == 401
        assert {name: files_of_home()[name] for name in HOME} == HOME
