"""The broker of a configuration, from a PC: what is kept there, sent and taken away."""

import contextlib
import ssl
import threading

import paho.mqtt.client as paho

from plughub.cli import UNREACHABLE, Failure

_ANSWER_S = 10
# So long after the last message that is kept all of them have come.
_QUIET_S = 0.5


class Broker:
    """A connection to the broker of `settings`, the section "mqtt". Raises Failure.

    The hub's own stays: this one has no client id of its own.
    """

    def __init__(self, settings):
        self._where = f"{settings['host']}:{settings['port']}"
        self._refusal = None
        self._connected = threading.Event()
        self._heard = threading.Event()
        self._kept = {}
        self._client = client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        if settings["user"]:
            client.username_pw_set(settings["user"], settings["password"])
        if settings["tls"]:
            client.tls_set_context(ssl.create_default_context(cafile=settings["ca"]))
        client.on_connect = self._let_in
        client.on_message = self._take
        client.on_subscribe = lambda *_: self._heard.set()
        try:
            client.connect(settings["host"], settings["port"])
        except OSError as e:
            raise Failure(f"{self._where} is not reached: {e}", UNREACHABLE) from None
        client.loop_start()
        if not self._connected.wait(_ANSWER_S):
            self.close()
            raise Failure(f"{self._where} does not answer", UNREACHABLE)
        if self._refusal:
            self.close()
            raise Failure(f"{self._where} refuses: {self._refusal}", UNREACHABLE)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Part from the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def put(self, topic, payload):
        """Have the broker keep a message; one without payload takes away what it keeps."""
        message = self._client.publish(topic, payload, 1, True)
        with contextlib.suppress(RuntimeError):  # who has lost the connection
            message.wait_for_publish(_ANSWER_S)
        if not message.is_published():
            raise Failure(f"{self._where} has not taken {topic}", UNREACHABLE)

    def kept(self, *topics):
        """Return {topic: payload} of what the broker keeps of some topics."""
        self._kept.clear()
        self._client.subscribe([(topic, 1) for topic in topics])
        self._heard.wait(_ANSWER_S)
        while self._heard.is_set():
            self._heard.clear()
            self._heard.wait(_QUIET_S)
        return dict(self._kept)

    def _let_in(self, _client, _data, _flags, reason, _properties):
        self._refusal = str(reason) if reason.is_failure else None
        self._connected.set()

    def _take(self, _client, _data, message):
        if message.retain:
            self._kept[message.topic] = message.payload
        self._heard.set()
