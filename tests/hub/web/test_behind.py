"""The page of a stock firmware lies behind the application, in the partition that runs."""

import sys

from fake_hub import FakeHub, respond

from hub.web import page
from tuya.port import MICROPYTHON

SIZE = 0x1F0000
PAGE = bytes(range(256)) * 29 + b"checksum"  # 7,432 bytes, of which nothing is aligned
FROM_END = 24280


class Partition:
    """Stands for esp32.Partition: reads anywhere, as one of 4,096-byte blocks does."""

    RUNNING = 1
    reads = []

    def __init__(self, which):
        assert which == self.RUNNING

    def info(self):
        return (0, 16, 0x10000, SIZE, "factory", False)

    def readblocks(self, block, buf, offset=0):
        assert 0 <= offset < 4096
        place = block * 4096 + offset - (SIZE - FROM_END)
        assert place >= 0 and place + len(buf) <= len(PAGE)
        self.reads.append(len(buf))
        buf[:] = PAGE[place : place + len(buf)]


class Modules:
    """While this context lasts, these stand for modules of the firmware."""

    def __init__(self, **modules):
        self._modules = modules

    def __enter__(self):
        sys.modules.pop("hub.system.behind", None)
        self._before = {name: sys.modules.get(name) for name in self._modules}
        sys.modules.update(self._modules)

    def __exit__(self, *exception):
        sys.modules.pop("hub.system.behind", None)
        for name, module in self._before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


class Chip:
    Partition = Partition


class Assets:
    PAGE = (FROM_END, len(PAGE))
    ICON = b"icon"


async def test_a_page_behind_the_application_is_read_in_pieces():
    with Modules(esp32=Chip, hub_assets=Assets):
        response = await respond(FakeHub(), "GET", "/")
        head, *pieces = [bytes(part) for part in response.begin()]
        assert b"".join(pieces) == PAGE and max(Partition.reads) <= 512
        # What reads it is forgotten, where that gives back any heap.
        assert not MICROPYTHON or "hub.system.behind" not in sys.modules
        assert b"Content-Length: %d\r\n" % len(PAGE) in head
        assert b'ETag: "636865636b73756d"\r\n' in head


async def test_who_has_it_already_is_not_sent_it_again():
    with Modules(esp32=Chip, hub_assets=Assets):
        tag = '"636865636b73756d"'
        Partition.reads.clear()
        response = await respond(FakeHub(), "GET", "/", if_none_match=tag)
        assert response.status == 304 and b"".join(response.begin()).endswith(b"\r\n\r\n")
        assert Partition.reads == [8]


async def test_what_is_frozen_stays_bytes():
    with Modules(hub_assets=Assets):
        assert page.asset("ICON") == b"icon"
