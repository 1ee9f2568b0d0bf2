from binascii import hexlify, unhexlify

import vectors
from wire import CONTROL_NEW, DP_QUERY, KEY, PLUGS, STATUS

from tuya.errors import BadFrame, WrongKey
from tuya.versions import Codec


def codec_of(vector):
    session_key = vector["session_key_hex"]
    return Codec(vector["version"], unhexlify(session_key) if session_key else vector["local_key"])


def test_encode_is_byte_exact():
    for vector in vectors.load("encode"):
        iv = unhexlify(vector["iv_hex"]) if vector["iv_hex"] else None
        body = vector["json"].encode()
        frame = codec_of(vector).encode(vector["seq"], vector["cmd"], body, iv=iv)
        assert hexlify(frame).decode() == vector["frame_hex"], vector["id"]


def test_decode():
    for vector in vectors.load("decode"):
        messages = codec_of(vector).feed(unhexlify(vector["frame_hex"]))
        assert len(messages) == 1, vector["id"]
        message = messages[0]
        assert message.sequence == vector["seq"], vector["id"]
        assert message.command == vector["cmd"], vector["id"]
        assert message.code == vector["retcode"], vector["id"]
        assert message.payload == vector["plaintext_utf8"].encode(), vector["id"]


def test_rejects():
    for vector in vectors.load("reject"):
        try:
            messages = codec_of(vector).feed(unhexlify(vector["frame_hex"]))
        except BadFrame as e:
            # From 3.4 on the key makes the check: one that does not fit may be of another key.
            parts = ("wrong-key",)
            if vector["version"] >= "3.4":
                parts += ("bad-check", "bad-body", "bad-seq", "bad-cmd")
            is_of_key = any([part in vector["id"] for part in parts])
            assert isinstance(e, WrongKey) == is_of_key, vector["id"]
            assert vector["local_key"] not in str(e)
        else:
            assert messages == [], vector["id"]
            assert "truncated" in vector["id"] or "garbage" in vector["id"], vector["id"]


def test_streams_in_any_cut():
    for vector in vectors.load("stream"):
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


def test_return_codes_in_either_byte_order_or_none_at_all():
    for version in ("3.1", "3.2", "3.3", "3.4", "3.5"):
        plug = PLUGS[version](version, KEY)
        for code, want in ((b"\0\0\0\1", 1), (b"\1\0\0\0", 1), (b"\0\0\0\0", 0), (b"", 0)):
            plug.code = code
            for payload in (b'{"dps":{"1":true}}', b"data format error"):
                frame = plug.encode(7, DP_QUERY, payload)
                message = Codec(version, KEY).feed(frame)[0]
                assert (message.code, message.payload) == (want, payload), (version, code)


def test_empty_acknowledgements_with_and_without_padding():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        for pads_empty in (False, True):
            plug = PLUGS[version](version, KEY)
            plug.pads_empty = pads_empty
            message = Codec(version, KEY).feed(plug.encode(9, CONTROL_NEW, b""))[0]
            assert (message.code, message.payload) == (0, b""), version


def test_pushes_whose_header_numbers_them():
    for version in ("3.3", "3.4", "3.5"):
        plug = PLUGS[version](version, KEY)
        header = version.encode() + b"\0\0\0\0\x10\x04\xaa\x5b\0\0\0\1"
        payload = b'{"dps":{}}'
        if version == "3.3":
            plug.code += header  # which is in the clear there
            frame = plug.encode(9, DP_QUERY, payload)
        else:
            frame = plug.encode(9, DP_QUERY, header + payload)
        message = Codec(version, KEY).feed(frame)[0]
        assert message.payload == payload, version


def test_no_iv_comes_twice():
    codec = Codec("3.5", KEY)
    ivs = {bytes(codec.encode(i, DP_QUERY, b"{}"))[18:30] for i in range(600)}
    assert len(ivs) == 600


def test_every_broken_bit_of_a_35_frame_is_refused():
    frame = bytes(PLUGS["3.5"]("3.5", KEY).encode(1, STATUS, b'{"dps":{"1":true}}'))
    # The reserved bytes too: they are authenticated.
    for bit in range(32, 8 * len(frame)):
        broken = bytearray(frame)
        broken[bit // 8] ^= 1 << bit % 8
        messages = []
        try:
            messages = Codec("3.5", KEY).feed(broken)
        except BadFrame as e:
            messages = e.messages
        assert messages == [], bit


def test_frames_of_another_key_are_refused_in_all_versions():
    for version in PLUGS:
        payload = b'{"dps":{"1":true}}'
        for command in (STATUS, DP_QUERY):
            if version == "3.1" and command == DP_QUERY:
                continue  # in the clear: nothing tells
            frame = PLUGS[version](version, "fedcba9876543210").encode(1, command, payload)
            try:
                Codec(version, KEY).feed(frame)
            except BadFrame as e:
                assert "fedcba" not in str(e) and KEY not in str(e)
            else:
                raise AssertionError(version)


def test_long_frames_up_to_the_limit():
    for version in ("3.1", "3.3", "3.4", "3.5"):
        payload = b'{"dps":{"101":"%s"}}' % (b"x" * 2800)
        frame = bytes(PLUGS[version](version, KEY).encode(1, STATUS, payload))
        assert Codec(version, KEY).feed(frame)[0].payload == payload, version
