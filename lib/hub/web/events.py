"""Server-sent events: first the whole state, then each change, and a ping in between."""

from hub.clock.location import local
from hub.web.http import Problem, Response, json_list
from tuya.port import compact_json, const, known_time, sleep_ms, ticks_diff, ticks_ms

#: Each holds a socket, of which the board has few.
STREAMS_MAX = 2

# A stream takes about 1.5 kB of this for good; the rest is for the requests beside it.
_STREAM_LEFT = const(6000)
_PING_MS = const(10000)
# lwIP keeps each event until the client has it, which takes sleeping phones 300 ms.
_PACE_MS = const(100)


async def events(hub, request):
    """Open a stream of server-sent events: see EventStream."""
    return open_stream(hub, request, EventStream)


def open_stream(hub, request, Stream):
    """Return a Response with a Stream as its body. Raises Problem where there is no room."""
    wait = "Retry-After: 10\r\n"
    if len(hub.streams) >= STREAMS_MAX:
        raise Problem(503, "%d pages are open already; close one" % STREAMS_MAX, wait)
    if hub.memory.left() < _STREAM_LEFT or hub.memory.is_idf_low():
        raise Problem(503, "The board has too little memory left for another page", wait)
    body = Stream(hub, request.headers.get("last-event-id", ""))
    return Response(body, "text/event-stream", 200, "Cache-Control: no-cache\r\n")


class EventStream:
    """The body of a response: an asynchronous iterator of events, each an iterator of bytes.

        event: snapshot    {"name", "open", "faults"}, what place() returns, and all states:
                           "plugs", "outlets", "relays", "groups", "scenes"
        event: change      {"plugs", "outlets", "relays", "groups"}: those that changed, and all
                           groups
        event: ping        after 10 s without a change

    There is another snapshot when the configuration has changed. Snapshots and changes may have
    "notices", the last events of the rules: [{"time", "text"}], and have an id. With that of the
    last one received as `last_id` a client gets what has changed since instead of a snapshot.

    A slow client gets several changes as one and delays nobody; so does every client when changes
    come faster than every 100 ms.
    """

    def __init__(self, hub, last_id=""):
        self.hub = hub
        self._last_id = last_id
        self._changes = None
        self._sent_at = None
        self._start = ""  # of the broadcast, when all was told
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
        if self._start != self.hub.broadcast.start:
            return self.first(None)
        if not changed:
            return iter((b"event: ping\ndata:\n\n",))
        return self.next(changed)

    def first(self, seq):
        """Yield what a new client gets: all, or the changes since `seq` when it is not None."""
        hub = self.hub
        self._start = hub.broadcast.start
        if seq is None:
            return _event(hub, "snapshot", _snapshot(hub))
        return _event(hub, "change", _changes(hub, _changed_since(hub, seq)))

    def next(self, changed):
        """Yield the event for {name: target} that have changed."""
        return _event(self.hub, "change", _changes(self.hub, changed))

    def close(self):
        """End the stream, also one that waits. May be called twice."""
        self.hub.streams.discard(self)
        if self._changes:
            self._changes.close()


def _event(hub, name, parts):
    yield ("event: %s\nid: %s\nretry: 2000\ndata: " % (name, hub.broadcast.id)).encode()
    yield from parts
    yield b"\n\n"


def _changed_since(hub, seq):
    changed = {None: None} if hub.notices else {}
    for kind in (hub.targets.plugs, hub.targets.outlets, hub.targets.relays):
        changed.update({name: kind[name] for name in kind if kind[name].seq > seq})
    return changed


def place(hub):
    """Return {"time": Unix time or None, "offset": s that local time is ahead of UTC}, and where
    it is configured the "price" of a kWh and its "currency"; "archive": true where years are kept.
    """
    unix = known_time()
    found = {"time": unix, "offset": local(unix) - unix if unix else 0}
    found.update(hub.built("energy") or {})
    if hasattr(hub, "archive"):
        found["archive"] = True
    return found


def _snapshot(hub):
    about = {"name": hub.name, "open": hub.authentication.is_open, "faults": hub.faults}
    about.update(place(hub))
    yield compact_json(about)[:-1].encode()
    for kind in ("plugs", "outlets", "relays", "groups", "scenes"):
        yield (',"%s":' % kind).encode()
        targets = getattr(hub.targets, kind)
        yield from json_list(hub.state_of(target) for target in targets.values())
    if hub.notices:
        yield from _notices(hub)
    yield b"}"


def _changes(hub, changed):
    between = '{"%s":'
    for kind in ("plugs", "outlets", "relays"):
        targets = getattr(hub.targets, kind)
        yield (between % kind).encode()
        between = ',"%s":'
        yield from json_list(hub.state_of(targets[name]) for name in changed if name in targets)
    # There are few groups, and each change may have changed them.
    yield b',"groups":'
    yield from json_list(hub.state_of(group) for group in hub.targets.groups.values())
    if None in changed:
        yield from _notices(hub)
    yield b"}"


def _notices(hub):
    yield b',"notices":'
    yield from json_list(hub.notices.last)
