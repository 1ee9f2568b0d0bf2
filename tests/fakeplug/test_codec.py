"""The codec against frames that other implementations made, byte for byte."""

import json

import pytest

from fakeplug.cipher import hmac_sha256
from fakeplug.codec import CODECS, BadBody
from fakeplug.frame import BadFrame, Splitter
from fakeplug.negotiation import Negotiation


def codec_of(vector, session=True):
    key = vector["local_key"].encode()
    if session and vector.get("session_key_hex"):
        key = bytes.fromhex(vector["session_key_hex"])
    return CODECS[vector["version"]](key)


def decode_stream(codec, chunks):
    splitter = Splitter(codec.layout, codec.smallest)
    raws = [raw for chunk in chunks for raw in splitter.feed(chunk)]
    return [codec.decode(raw) for raw in raws], splitter


@pytest.mark.vectors("encode")
def test_accepts_what_tinytuya_sends(vector):
    codec = codec_of(vector)
    [(frame, header)], _ = decode_stream(codec, [bytes.fromhex(vector["frame_hex"])])
    assert frame == (vector["seq"], vector["cmd"], vector["json"].encode())
    if vector["version"] != "3.1":  # whose header belongs to the signed form
        assert bool(header) == vector["version_header"]


@pytest.mark.vectors("client_frame")
def test_accepts_what_tuyapi_sends(vector):
    codec = codec_of(vector)
    [(frame, _)], _ = decode_stream(codec, [bytes.fromhex(vector["frame_hex"])])
    assert frame.sequence == vector["seq"]
    request = json.loads(frame.payload or "{}")
    dps = request.get("data", request).get("dps")
    if vector["dps"]:
        assert dps == vector["dps"]


@pytest.mark.vectors("decode")
def test_sends_what_devices_send(vector):
    codec = codec_of(vector)
    header = bytes.fromhex(vector["source_header_hex"])
    if vector["version"] == "3.1" and vector["cmd"] == 8:
        header = b"3.1"
    iv = {"iv": bytes.fromhex(vector["iv_hex"])} if vector["version"] == "3.5" else {}
    code = vector["retcode"].to_bytes(4, "big")
    body = vector["plaintext_utf8"].encode()
    frame = codec.encode(vector["seq"], vector["cmd"], body, code, header, **iv)
    assert frame.hex() == vector["frame_hex"]


@pytest.mark.vectors("reject")
def test_refuses_broken_frames(vector):
    codec = codec_of(vector)
    try:
        frames, splitter = decode_stream(codec, [bytes.fromhex(vector["frame_hex"])])
    except (BadFrame, BadBody):
        return
    # What is left are an unfinished frame and junk without a prefix: no frame comes of them.
    assert frames == []
    assert "truncated" in vector["id"] or "garbage" in vector["id"]
    assert splitter.empty == ("garbage" in vector["id"])


@pytest.mark.vectors("stream")
def test_cuts_streams(vector):
    codec = codec_of(vector)
    splitter = Splitter(codec.layout, codec.smallest)
    raws = [raw for chunk in vector["chunks_hex"] for raw in splitter.feed(bytes.fromhex(chunk))]
    heads = [codec.layout.head.unpack_from(raw)[-3:-1] for raw in raws]
    assert heads == [(want["seq"], want["cmd"]) for want in vector["want"]]
    assert splitter.empty


@pytest.mark.vectors("handshake")
def test_negotiates_as_devices_do(vector):
    version, key = vector["version"], vector["local_key"].encode()
    codec = codec_of(vector, session=False)
    start, finish = (bytes.fromhex(vector[name]) for name in ("start_hex", "finish_hex"))
    client_nonce = codec.decode(start)[0].payload
    assert client_nonce.hex() == vector["client_nonce_hex"]
    negotiation = Negotiation(version, key)
    body = negotiation.answer(client_nonce, bytes.fromhex(vector["device_nonce_hex"]))
    iv = {"iv": bytes.fromhex(vector["iv_hex"])} if version == "3.5" else {}
    assert codec.encode(vector["resp_seq"], 4, body, **iv).hex() == vector["resp_hex"]
    session_key = negotiation.finish(codec.decode(finish)[0].payload)
    assert session_key.hex() == vector["session_key_hex"]


@pytest.mark.vectors("reject_handshake")
def test_the_wrong_proof_in_the_vectors_is_not_ours(vector):
    key = vector["local_key"].encode()
    negotiation = Negotiation(vector["version"], key)
    ours = negotiation.answer(bytes.fromhex(vector["client_nonce_hex"]), bytes(16))
    codec = codec_of(vector, session=False)
    right = codec.encode(0x6A50, 4, ours)
    assert len(right) == len(vector["frame_hex"]) // 2
    assert right.hex() != vector["frame_hex"]


def test_unpadded_finish_is_understood():
    key = b"0123456789abcdef"
    codec = CODECS["3.4"](key)
    proof = hmac_sha256(key, b"n" * 16)
    raw = codec.encode(2, 5, proof, code=b"")
    body = raw[16:48]  # without the block of padding
    head = raw[:12] + (32 + 36).to_bytes(4, "big") + body
    unpadded = head + hmac_sha256(key, head) + raw[-4:]
    assert codec.decode(unpadded)[0].payload == proof


@pytest.mark.parametrize("version", ["3.4", "3.5"])
def test_a_nonce_that_looks_like_a_header_stays_whole(version):
    codec = CODECS[version](b"0123456789abcdef")
    nonce = b"3.4 looks alike!"
    assert codec.decode(codec.encode(1, 3, nonce, code=b""))[0].payload == nonce
