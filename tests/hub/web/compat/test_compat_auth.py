"""Programs made for other devices show a token or the password, in a header or in the URL."""

from binascii import b2a_base64

from digests import header
from fake_hub import FakeHub, Folder, problem, request

from hub.web.compat.auth import authorize, value
from hub.web.compat.digest import fields
from hub.web.login import passwords

PASSWORD = "correct horse battery"


def basic(word):
    return "Basic " + b2a_base64(("admin:" + word).encode()).decode().strip()


def test_values_of_a_query():
    assert value("user=admin&cmnd=Power%20On", "cmnd") == "Power On"
    assert value("cmnd=Power+On", "cmnd") == "Power On" and value("a=1", "b") == ""
    assert value("cmnd=%zz", "cmnd") == "" and value("", "cmnd") == ""


async def test_a_get_that_switches_needs_a_token_also_without_authentication():
    with Folder():
        hub = FakeHub()
        await authorize(hub, request("GET", "/"), "read")
        await authorize(hub, request("POST", "/"), "control")
        refused = await problem(authorize(hub, request("GET", "/"), "control"))
        assert refused.status == 401 and "Basic" in refused.headers


async def test_a_token_or_the_password_is_taken_from_a_header_or_the_url():
    with Folder():
        hub = FakeHub(auth=True)
        await passwords.change(hub.authentication, PASSWORD)
        token = passwords.make_token(hub.authentication, "meter", "read")
        for shown in ("Bearer " + token, basic(token)):
            await authorize(hub, request("GET", "/", authorization=shown), "read")
            work = authorize(hub, request("GET", "/", authorization=shown), "control")
            assert (await problem(work)).status == 403
        await authorize(hub, request("GET", "/?password=" + token), "read")
        for _ in range(7):  # the right one is no guess
            await authorize(hub, request("GET", "/", authorization=basic(PASSWORD)), "control")
        await authorize(hub, request("GET", "/?password=" + PASSWORD.replace(" ", "+")), "admin")


async def test_guesses_are_slowed_down():
    with Folder():
        hub = FakeHub(auth=True)
        await passwords.change(hub.authentication, PASSWORD)
        found = []
        for _ in range(6):
            work = authorize(hub, request("GET", "/", authorization=basic("wrong")), "read")
            found.append((await problem(work)).status)
        assert found == [401] * 5 + [429]
        for odd in ("Basic", "Basic nonsense", ""):
            work = authorize(hub, request("GET", "/", authorization=odd), "read")
            assert (await problem(work)).status == 401


async def test_somebody_locked_out_learns_nothing_from_the_right_password():
    with Folder():
        hub = FakeHub(auth=True)
        await passwords.change(hub.authentication, PASSWORD)
        right = request("GET", "/", authorization=basic(PASSWORD))
        await authorize(hub, right, "control")  # which is remembered
        for _ in range(5):
            wrong = request("GET", "/", authorization=basic("wrong"))
            assert (await problem(authorize(hub, wrong, "read"))).status == 401
        assert (await problem(authorize(hub, right, "read"))).status == 429


async def test_a_page_of_another_site_switches_nothing_with_a_password_the_browser_knows():
    with Folder():
        hub = FakeHub(auth=True)
        await passwords.change(hub.authentication, PASSWORD)
        known = {"authorization": basic(PASSWORD), "host": "plughub"}
        for sent in (
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
            {"referer": "http://evil.test/plughub"},
        ):
            asked = request("GET", "/", **dict(known, **sent))
            assert (await problem(authorize(hub, asked, "control"))).status == 403
            await authorize(hub, asked, "read")
        for sent in (
            {},
            {"sec_fetch_site": "none"},
            {"sec_fetch_site": "same-origin", "referer": "http://plughub/page"},
        ):
            await authorize(hub, request("GET", "/", **dict(known, **sent)), "control")


async def challenged(hub, shown):
    """Return the nonce of a refusal, and whether the password was right."""
    asked = request("GET", "/cm?cmnd=Power", authorization=shown)
    refused = await problem(authorize(hub, asked, "read"))
    assert refused.status == 401, refused.status
    digest, basic = refused.headers.split("\r\n")[:2]
    assert digest.startswith("WWW-Authenticate: Digest ") and "Basic" in basic
    found = fields(digest.partition("Digest ")[2])
    return found["nonce"], found.get("stale") == "true"


async def test_digest_proves_the_password_without_sending_it():
    with Folder():
        hub = FakeHub(auth=True)
        await passwords.change(hub.authentication, PASSWORD)
        nonce, is_stale = await challenged(hub, "")
        assert not is_stale
        right = "Digest " + header(nonce, "/cm?cmnd=Power")
        asked = request("GET", "/cm?cmnd=Power", authorization=right)
        await authorize(hub, asked, "admin")
        assert PASSWORD not in right
        # Heard and sent again it is refused, and is no guess.
        for _ in range(7):
            assert (await challenged(hub, right))[1]
        wrong = "Digest " + header(nonce, "/cm?cmnd=Power", 2, "wrong")
        for _ in range(5):
            assert (await challenged(hub, wrong))[1] is False
        asked = request("GET", "/cm?cmnd=Power", authorization=wrong)
        assert (await problem(authorize(hub, asked, "read"))).status == 429


async def test_digest_ends_with_the_password():
    with Folder():
        hub = FakeHub(auth=True)
        refused = await problem(authorize(hub, request("GET", "/"), "read"))
        assert "Digest" not in refused.headers and "Basic" in refused.headers
        await passwords.change(hub.authentication, PASSWORD)
        nonce, _ = await challenged(hub, "")
        await passwords.change(hub.authentication, "another " + PASSWORD)
        assert not (await challenged(hub, "Digest " + header(nonce, "/cm?cmnd=Power")))[1]
