"""The password and the tokens in their file, and those who guess."""

from binascii import hexlify

from fake_hub import Folder, problem
from fake_time import FakeTime

from hub.system.store import AUTH_FILE, load
from hub.web.auth import Authentication
from hub.web.http import Problem
from hub.web.login import passwords
from hub.web.login.limiter import Limiter
from hub.web.login.passwords import derive, fault

CLOSED = {"auth": True, "hosts": []}


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


async def test_a_new_password_ends_logins_and_leaves_tokens_of_programs():
    with Folder():
        authentication = Authentication(CLOSED, "plughub")
        authentication.setup_code = "code"
        assert not await passwords.is_right("a password")
        await passwords.change(authentication, "a password")
        assert authentication.setup_code == ""
        assert await passwords.is_right("a password") and not await passwords.is_right("another")
        assert not await passwords.is_right(None) and not await passwords.is_right("x" * 65)
        token = passwords.make_token(authentication, "meter", "read")
        login = passwords.make_token(authentication, passwords.login_name(), "admin")
        assert passwords.scope_of_token(token) == "read"
        assert passwords.scope_of_token(login) == "admin"
        kept = str(load(AUTH_FILE))
        assert token not in kept and login not in kept and "a password" not in kept
        await passwords.change(authentication, "a new password")
        assert passwords.scope_of_token(login) is None
        assert passwords.scope_of_token(token) == "read"


def test_tokens_and_logins_have_a_bound_each_and_old_logins_make_room():
    with Folder():
        authentication = Authentication(CLOSED, "plughub")
        first = passwords.make_token(authentication, passwords.login_name(), "admin")
        for i in range(16):
            passwords.make_token(authentication, "program %d" % i, "read")
        assert passwords.scope_of_token(first) == "admin"
        for _ in range(8):
            passwords.make_token(authentication, passwords.login_name(), "admin")
        assert passwords.scope_of_token(first) is None and len(passwords.tokens()) == 24
        try:
            passwords.make_token(authentication, "too many", "read")
        except Problem as e:
            assert e.status == 409
        else:
            raise AssertionError("there are too many tokens")
        assert not passwords.revoke(authentication, lambda name, _: name == "unknown")


async def attempts(limiter, address, count):
    """Make wrong attempts; return how many of them did not have to wait."""
    for done in range(count):
        try:
            limiter.begin(address)
        except Problem as e:
            assert e.status == 429
            return done
    return count


async def test_who_guesses_waits_ever_longer_and_nobody_else_does():
    with FakeTime() as time:
        limiter = Limiter()
        for pause_s in (60, 120, 240, 300, 300):
            assert await attempts(limiter, "192.0.2.1", 9) == 5
            refused = await problem(attempts_refused(limiter, "192.0.2.1"))
            assert 0 <= int(refused.headers.split(": ")[1]) - pause_s <= 1
            limiter.begin("192.0.2.2")
            limiter.was_right("192.0.2.2")
            time.skip(pause_s * 1000 - 500)
            assert await problem(attempts_refused(limiter, "192.0.2.1"))
            time.skip(1000)


async def attempts_refused(limiter, address):
    limiter.check(address)


async def test_many_addresses_together_have_twenty_guesses_a_minute():
    with FakeTime() as time:
        limiter = Limiter()
        made = 0
        for n in range(200):
            made += await attempts(limiter, "192.0.3.%d" % n, 9)
        assert made == 20 and len(limiter._by_address) <= 8
        assert await problem(attempts_refused(limiter, "192.0.2.1"))
        time.skip(61000)
        assert await attempts(limiter, "192.0.2.1", 1) == 1


async def test_a_wrong_password_now_and_then_is_no_guessing():
    with FakeTime() as time:
        limiter = Limiter()
        for _ in range(20):
            limiter.begin("192.0.2.1")
            time.skip(16000)
        for n in range(200):
            limiter.begin("192.0.3.%d" % n)
            limiter.was_right("192.0.3.%d" % n)
        time.skip(2**28)  # three days
        limiter.begin("192.0.2.1")
