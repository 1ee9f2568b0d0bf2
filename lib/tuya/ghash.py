"""The arithmetic of AES-GCM in plain Python, for where ghash_viper cannot run.

GHASH goes through its input by 4 bits with a table of 16 multiples of the hash key (Shoup).
"""

# What four bits shifted out at the bottom add at the top, in 16 bits each.
_REDUCE = (
    0x0000 << 112,
    0x1C20 << 112,
    0x3840 << 112,
    0x2460 << 112,
    0x7080 << 112,
    0x6CA0 << 112,
    0x48C0 << 112,
    0x54E0 << 112,
    0xE100 << 112,
    0xFD20 << 112,
    0xD940 << 112,
    0xC560 << 112,
    0x9180 << 112,
    0x8DA0 << 112,
    0xA9C0 << 112,
    0xB5E0 << 112,
)


def make_table(hash_key):
    """Return what `update` needs of a hash key of 16 bytes."""
    table = [0] * 16
    multiple = int.from_bytes(hash_key, "big")
    at = 8
    while at:
        table[at] = multiple
        multiple = (multiple >> 1) ^ ((multiple & 1) * (0xE1 << 120))
        at >>= 1
    for high in (2, 4, 8):
        for low in range(1, high):
            table[high + low] = table[high] ^ table[low]
    return table


def update(state, table, data, size):
    """Take `size` bytes, filled up with zeros to whole blocks, into the 16 of `state`."""
    reduce = _REDUCE
    value = int.from_bytes(state, "big")
    for at in range(0, size, 16):
        block = bytes(data[at : at + 16])
        block += bytes(16 - len(block))
        value ^= int.from_bytes(block, "big")
        product = 0
        for byte in reversed(value.to_bytes(16, "big")):
            product = (product >> 4) ^ reduce[product & 15] ^ table[byte & 15]
            product = (product >> 4) ^ reduce[product & 15] ^ table[byte >> 4]
        value = product
    state[:] = value.to_bytes(16, "big")


def xor(out, left, right, size):
    """Write `size` bytes of `left` XOR `right` to `out`, which may be one of them."""
    if size:
        mixed = int.from_bytes(left[:size], "big") ^ int.from_bytes(right[:size], "big")
        out[:size] = mixed.to_bytes(size, "big")


def count(out, iv, size, first):
    """Fill `size` bytes of `out` with the counter blocks of `iv` (12 bytes), from `first` on."""
    for at in range(0, size, 16):
        out[at : at + 12] = iv
        out[at + 12 : at + 16] = (at // 16 + first).to_bytes(4, "big")
