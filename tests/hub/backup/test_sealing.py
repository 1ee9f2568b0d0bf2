"""AES-256-GCM in pieces, against what NIST has published."""

from binascii import unhexlify

from hub.backup.sealing import PIECE, Sealing
from tuya.gcm import GCM

# Case 16 of the paper of AES-GCM.
KEY = unhexlify("feffe9928665731c6d6a8f9467308308" * 2)
NONCE = unhexlify("cafebabefacedbaddecaf888")
ASSOCIATED = unhexlify("feedfacedeadbeeffeedfacedeadbeefabaddad2")
TEXT = unhexlify(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
SEALED = unhexlify(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
)
TAG = unhexlify("76fc6ece0f4e1768cddf8853bb2d551b")


def sealed(text, size=PIECE, associated=ASSOCIATED):
    """Return (ciphertext, tag) of what is sealed in pieces of that size."""
    sealing = Sealing(KEY, NONCE, associated)
    out = b""
    for at in range(0, len(text), size):
        piece = bytearray(text[at : at + size])
        sealing.mix(piece)
        sealing.hash(piece)
        out += piece
    return out, sealing.tag()


def test_pieces_of_any_size_give_what_nist_has():
    for size in (16, 32, 48, 64, PIECE):
        assert sealed(TEXT, size) == (SEALED, TAG), size


def test_it_is_what_seals_frames_and_opens_again():
    for length in (0, 1, 15, 16, 17, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5):
        text = bytes([(i * 7) & 0xFF for i in range(length)])
        box = bytearray(length + 28)
        GCM(KEY).seal(ASSOCIATED, memoryview(box), text, NONCE)
        found, tag = sealed(text)
        assert NONCE + found + tag == bytes(box), length
        opened = Sealing(KEY, NONCE, b"")
        pieces = [bytearray(found[at : at + PIECE]) for at in range(0, length, PIECE)]
        for piece in pieces:
            opened.mix(piece)
        assert b"".join(pieces) == text


def test_counters_go_on_beyond_two_bytes_of_blocks():
    length = 65536 + 100  # no backup is longer
    found, _ = sealed(bytes(length))
    assert found[-1] != found[99 + 16] or found[-2] != found[98 + 16]
    assert len(set([found[at : at + 16] for at in range(0, length - 16, 16)])) == length // 16
