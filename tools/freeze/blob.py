"""Bytes that are to follow a segment: what is added gets an address at once."""

import struct


class Blob:
    """Grows from an address upwards. What is the same is there once, unless told otherwise."""

    def __init__(self, address):
        self.address = address
        self.data = bytearray()
        self._known = {}

    @property
    def end(self):
        return self.address + len(self.data)

    def add(self, data, align=4, share=True):
        """Add bytes; return their address, a multiple of `align`."""
        key = bytes(data), align
        if share and key in self._known:
            return self._known[key]
        self.data += bytes(-self.end % align)
        address = self.end
        self.data += data
        if share:
            self._known[key] = address
        return address

    def add_words(self, *words, share=True):
        """Add words of 32 bits; return their address."""
        return self.add(struct.pack(f"<{len(words)}I", *words), share=share)
