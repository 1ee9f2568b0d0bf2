"""HTTP Digest: the standard's example, and what nobody who listens can do with what he hears."""

from digests import PASSWORD, header
from fake_hub import request

from hub.web.compat import digest
from hub.web.compat.digest import challenge, fields
from hub.web.login.nonces import Nonces
from hub.web.login.passwords import ha1

SECONDS = 100


class Door:
    """Asks for PASSWORD."""

    def __init__(self):
        self.nonces = Nonces(lambda: SECONDS)

    def nonce(self):
        return fields(challenge(self.nonces).partition(" ")[2])["nonce"]

    def is_proved(self, request, text):
        return digest.is_proved(ha1(PASSWORD), self.nonces, request, text)


def test_the_example_of_rfc_7616():
    # Section 3.9.1, with the names there in place of ours.
    first = digest._hash("Mufasa:http-auth@example.org:Circle of Life")
    second = digest._hash("GET:/dir/index.html")
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    client = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    found = digest._hash(":".join((first, nonce, "00000001", client, "auth", second)))
    assert found == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"


def test_fields_of_a_header():
    found = fields('username="admin", uri="/p/desk%20lamp/cm?a=1,2&b=3", nc=00000001, qop=auth')
    assert found == {
        "username": "admin",
        "uri": "/p/desk%20lamp/cm?a=1,2&b=3",
        "nc": "00000001",
        "qop": "auth",
    }
    for odd in ("", "=", ",", "x", 'a="', "a=,b=", "nc"):
        fields(odd)


def test_a_program_that_knows_the_password_is_let_in_again_and_again():
    door = Door()
    nonce = door.nonce()
    for count in (1, 2, 5):
        uri = "/p/desk%20lamp/cm?cmnd=Power%20On"
        asked = request("GET", "/p/desk lamp/cm?cmnd=Power%20On")
        assert door.is_proved(asked, header(nonce, uri, count)) is True


def test_what_was_heard_is_worth_nothing():
    door = Door()
    nonce = door.nonce()
    asked = request("GET", "/cm?cmnd=Power")
    heard = header(nonce, "/cm?cmnd=Power")
    assert door.is_proved(asked, heard) is True
    assert door.is_proved(asked, heard) is None  # once more
    assert door.is_proved(request("GET", "/cm?cmnd=Off"), heard) is False
    assert door.is_proved(request("POST", "/cm?cmnd=Power"), heard) is False
    assert "stale=true" in challenge(door.nonces, is_stale=True)


def test_what_is_wrong_is_refused():
    door = Door()
    nonce = door.nonce()
    asked = request("GET", "/cm")
    assert door.is_proved(asked, header(nonce, "/cm", password="wrong")) is False
    for changed in (
        {"username": "root"},
        {"realm": "another"},
        {"qop": "auth-int"},
        {"algorithm": "MD5"},
        {"nc": "1"},
        {"nc": "zzzzzzzz"},
        {"response": "0" * 64},
        {"uri": "/%zz"},
    ):
        assert door.is_proved(asked, header(nonce, "/cm", **changed)) is False, changed
    for odd in ("", "nonsense", 'uri="/cm"', "x" * 1000):
        assert door.is_proved(asked, odd) is False
    for made_up in ("00000064" + "0" * 48, "", "zz", nonce + "0"):
        assert door.is_proved(asked, header(made_up, "/cm")) is None, made_up
