"""Server-sent events: first all there is, then what changes, and a sign of life in between."""

from tuya.port import compact_json, const

#: Each holds a socket, of which the board has few.
STREAMS_MAX = 2

_PING_MS = const(10000)


class EventStream:
    """The body of a response, one event a turn.

        event: snapshot    {"name", "plugs": [...], "relays": [...], "faults": [...]}
        event: change      {"plugs": [...], "relays": [...]}, the changed ones only
        event: ping        after 10 s without any

    A slow client gets several changes as one, and never holds anybody up.
    """

    def __init__(self, hub):
        self._hub = hub
        self._changes = None
        hub.streams.add(self)

    def __aiter__(self):
        return self

    async def __anext__(self):
        hub = self._hub
        if not self._changes:
            self._changes = hub.broadcast.listen()
            return _event("snapshot", _states(hub, hub.plugs, hub.relays, True))
        changed = await self._changes.within(_PING_MS)
        if not changed:
            return b"event: ping\ndata:\n\n"
        plugs = [name for name in changed if name in hub.plugs]
        relays = [name for name in changed if name in hub.relays]
        return _event("change", _states(hub, plugs, relays, False))

    def close(self):
        """End the stream, also one that waits. May be called twice."""
        self._hub.streams.discard(self)
        if self._changes:
            self._changes.close()


def _states(hub, plugs, relays, whole):
    states = {
        "plugs": [hub.plugs[name].state() for name in plugs],
        "relays": [hub.relays[name].state() for name in relays],
    }
    if whole:
        states["name"] = hub.name
        states["faults"] = hub.faults
    return states


def _event(name, data):
    return ("event: %s\ndata: %s\n\n" % (name, compact_json(data))).encode()
