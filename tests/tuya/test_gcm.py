from binascii import unhexlify

import tuya.ghash as ghash
from tuya.errors import BadFrame
from tuya.gcm import GCM
from tuya.port import MICROPYTHON

# NIST's test cases 1 to 4 of AES-128-GCM: key, IV, text, associated data, ciphertext, tag.
TEXT = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
SEALED = (
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985"
)
KEY = "feffe9928665731c6d6a8f9467308308"
IV = "cafebabefacedbaddecaf888"
ZERO = "00" * 16
CASES = (
    (ZERO, "00" * 12, "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"),
    (
        ZERO,
        "00" * 12,
        ZERO,
        "",
        "0388dace60b6a392f328c2b971b2fe78",
        "ab6e47d42cec13bdf53a67b21257bddf",
    ),
    (KEY, IV, TEXT, "", SEALED, "4d5c2af327cd64a62cf35abd2ba6fab4"),
    (
        KEY,
        IV,
        TEXT[:120],
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        SEALED[:120],
        "5bc94fbc3221a5db94fae95ae7121a47",
    ),
)


def twins():
    if MICROPYTHON:
        import tuya.ghash_viper as ghash_viper

        return ghash, ghash_viper
    return (ghash,)


def test_nist_cases():
    for case in CASES:
        key, iv, text, associated, sealed, tag = [unhexlify(part) for part in case]
        box = bytearray(len(text) + 28)
        GCM(key).seal(associated, memoryview(box), text, iv)
        assert bytes(box) == iv + sealed + tag
        assert GCM(key).open(associated, memoryview(box)) == text


def test_every_twin_gives_the_same():
    state = 1
    for size in (0, 1, 15, 16, 17, 31, 32, 100, 255, 600):
        data = bytearray()
        for _ in range(size):
            state = state * 75 % 65537
            data.append(state & 0xFF)
        results = []
        for twin in twins():
            table = twin.make_table(unhexlify("b83b533708bf535d0aa6e52980d53b78"))
            total = bytearray(range(16))
            twin.update(total, table, memoryview(data), size)
            stream = bytearray((size + 15) // 16 * 16)
            twin.count(stream, unhexlify(IV), len(stream), 250)
            mixed = bytearray(size)
            twin.xor(mixed, data, stream, size)
            results.append((total, stream, mixed))
        assert all(result == results[0] for result in results), size
    # GHASH of NIST's case 4.
    for twin in twins():
        table = twin.make_table(unhexlify("b83b533708bf535d0aa6e52980d53b78"))
        total = bytearray(16)
        for part in (CASES[3][3], CASES[3][4], "00000000000000a000000000000001e0"):
            twin.update(total, table, unhexlify(part), len(part) // 2)
        assert bytes(total) == unhexlify("698e57f70e6ecc7fd9463b7260a9ae5f")


def test_a_wrong_tag_or_associated_data_is_refused():
    box = bytearray(32 + 28)
    cipher = GCM(unhexlify(KEY))
    cipher.seal(b"head", memoryview(box), bytes(32))
    assert cipher.open(b"head", memoryview(box)) == bytes(32)
    for at in range(len(box)):
        broken = bytearray(box)
        broken[at] ^= 0x80
        refuses(cipher, b"head", broken)
    refuses(cipher, b"heaD", box)
    refuses(GCM(b"another key 1234"), b"head", box)


def refuses(cipher, associated, box):
    try:
        cipher.open(associated, memoryview(box))
    except BadFrame:
        return
    raise AssertionError("an altered box was opened")
