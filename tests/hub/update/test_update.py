"""Updates over the air: what is taken, what is not, and what is proved before it may run."""

import json
import os
from binascii import hexlify, unhexlify
from hashlib import sha256

from fake_hub import FakeHub, Folder, ask, respond

from hub.update import incoming
from hub.update.about import Unfit, check, signed_text
from hub.update.signature import is_signed
from hub.web.update import routes

# Made with openssl: an RSA key of 2048 bits, and its signature of TEXT.
MODULUS = unhexlify(
    "b63bee85d7f55227d4239fddcb3b6e73c94d47e8a0def1fe00d194321fed842823c0a9cb04625e5fba14e46b"
    "f853c7baea30c51d0e4484f6378a1624732be72b0f45328e4551af5e43f53450eff696e46bbff2afd8964e5f"
    "55e837b01e4fe28133eddcdd323df97729ff597b8c1a7ea13647c250a7b13a1c4bf34095718aa3a1982602b1"
    "2ea156d62f2414480d37167d6306f04f05b2448810207f51bbf1a223fb51c0147ded3208b742eeb135d54a42"
    "07b314af5470f0af2c0de1009a90d1c970c2d301462f589fa31a6ebdc14e5106675cc5c0678f9df11b05e029"
    "f97cfef7c097d7a01332a3ca652eb1adea6fdaddb27971da4cb75e50c2290f870b189753"
)
TEXT = (
    b"plughub update\nkind firmware\nversion 1.2.3\nfor PLUGHUB_ESP32\nsize 5\n"
    b"sha256 7d25b9a460aea09b13331af79a711c733d4ffb42f453e200b6829aca222f3059"
)
SIGNATURE = (
    "74116d7ae2816f8255eaf2fefba47daa37a88b350ee0f4ccec7d4406c550f01f5455af5c1b0c1ed1ca5c01a8"
    "3a2fa4f3a803fc0a732f4607e6d980a5bd33338c8789ff28a9e1dbf38fc919a0920ac97ecb6643b8726813ca"
    "98cc01d0b394747bf45890bdabf13a7ca209ca91691b6f720727c32f537741fc29b8062aa9ecbf1dffdee563"
    "ccd93d18513f383aa78665b97c308bc17c76de9b49915ed1ad5a34844b7ccd400947fa2c936a699a7b07b100"
    "30313020936bc3c39d4b198f97829329d6acb4ff1e96689d8cb7bc7a5a5b7b700fcb412e612583de005b197a"
    "b47a6f1bac22c0ec3be297baeb17c50cd8a5836a5b08aa80b72f04476e198a1d45b088dc"
)
DATA = b"\xe9data"


def about(**more):
    found = {"plughub": "update", "kind": "firmware", "version": "1.2.3", "for": "PLUGHUB_ESP32"}
    found.update({"size": len(DATA), "sha256": hexlify(sha256(DATA).digest()).decode()})
    found.update(more)
    return found


def why_not(what, modulus=MODULUS):
    """Return why an update is not taken, None where it is."""
    try:
        check(what, modulus)
    except Unfit as e:
        return str(e)
    return None


def test_a_signature_is_of_this_text_by_this_key():
    assert signed_text(about()) == TEXT
    signature = unhexlify(SIGNATURE)
    assert is_signed(TEXT, signature, MODULUS)
    assert not is_signed(TEXT + b" ", signature, MODULUS)
    assert not is_signed(TEXT, signature[:-1] + bytes([signature[-1] ^ 1]), MODULUS)
    assert not is_signed(TEXT, signature[1:], MODULUS)
    other = bytes([MODULUS[0] ^ 1]) + MODULUS[1:]
    assert not is_signed(TEXT, signature, other)
    assert not is_signed(TEXT, b"\xff" * 256, MODULUS)
    # A key that anybody could break is none.
    assert not is_signed(TEXT, bytes(16), bytes(15) + b"\x03")


def test_who_is_not_vouched_for_is_taken_by_an_explicit_word_alone():
    signed = about(signature=SIGNATURE)
    assert why_not(signed) is None
    assert "is not by the key" in why_not(dict(signed, version="9.9.9"))
    assert "is not by the key" in why_not(dict(signed, version="9.9.9", unsigned=True))
    assert "is not by the key" in why_not(about(signature="no hexadecimal"))
    assert "is not signed" in why_not(about())
    assert why_not(about(unsigned=True)) is None
    assert "has no key" in why_not(signed, b"")
    assert why_not(dict(signed, unsigned=True), b"") is None


def test_what_does_not_say_what_it_is_is_not_taken():
    wrong = [{"plughub": "set"}, {"kind": "else"}, {"version": 1}, {"version": ""}, {"size": 0}]
    wrong += [{"version": "1\nsize 9"}, {"size": True}, {"size": 1 << 40}, {"sha256": "00"}]
    wrong += [{"sha256": None}, {"more": 1}, {"signature": 5}, {"signature": "0" * 2000}]
    for what in [[], {}] + [about(**more) for more in wrong]:
        assert "does not say of itself" in why_not(what), what


class Place:
    """Where an update is written, in memory."""

    def __init__(self):
        self.data = b""
        self.installed = None
        self.is_dropped = False

    def check(self, what):
        if what["version"] == "0.0.1":
            raise Unfit("it is too old")

    def write(self, at, block):
        assert at == len(self.data)
        self.data += block

    def drop(self):
        self.is_dropped = True

    def install(self, what, has_plugs):
        self.installed = what["version"], has_plugs


class Home:
    """A hub to which updates can be sent; its place is that of the last one that was begun."""

    def __enter__(self):
        self.hub = FakeHub()
        for plug in self.hub.targets.plugs.values():
            plug.device.online = False
        self.place = None
        self._real = routes._place, routes._modulus
        routes._place, routes._modulus = self._make, lambda: MODULUS
        self._folder = Folder()
        self._folder.__enter__()
        return self

    def __exit__(self, *exception):
        routes._place, routes._modulus = self._real
        incoming._current = None
        self._folder.__exit__(*exception)

    def _make(self, kind):
        self.place = Place()
        return self.place

    async def begin(self, what):
        return await ask(self.hub, "POST", "/api/v1/update", what)

    async def send(self, at, data):
        kind = "application/octet-stream"
        return await ask(self.hub, "PUT", "/api/v1/update?at=%d" % at, data, kind=kind)

    async def install(self):
        return await ask(self.hub, "POST", "/api/v1/update/install", {})


async def test_it_arrives_in_pieces_and_goes_on_where_it_was_cut_off():
    data = b"\xe9" + os.urandom(20000)
    what = about(unsigned=True, size=len(data), sha256=hexlify(sha256(data).digest()).decode())
    with Home() as home:
        assert (await home.send(0, b"x"))[0] == 409  # nobody has said what it is
        assert await home.begin(what) == (200, {"at": 0})
        assert await home.send(0, data[:16384]) == (200, {"at": 16384})
        status, answer = await home.send(0, data[:16384])
        assert status == 409 and "16384 bytes of it are there" in answer["detail"]
        status, answer = await home.install()
        assert status == 422 and "16384 of 20001 bytes" in answer["detail"]
        # The connection is gone; the same one goes on.
        assert await home.begin(what) == (200, {"at": 16384})
        _, found = await ask(home.hub, "GET", "/api/v1/update")
        assert found["incoming"]["at"] == 16384 and found["incoming"]["version"] == "1.2.3"
        assert await home.send(16384, data[16384:]) == (200, {"at": 20001})
        status, answer = await home.send(20001, b"more")
        assert status == 409 and "longer" in answer["detail"]
        assert await home.install() == (200, {"restarting": True})
        assert home.place.installed == ("1.2.3", False) and home.place.data == data
        assert home.hub.runtime.restarts == 1


async def test_what_is_damaged_never_runs():
    with Home() as home:
        await home.begin(about(signature=SIGNATURE))
        await home.send(0, b"\xe9dato")
        status, answer = await home.install()
        assert status == 422 and "damaged" in answer["detail"]
        assert home.place.is_dropped and home.place.installed is None
        assert (await home.install())[0] == 409 and home.hub.runtime.restarts == 0


async def test_what_is_refused_leaves_what_is_on_its_way():
    with Home() as home:
        await home.begin(about(signature=SIGNATURE))
        status, answer = await home.begin(about(version="2.0.0"))
        assert status == 422 and "not signed" in answer["detail"]
        assert await home.send(0, DATA) == (200, {"at": 5})
        status, answer = await ask(home.hub, "PUT", "/api/v1/update?at=5", b"{}")
        assert status == 415
        status, answer = await home.begin(about(version="0.0.1", unsigned=True, sha256="0" * 64))
        assert status == 422 and "too old" in answer["detail"]
        _, found = await ask(home.hub, "DELETE", "/api/v1/update")
        assert found["incoming"] is None


async def test_a_flash_that_takes_nothing_is_told():
    with Home() as home:
        await home.begin(about(signature=SIGNATURE))

        def write(at, block):
            raise OSError(28, "full")

        home.place.write = write
        status, answer = await home.send(0, DATA)
        assert status == 503 and "(error 28)" in answer["detail"]


async def test_only_who_may_change_all_may_change_the_code():
    response = await respond(FakeHub(auth=True), "POST", "/api/v1/update", about())
    assert response.status == 401
    assert json.loads(response.body)["title"]
