"""`plughub proxy`: stands between clients and a device, and shows what passes, untouched."""

import asyncio
import contextlib
import ipaddress
import socket
import time

from plughub.cli import FAILED, UNREACHABLE, USAGE, Failure, console, errors
from plughub.devices import PORT
from plughub.wire.conversation import Conversation, name_of
from plughub.wire.recording import Recording
from plughub.wire.show import Printer
from tuya.discovery import find
from tuya.errors import Offline, Refused, SlotTaken

_CONNECT_S = 5.0
#: For the bytes that one side does not take, and for the other side's end after the first.
_PATIENCE_S = 10.0
_CHUNK = 65536
_FIND_MS = 9000  # devices broadcast every 5 to 8 s


async def proxy(device, listen, keyring, version, is_json, show_keys, path):
    """Serve until cancelled. `device`, `listen`: (host, port); `path`: of a pcap file or None.

    Raises Failure where the address cannot be listened on or the file not be written.
    """
    printer = Printer(console, keyring, is_json, show_keys)
    with _recording(path) as recording:
        relay = Relay(device, keyring, version, printer.show, _tell, recording)
        try:
            async with relay.listening(*listen) as address:
                _tell(f"{name_of(address)} passes on to {name_of(device)}; Ctrl-C ends it")
                await asyncio.Event().wait()
        except OSError as e:
            raise Failure(f"{name_of(listen)} cannot be listened on: {e.strerror}") from None


async def address_of(device):
    """Return the host of a Known, found out on the LAN where its entry has none."""
    if device.address:
        return device.address
    name = device.name or device.id
    _tell(f"looking for {name} on the LAN")
    found = await find(device.id, ms=_FIND_MS)
    if not found:
        raise Failure(
            f"{name} does not make itself known on the LAN: name its address instead", UNREACHABLE
        )
    return found.address


def is_address(text):
    """Tell an address, with or without a port, from the name of a device."""
    try:
        ipaddress.ip_address(parse_address(text)[0])
    except (Failure, ValueError):
        return False
    return not text.isdigit()


def parse_address(text, port=PORT):
    """Return (host, port) of "host", "host:port", "[host]:port" or "port". Raises Failure."""
    host, bracket, rest = text.rpartition("]")
    if bracket:
        host, given = host.removeprefix("["), rest.removeprefix(":")
    elif text.isdigit():
        host, given = "0.0.0.0", text
    elif text.count(":") == 1:
        host, _, given = text.partition(":")
    else:
        host, given = text, ""
    given = given or str(port)
    if not host or not given.isascii() or not given.isdigit() or int(given) > 65535:
        raise Failure(f"{text} is no address: it is like 192.168.1.20:6668", USAGE)
    return host, int(given)


class Relay:
    """Passes on what clients and one device say, each client on a connection of its own.

    `see` gets each conversation.Seen, `tell` what happens to connections, in words.
    """

    def __init__(self, device, keyring, version, see, tell, recording=None):
        self._device = device
        self._keyring = keyring
        self._version = version
        self._see = see
        self._tell = tell
        self._recording = recording

    @contextlib.asynccontextmanager
    async def listening(self, host, port):
        """Serve clients meanwhile, and yield the (host, port) that it listens on.

        All connections are closed at the end. Raises OSError.
        """
        clients = set()

        def accept(reader, writer):
            task = asyncio.create_task(self._serve(reader, writer))
            clients.add(task)
            task.add_done_callback(clients.discard)

        server = await asyncio.start_server(accept, host, port)
        try:
            yield server.sockets[0].getsockname()[:2]
        finally:
            server.close()
            for task in clients:
                task.cancel()
            await asyncio.gather(*clients, return_exceptions=True)
            await server.wait_closed()

    async def _serve(self, reader, writer):
        client = writer.get_extra_info("peername")[:2]
        name = name_of(client)
        async with _closing(writer):
            try:
                async with asyncio.timeout(_CONNECT_S):
                    from_device, to_device = await asyncio.open_connection(*self._device)
            except (OSError, TimeoutError) as e:
                self._tell(f"{name}: {_why(self._device, e)}")
                return
            async with _closing(to_device):
                self._tell(f"{name} connected")
                passage = self._passage(client, to_device.get_extra_info("peername")[:2])
                try:
                    why = await self._pass_on(passage, reader, writer, from_device, to_device)
                finally:
                    passage.end()
        self._tell(f"{name} ended: {why}")

    def _passage(self, client, device):
        conversation = Conversation(self._keyring, client, device, self._version)
        recorded = self._recording and self._recording.connection(client, device, time.time())
        return _Passage(conversation, self._see, recorded)

    async def _pass_on(self, passage, reader, writer, from_device, to_device):
        """Return why it ended. One direction may end before the other, though not for long."""
        client = asyncio.create_task(_pump(passage, reader, to_device, False))
        device = asyncio.create_task(_pump(passage, from_device, writer, True))
        both = {client, device}
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            first = done.pop()
            error = first.exception()
            if not error:
                await asyncio.wait(both, timeout=_PATIENCE_S)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        if isinstance(error, TimeoutError):
            return "bytes were not taken any more"
        if error:
            return getattr(error, "strerror", None) or str(error)
        if first is client:
            return "the client has closed"
        if not passage.has_answered:
            return str(SlotTaken("the device has closed without a word"))
        return "the device has closed"


class _Passage:
    """What passes on one connection, for everybody who wants to know."""

    def __init__(self, conversation, see, recorded):
        self._conversation = conversation
        self._see = see
        self._recorded = recorded
        self.has_answered = False

    def take(self, data, from_device):
        at = time.time()
        self.has_answered = self.has_answered or from_device
        if self._recorded:
            self._recorded.take(data, from_device, at)
        for seen in self._conversation.feed(data, from_device, at):
            self._see(seen)

    def finish(self, from_device):
        """Take it that one side sends no more."""
        if self._recorded:
            self._recorded.end(from_device, time.time())

    def end(self):
        for from_device in (False, True):
            self.finish(from_device)
        for seen in self._conversation.end(time.time()):
            self._see(seen)


async def _pump(passage, reader, writer, from_device):
    # How long a side is silent is its own affair: devices end what is idle, and TCP's keep-alive
    # finds out who is gone.
    _keep_alive(writer)
    while data := await reader.read(_CHUNK):
        writer.write(data)  # before it is shown, which takes longer
        passage.take(data, from_device)
        async with asyncio.timeout(_PATIENCE_S):
            await writer.drain()
    passage.finish(from_device)
    with contextlib.suppress(OSError):  # it may have gone already
        writer.write_eof()


def _keep_alive(writer):
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


@contextlib.asynccontextmanager
async def _closing(writer):
    try:
        yield
    finally:
        writer.close()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await writer.wait_closed()
        except OSError:
            pass  # it was closed from there
        finally:
            writer.transport.abort()  # what was not taken by now will not be


@contextlib.contextmanager
def _recording(path):
    if not path:
        yield None
        return
    try:
        file = open(path, "wb")  # noqa: SIM115  # below
    except OSError as e:
        raise Failure(f"{path} cannot be written: {e.strerror}", FAILED) from None
    with file:
        yield Recording(file)


def _why(device, error):
    name = name_of(device)
    if isinstance(error, ConnectionRefusedError):
        return str(Refused(f"{name} refuses the connection"))
    if isinstance(error, TimeoutError):
        return str(Offline(f"{name} does not answer within {_CONNECT_S:.0f} s"))
    return str(Offline(f"{name} is not reached: {error.strerror or error}"))


def _tell(text):
    errors.print(text, markup=False, emoji=False, soft_wrap=True)
