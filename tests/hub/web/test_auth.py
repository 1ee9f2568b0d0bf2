"""Which requests are answered: by host, origin, token and scope."""

from fake_hub import Folder, request

from hub.system.store import AUTH_FILE, save
from hub.web.auth import Authentication
from hub.web.http import Problem
from hub.web.login.passwords import make_token, revoke

OPEN = {"auth": False, "hosts": ["lights.example.org"]}
CLOSED = {"auth": True, "hosts": []}


def refused(function, *arguments):
    """Return the Problem that a call raises, None where it raises none."""
    try:
        function(*arguments)
    except Problem as e:
        return e
    return None


def test_the_hub_answers_to_its_own_names():
    check = Authentication(OPEN, "plughub").check_sender
    for host in ("plughub", "PlugHub.local:8080", "192.168.1.20", "localhost", "", "[fe80::1]:80"):
        assert refused(check, {"host": host}) is None, host
    for host in (
        "plughub.evil.test",
        "evil.test",
        "192.168.1.20.evil.test",
        "local",
        ":80",
        "a b",
    ):
        assert refused(check, {"host": host}).status == 421, host
    assert refused(check, {"host": "lights.example.org"}) is None


def test_pages_of_other_sites_are_refused():
    check = Authentication(OPEN, "plughub").check_sender
    assert refused(check, {"host": "plughub:8080", "origin": "http://plughub:8080"}) is None
    for origin in ("http://plughub", "http://evil.test", "null", ""):
        other = {"host": "plughub:8080", "origin": origin}
        assert refused(check, other).status == 403, origin
        assert refused(check, other), "at the second request"


def authorized(authentication, scope, token):
    """Return what a request with a token gets: None, or (status, kind) of the problem."""
    shown = {"authorization": token} if token else {}
    problem = refused(authentication.authorize, request("GET", "/", **shown), scope)
    return problem and (problem.status, problem.kind)


def test_without_authentication_everything_is_allowed():
    assert authorized(Authentication(OPEN, "plughub"), "admin", "") is None
    assert Authentication(OPEN, "plughub").body_max({}) == 16384


def test_before_there_is_a_password_it_has_to_be_set():
    with Folder():
        authentication = Authentication(CLOSED, "plughub")
        assert authorized(authentication, "read", "") == (401, "setup")
        assert authorized(authentication, "read", "Bearer x") == (401, "setup")


def test_a_token_allows_its_scope_and_those_below():
    with Folder():
        save(AUTH_FILE, {"hash": "some"})
        authentication = Authentication(CLOSED, "plughub")
        assert authorized(authentication, "read", "") == (401, None)
        assert authorized(authentication, "read", "Bearer wrong") == (401, None)
        scopes = ("read", "control", "admin")
        for have in range(3):
            token = make_token(authentication, scopes[have], scopes[have])
            for wanted in range(3):
                found = authorized(authentication, scopes[wanted], "Bearer " + token)
                assert found == (None if wanted <= have else (403, None))
            assert authorized(authentication, "read", "bearer  " + token) is None
            assert authorized(authentication, "read", "Basic " + token) == (401, None)
            body_max = authentication.body_max({"authorization": "Bearer " + token})
            assert body_max == (16384 if have == 2 else 1024)


def test_a_revoked_token_is_refused_at_once():
    with Folder():
        save(AUTH_FILE, {"hash": "some"})
        authentication = Authentication(CLOSED, "plughub")
        shown = "Bearer " + make_token(authentication, "meter", "read")
        assert authorized(authentication, "read", shown) is None
        assert revoke(authentication, lambda name, _: name == "meter")
        assert authorized(authentication, "read", shown) == (401, None)


def test_a_scope_that_nobody_knows_allows_nothing():
    with Folder():
        authentication = Authentication(CLOSED, "plughub")
        save(AUTH_FILE, {"hash": "some"})
        shown = "Bearer " + make_token(authentication, "odd", "owner")
        assert authorized(authentication, "read", shown) == (403, None)


def test_what_is_remembered_of_senders_has_a_bound():
    authentication = Authentication(OPEN, "plughub")
    for i in range(50):
        authentication.check_sender({"host": "192.0.2.%d" % i})
    assert len(authentication._senders) <= 8
