"""A broker on a socket of this machine that does harm to its one client, by chance."""

import asyncio
import json

from broker import Broker
from rounds import in_rounds

from fakeplug.ports import free_port

_BASE = "plughub"


class UpsetBroker:
    """Throws its client out, hangs, refuses, talks nonsense or floods it; counts what it does."""

    def __init__(self, dice):
        self.count = {}
        self.port = None
        self._dice = dice
        self._server = None
        self._client = None  # (Broker, writer) of the connection there is
        self._mode = None
        self._go_on = asyncio.Event()

    async def start(self):
        self.port = self.port or free_port()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    def stop(self):
        self._server.close()
        self.kick()

    async def run(self):
        """Do harm, for ever."""
        kinds = (self.kick, self.hang, self.refuse, self.garble, self.flood, self.deny)
        for kind in in_rounds(kinds, self._dice):
            await asyncio.sleep(self._dice.uniform(5, 60))
            self.count[kind.__name__] = self.count.get(kind.__name__, 0) + 1
            done = kind()
            if done:
                await done

    def kick(self):
        if self._client:
            self._client[1].close()

    async def hang(self):
        await self._be("hang", 5, 90)

    async def refuse(self):
        self.stop()
        try:
            await asyncio.sleep(self._dice.uniform(1, 60))
        finally:
            await self.start()

    async def deny(self):
        self.kick()
        await self._be("deny", 1, 30)

    def garble(self):
        if self._client:
            self._client[1].write(self._dice.randbytes(self._dice.randint(1, 600)))

    async def flood(self):
        for number in range(300):
            if not self._client:
                return
            broker, _ = self._client
            broker.publish(f"{_BASE}/nobody {number}/set", "x" * self._dice.randint(0, 900), 2)
            await asyncio.sleep(0.02)

    async def _be(self, mode, least_s, most_s):
        self._mode = mode
        try:
            await asyncio.sleep(self._dice.uniform(least_s, most_s))
        finally:
            self._mode = None
            self._go_on.set()
            self._go_on.clear()

    async def _serve(self, reader, writer):
        broker = Broker(code=3 if self._mode == "deny" else 0)
        broker.put = lambda data: writer.write(data) if not writer.is_closing() else None
        self._client = broker, writer
        try:
            while data := await reader.read(4096):
                if self._mode == "hang":
                    await self._go_on.wait()
                broker.send_some(data)
        except OSError:
            pass  # the hub has left
        finally:
            writer.close()

    def wrong(self, plugs):
        """Return the names of plugs of which it was not told last what they are."""
        if not self._client:
            return list(plugs)
        broker, _ = self._client
        found = []
        for name, plug in plugs.items():
            last = broker.last(f"{_BASE}/{name}/state")
            if not last or json.loads(last)["on"] is not plug.on:
                found.append(name)
        return found
