"""A real broker, mosquitto, on this machine: started, stopped, hung up, and listened to."""

import asyncio
import os
import shutil
import signal
import socket
import time

import paho.mqtt.client as paho

_START_S = 5
_ROUND_S = 0.001


def find_mosquitto():
    """Return the path of mosquitto, None without one. Debian has it where no user looks."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Mosquitto:
    """A broker on `port` of this machine, with its files in `folder`; it forgets all at its end.

    `lines`: further ones of its configuration.
    """

    def __init__(self, folder, port, lines=("allow_anonymous true",)):
        self.port = port
        self._folder = folder
        self._process = None
        file = folder / f"mosquitto-{port}.conf"
        settings = [f"listener {port} 127.0.0.1", "persistence false", "log_dest none", *lines]
        if os.geteuid() == 0:  # whose files another user could not read
            settings.insert(0, "user root")
        file.write_text("\n".join(settings) + "\n")
        self._command = [find_mosquitto(), "-c", str(file)]

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, *exception):
        await self.kill()

    async def start(self):
        """Start it, and wait until it listens."""
        self._process = await asyncio.create_subprocess_exec(*self._command)
        due = time.monotonic() + _START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > due or self._process.returncode is not None:
                    raise
                await asyncio.sleep(_ROUND_S)

    async def kill(self):
        """End it in the middle of whatever it does."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            await self._process.wait()

    def hang(self, is_hanging=True):
        """Have it do nothing any more, with all connections open, or go on."""
        self._process.send_signal(signal.SIGSTOP if is_hanging else signal.SIGCONT)


class Judge:
    """Somebody else on the broker, by paho: what everybody says is in `messages`, the newest last,
    as paho has them.
    """

    def __init__(self, port, id="", user=None, password=None, will=None):
        self._port = port
        self.messages = []
        self._client = client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=id)
        if user:
            client.username_pw_set(user, password)
        if will:
            client.will_set(*will)
        client.on_connect = lambda *_: client.subscribe("#", 1)
        client.on_message = lambda _client, _data, message: self.messages.append(message)
        client.on_subscribe = lambda *_: setattr(self, "is_subscribed", True)
        self.is_subscribed = False

    async def __aenter__(self):
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        await self.until(lambda: self.is_subscribed)
        return self

    async def __aexit__(self, *exception):
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic, payload, qos=1, is_retained=False):
        self._client.publish(topic, payload, qos, is_retained)

    def of(self, topic):
        """Return the payloads of a topic, the newest last."""
        return [message.payload.decode() for message in self.messages if message.topic == topic]

    def heard_at(self, topic):
        """Return when the newest payload of a topic came, as time.monotonic() counts."""
        return max(message.timestamp for message in self.messages if message.topic == topic)

    async def until(self, predicate, seconds=10):
        """Wait until something is true; raises AssertionError when it is not in time."""
        due = time.monotonic() + seconds
        while not predicate():
            if time.monotonic() > due:
                raise AssertionError([(m.topic, m.payload) for m in self.messages[-20:]])
            await asyncio.sleep(_ROUND_S)

    async def expect(self, topic, predicate=bool, seconds=10):
        """Wait until the newest payload of a topic is as wanted; return it."""
        await self.until(lambda: self.of(topic) and predicate(self.of(topic)[-1]), seconds)
        return self.of(topic)[-1]
