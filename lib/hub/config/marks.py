"""A number for what an item of the configuration says, to see later whether it says the same."""

import json
from binascii import crc32


class Settled:
    """Rules of which none is another than before: no more of them than furnish() wants to see."""

    def __init__(self, rules):
        self.marks = rules.marks
        self.order = rules.order

    def but(self, ids):
        return iter(())


def mark(item, but=("at",)):
    """Return a number that another content would not have, 0 for None.

    `but`: names of fields that do not count.
    """
    if item is None:
        return 0
    content = {key: item[key] for key in item if key not in but}
    return crc32(json.dumps(content).encode()) & 0x3FFFFFFF or 1
