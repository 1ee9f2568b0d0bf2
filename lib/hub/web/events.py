"""Server-sent events: first all there is, then what changes, and a sign of life in between."""

from tuya.port import compact_json, const, known_time, sleep_ms, ticks_diff, ticks_ms

#: Each holds a socket, of which the board has few.
STREAMS_MAX = 2

_PING_MS = const(10000)
# lwIP keeps each event until the client has it, which sleeping phones take 300 ms for.
_PACE_MS = const(100)


class EventStream:
    """The body of a response: an asynchronous iterator of events, each an iterator of bytes.

        event: snapshot    {"name", "time", "open", "faults"}, then all states: "plugs",
                           "relays", "groups", "scenes"
        event: change      {"plugs", "relays", "groups"}, the changed ones only; all groups

    Both may have "notices", the last events of the rules: [{"time", "text"}], and have an id. Who
    names the last one he got, as `last_id`, gets what has changed since instead of a snapshot.
        event: ping        after 10 s without any

    A slow client gets several changes as one, and never holds anybody up. So does one that they
    come to more often than every 100 ms.
    """

    def __init__(self, hub, last_id=""):
        self.hub = hub
        self._last_id = last_id
        self._changes = None
        self._sent_at = None
        hub.streams.add(self)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._changes:
            self._changes = self.hub.broadcast.listen()
            return self.first(self.hub.broadcast.since(self._last_id))
        if self._sent_at is not None:
            await sleep_ms(max(0, _PACE_MS - ticks_diff(ticks_ms(), self._sent_at)))
        changed = await self._changes.within(_PING_MS)
        self._sent_at = ticks_ms()
        if not changed:
            return iter((b"event: ping\ndata:\n\n",))
        return self.next(changed)

    def first(self, seq):
        """Yield what a new client gets, who knows all up to `seq`, or None."""
        hub = self.hub
        if seq is None:
            return _event(hub, "snapshot", _home(hub))
        return _event(hub, "change", _changes(hub, _since(hub, seq)))

    def next(self, changed):
        """Yield what tells of {name: target} that have changed."""
        return _event(self.hub, "change", _changes(self.hub, changed))

    def close(self):
        """End the stream, also one that waits. May be called twice."""
        self.hub.streams.discard(self)
        if self._changes:
            self._changes.close()


def pieces(values):
    """Yield the JSON of a list, a value at a time."""
    between = "["
    for value in values:
        yield (between + compact_json(value)).encode()
        between = ","
    yield b"]" if between == "," else b"[]"


def states(targets):
    """Return an iterator of the states of targets, each made when it is its turn."""
    return (target.state() for target in targets)


def _event(hub, name, parts):
    yield ("event: %s\nid: %s\nretry: 2000\ndata: " % (name, hub.broadcast.id)).encode()
    yield from parts
    yield b"\n\n"


def _since(hub, seq):
    changed = {None: None} if hub.notices else {}
    for kind in (hub.plugs, hub.relays):
        changed.update({name: kind[name] for name in kind if kind[name].seq > seq})
    return changed


def _home(hub):
    about = {"name": hub.name, "time": known_time(), "faults": hub.faults}
    about["open"] = hub.door.is_open
    yield compact_json(about)[:-1].encode()
    for kind in ("plugs", "relays", "groups", "scenes"):
        yield (',"%s":' % kind).encode()
        yield from pieces(states(getattr(hub, kind).values()))
    if hub.notices:
        yield from _notices(hub)
    yield b"}"


def _notices(hub):
    yield b',"notices":'
    yield from pieces(hub.notices.last)


def _changes(hub, changed):
    between = '{"%s":'
    for kind in ("plugs", "relays"):
        targets = getattr(hub, kind)
        yield (between % kind).encode()
        between = ',"%s":'
        yield from pieces(states([targets[name] for name in changed if name in targets]))
    # Few groups, and each may be on because of what has changed.
    yield b',"groups":'
    yield from pieces(states(hub.groups.values()))
    if None in changed:
        yield from _notices(hub)
    yield b"}"
