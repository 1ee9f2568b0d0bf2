from binascii import unhexlify

import vectors

from tuya.errors import WrongKey
from tuya.hmac import HMAC
from tuya.session import Negotiation
from tuya.versions import Codec


def negotiation_of(vector):
    nonce = unhexlify(vector["client_nonce_hex"])
    negotiation = Negotiation(vector["version"], vector["local_key"], lambda size: nonce)
    assert negotiation.start() == nonce
    return negotiation


def test_handshakes_are_byte_exact():
    for vector in vectors.load("handshake"):
        negotiation = negotiation_of(vector)
        codec = Codec(vector["version"], vector["local_key"])
        iv = unhexlify(vector["iv_hex"]) if vector["iv_hex"] else None
        start = codec.encode(vector["start_seq"], 3, negotiation.start(), iv=iv)
        assert start == unhexlify(vector["start_hex"]), vector["id"]
        answer = codec.feed(unhexlify(vector["resp_hex"]))[0]
        assert (answer.sequence, answer.command) == (vector["resp_seq"], 4)
        proof, session_key = negotiation.finish(answer.payload)
        assert session_key == unhexlify(vector["session_key_hex"]), vector["id"]
        finish = codec.encode(vector["finish_seq"], 5, proof, iv=iv)
        assert finish == unhexlify(vector["finish_hex"]), vector["id"]


def test_a_proof_that_is_none_is_a_wrong_key():
    for vector in vectors.load("reject_handshake"):
        answer = Codec(vector["version"], vector["local_key"]).feed(
            unhexlify(vector["frame_hex"])
        )[0]
        for payload in (answer.payload, answer.payload[:40], b""):
            try:
                negotiation_of(vector).finish(payload)
            except WrongKey as e:
                assert vector["local_key"] not in str(e)
            else:
                raise AssertionError(vector["id"])


def test_a_session_key_that_begins_with_zero_is_not_used():
    for version in ("3.4", "3.5"):
        key = b"0123456789abcdef"
        unused = 0
        for i in range(1024):
            negotiation = Negotiation(version, key, lambda size, i=i: i.to_bytes(16, "little"))
            answer = bytes(16) + HMAC(key).digest(negotiation.start())
            agreed = negotiation.finish(answer)
            if agreed:
                assert agreed[1][0] != 0
            else:
                unused += 1
        assert 0 < unused < 30, unused


def test_nonces_are_never_the_same():
    negotiation = Negotiation("3.5", "0123456789abcdef")
    assert len({negotiation.start() for _ in range(50)}) == 50
