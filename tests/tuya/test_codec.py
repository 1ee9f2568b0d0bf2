from binascii import hexlify, unhexlify

import vectors

from tuya.codec import Codec
from tuya.errors import BadFrame, WrongKey

VERSIONS = ("3.2", "3.3")


def codec_of(vector):
    return Codec(vector["version"], vector["local_key"])


def test_encode_is_byte_exact():
    for vector in vectors.load("encode", *VERSIONS):
        frame = codec_of(vector).encode(vector["seq"], vector["cmd"], vector["json"].encode())
        assert hexlify(frame).decode() == vector["frame_hex"], vector["id"]


def test_decode():
    for vector in vectors.load("decode", *VERSIONS):
        messages = codec_of(vector).feed(unhexlify(vector["frame_hex"]))
        assert len(messages) == 1, vector["id"]
        message = messages[0]
        assert message.sequence == vector["seq"], vector["id"]
        assert message.command == vector["cmd"], vector["id"]
        assert message.code == vector["retcode"], vector["id"]
        assert message.payload == vector["plaintext_utf8"].encode(), vector["id"]


def test_rejects():
    for vector in vectors.load("reject", "3.3"):
        try:
            messages = codec_of(vector).feed(unhexlify(vector["frame_hex"]))
        except BadFrame as e:
            assert isinstance(e, WrongKey) == ("wrong-key" in vector["id"]), vector["id"]
            assert vector["local_key"] not in str(e)
        else:
            assert messages == [], vector["id"]
            assert "truncated" in vector["id"] or "garbage" in vector["id"], vector["id"]


def test_streams_in_any_cut():
    for vector in vectors.load("stream", "3.3"):
        chunks = [unhexlify(chunk) for chunk in vector["chunks_hex"]]
        want = [(w["seq"], w["cmd"]) for w in vector["want"]]
        whole = b"".join(chunks)
        bytewise = [whole[i : i + 1] for i in range(len(whole))]
        for cuts in (chunks, [whole], bytewise):
            codec = codec_of(vector)
            got = []
            for chunk in cuts:
                got += [(m.sequence, m.command) for m in codec.feed(chunk)]
            assert got == want, vector["id"]


def test_messages_outlive_the_buffer_they_came_in():
    vector = vectors.load("decode", "3.3")[0]
    buffer = bytearray(unhexlify(vector["frame_hex"]))
    message = codec_of(vector).feed(memoryview(buffer))[0]
    for i in range(len(buffer)):
        buffer[i] = 0
    assert message.payload == vector["plaintext_utf8"].encode()


def test_junk_has_an_end():
    codec = Codec("3.3", "0123456789abcdef")
    try:
        for _ in range(100):
            assert codec.feed(b"\xa5" * 64) == []
    except BadFrame as e:
        assert "4" in str(e)
    else:
        raise AssertionError("6400 bytes of junk were taken")


def test_keys_that_are_none_are_named_without_quoting_them():
    for key in ("short-secret", "", "x" * 17):
        try:
            Codec("3.3", key)
        except ValueError as e:
            assert str(len(key)) in str(e) and (not key or key not in str(e))
        else:
            raise AssertionError(key)
