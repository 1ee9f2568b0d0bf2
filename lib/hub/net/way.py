"""The way to a host: its name looked up, and a stream whose writes may be taken in part."""

import errno

from hub.system.unload import unload
from tuya.port import Stream, connect, const, sleep_ms, writable

_CONNECT_MS = const(5000)
_LOOK_MS = const(1000)


class Wire(Stream):
    """The socket of a Stream, for who waits while the other side does not read."""

    def __init__(self, stream):
        super().__init__(stream._sock)

    def send_some(self, data):
        """Hand what TCP takes of `data` to it in one write; return how many bytes these are."""
        try:
            return self._sock.send(data)
        except OSError as e:
            if e.errno != errno.EAGAIN:
                raise
            return 0

    async def writable(self):
        """Wait until TCP takes more."""
        await writable(self._sock)  # pyright: ignore


class Way:
    """To the host of `settings`: host, port, tls, ca.

    `network` tells of the Wi-Fi: is_up() and servers(), None where there is none to wait for;
    `spare` is the lock of the socket that a name is looked up with.
    """

    def __init__(self, settings, network, spare):
        self._settings = settings
        self._network = network
        self._spare = spare

    async def open(self):
        """Return a connected stream. Raises OSError, asyncio.TimeoutError."""
        while self._network and not self._network.is_up():
            await sleep_ms(_LOOK_MS)
        return await self.connect(await self.address())

    async def address(self):
        """Return the host's numeric address. Raises OSError."""
        host = self._settings["host"]
        if host.replace(".", "").isdigit():
            return host
        if not self._network:
            try:
                from tuya.port import look_up  # which a PC has
            except ImportError:
                raise OSError("without Wi-Fi a numeric address is wanted") from None
            return await look_up(host)
        await self._spare.acquire()
        try:
            from hub.clock.dns import look_up

            _, name_server = self._network.servers()
            return await look_up(host, name_server)
        except ValueError as e:
            raise OSError(str(e)) from None
        finally:
            look_up = None
            unload("hub.clock.dns", "tuya.udp")
            self._spare.release()

    async def connect(self, address):
        """Return a stream that is connected to a numeric address of the host. As open()."""
        settings = self._settings
        host, port = settings["host"], settings["port"]
        if settings["tls"]:
            from hub.net.tls import open_tls

            return await open_tls(address, port, host, settings["ca"], _CONNECT_MS)
        return Wire(await connect(address, port, _CONNECT_MS))
