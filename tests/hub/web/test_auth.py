from binascii import hexlify

from fake_time import FakeTime

from hub.web import http
from hub.web.auth import Authentication
from hub.web.passwords import count_attempt, derive, fault

OPEN = {"auth": False, "hosts": ["lights.example.org"]}


def refused(function, *arguments):
    """Return the Problem that a call raises, None where it raises none."""
    try:
        function(*arguments)
    except http.Problem as e:
        return e
    return None


async def test_passwords_are_derived_as_pbkdf2_says():
    # The vectors of RFC 6070, as published for SHA-256.
    for rounds, expected in (
        (1, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"),
        (2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"),
        (40, None),
    ):
        found = hexlify(await derive("password", b"salt", rounds)).decode()
        assert expected is None or found == expected
    assert fault("seven77") and fault(None) and fault("x" * 65) and fault("\u00e4" * 33)
    assert fault("eight888") is None and fault("x" * 64) is None


async def test_who_guesses_waits_ever_longer_and_nobody_else_does():
    with FakeTime() as time:
        authentication = Authentication(OPEN, "plughub")
        for pause_s in (60, 120, 240, 300, 300):
            for _ in range(5):
                assert refused(count_attempt, authentication.attempts, "192.0.2.1") is None
            problem = refused(count_attempt, authentication.attempts, "192.0.2.1")
            assert problem.status == 429
            assert 0 <= int(problem.headers.split(": ")[1]) - pause_s <= 1
            assert refused(count_attempt, authentication.attempts, "192.0.2.2") is None
            authentication.attempts.pop("192.0.2.2")
            time.skip(pause_s * 1000 - 500)
            assert refused(count_attempt, authentication.attempts, "192.0.2.1")
            time.skip(1000)


async def test_a_wrong_password_now_and_then_is_no_guessing():
    with FakeTime() as time:
        authentication = Authentication(OPEN, "plughub")
        for _ in range(20):
            assert refused(count_attempt, authentication.attempts, "192.0.2.1") is None
            time.skip(16000)
        for n in range(200):
            assert refused(count_attempt, authentication.attempts, "192.0.3.%d" % n) is None
        assert len(authentication.attempts) <= 8


def test_only_the_hub_is_called_so():
    authentication = Authentication(OPEN, "plughub")
    for host in ("plughub", "PlugHub.local:8080", "192.168.1.20", "localhost", "", "[fe80::1]:80"):
        assert refused(authentication.check_sender, {"host": host}) is None, host
    for host in (
        "plughub.evil.test",
        "evil.test",
        "192.168.1.20.evil.test",
        "local",
        ":80",
        "a b",
    ):
        assert refused(authentication.check_sender, {"host": host}).status == 421, host
    assert refused(authentication.check_sender, {"host": "lights.example.org"}) is None
    own = {"host": "plughub:8080", "origin": "http://plughub:8080"}
    assert refused(authentication.check_sender, own) is None
    for origin in ("http://plughub", "http://evil.test", "null", ""):
        other = dict(own, origin=origin)
        assert refused(authentication.check_sender, other).status == 403, origin
        assert refused(authentication.check_sender, other), "asked again"
