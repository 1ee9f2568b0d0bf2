"""Looks for devices: what they say over UDP, and who listens on TCP 6668."""

import asyncio
import contextlib
import ipaddress
from dataclasses import dataclass

import tuya
from plughub.cli import USAGE, Failure
from plughub.devices import PORT

_ADDRESSES_MAX = 4096
_AT_ONCE = 128
_CONNECT_S = 1.5
_TURN_S = 0.25


@dataclass
class Seen:
    """A device, or an address at which the port of one is open. What is not known is empty."""

    address: str
    id: str = ""
    version: str = ""
    product: str = ""
    is_open: bool | None = None  # its port 6668; None: not tried


def addresses_of(ranges):
    """Return the addresses of texts such as 192.168.2.0/24, 192.168.2.7 or 192.168.2.10-99.

    Raises Failure for what is none, or is too many.
    """
    found = []
    for text in ranges:
        try:
            found += _addresses(text)
        except ValueError:
            expected = "expected 192.168.2.0/24, 192.168.2.10-99 or 192.168.2.7"
            raise Failure(f"{text} is no range of addresses: {expected}", USAGE) from None
        if len(found) > _ADDRESSES_MAX:
            raise Failure(f"that is more than {_ADDRESSES_MAX} addresses at once", USAGE)
    return found


def _addresses(text):
    if "/" in text:
        network = ipaddress.IPv4Network(text, strict=False)
        if network.num_addresses > _ADDRESSES_MAX:
            return range(_ADDRESSES_MAX + 1)
        return [str(address) for address in network.hosts()]
    first, _, last = text.partition("-")
    begin = ipaddress.IPv4Address(first)
    if not last:
        return [str(begin)]
    end = ipaddress.IPv4Address(last if "." in last else f"{first.rpartition('.')[0]}.{last}")
    count = int(end) - int(begin) + 1
    if count < 1:
        raise ValueError
    return [str(begin + i) for i in range(min(count, _ADDRESSES_MAX + 1))]


class Look:
    """One look at the network, `seconds` long. `seen` is {id or address: Seen}, and grows."""

    def __init__(self, seconds, addresses=(), port=PORT):
        self.seconds = seconds
        self.seen = {}
        self._addresses = addresses
        self._port = port

    async def run(self):
        """Look; all who are looked for by TCP have been tried when it ends. Raises Failure."""
        await asyncio.gather(self._listen(), self._knock())

    async def run_and(self, show, is_enough=lambda: False):
        """Look as run() does and call `show()` all the while, at most until `is_enough()`."""
        work = asyncio.create_task(self.run())
        try:
            while not (work.done() or is_enough()):
                await asyncio.wait((work,), timeout=_TURN_S)
                show()
            if work.done():
                work.result()
        finally:
            work.cancel()

    async def _listen(self):
        try:
            ms = int(self.seconds * 1000)
            async with tuya.discover(ms, tuple(self._addresses)) as found:
                async for device in found:
                    self._hear(device)
        except OSError as e:
            text = f"no port to listen on is free ({e.strerror}): another scan may be running"
            raise Failure(text) from None

    def _hear(self, device):
        before = self.seen.pop(device.address, None)
        self.seen[device.id] = Seen(
            device.address,
            device.id,
            device.version,
            device.product_key,
            before.is_open if before else None,
        )

    async def _knock(self):
        turns = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*[self._try(address, turns) for address in self._addresses])

    async def _try(self, address, turns):
        async with turns:
            try:
                async with asyncio.timeout(_CONNECT_S):
                    _, writer = await asyncio.open_connection(address, self._port)
            except (OSError, TimeoutError):
                return
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        for seen in self.seen.values():
            if seen.address == address:
                seen.is_open = True
                return
        self.seen[address] = Seen(address, is_open=True)
