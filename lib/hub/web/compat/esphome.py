"""Plugs as ESPHome's web server shows them: switches, sensors, and `state` events.

An id is "switch-desk_lamp" or "sensor-desk_lamp_power".
"""

from hub.targets.target import Action
from hub.web.compat.auth import authorize
from hub.web.compat.esphome_ids import slug
from hub.web.events import EventStream, open_stream
from hub.web.http import Problem, Response
from hub.web.plugs import do
from tuya.port import compact_json

_UNITS = {"power": "W", "voltage": "V", "current": "A", "energy": "kWh"}
_VERBS = {"turn_on": "on", "turn_off": "off", "toggle": "toggle"}


class ESPHomeStream(EventStream):
    """The hub's own events, each followed by a `state` for every switch and sensor in it."""

    def first(self, seq):
        yield from self._about()
        yield from super().first(seq)
        for plug in self.hub.targets.plugs.values():
            yield from _events(plug)

    def next(self, changed):
        yield from super().next(changed)
        for name in changed:
            if name in self.hub.targets.plugs:
                yield from _events(self.hub.targets.plugs[name])

    def _about(self):
        about = {"title": self.hub.name, "comment": "", "ota": False, "log": False, "lang": "en"}
        yield ("event: ping\ndata: %s\n\n" % compact_json(about)).encode()


async def events(hub, request):
    """Open a stream of server-sent events: the hub's own, and ESPHome's `state`."""
    return open_stream(hub, request, ESPHomeStream)


async def get_switch(hub, request):
    """Return a switch: {"id", "value", "state"}."""
    await authorize(hub, request, "read")
    return _switch(_find(hub, request.path[1])[0])


async def get_sensor(hub, request):
    """Return a sensor: {"id", "value", "state"}."""
    await authorize(hub, request, "read")
    plug, what = _find(hub, request.path[1])
    if not what:
        raise _not_found(request.path[1])
    return _sensor(plug, what, plug.state()[what])


async def turn(hub, request):
    """Switch a plug; the answer is empty, as ESPHome's is."""
    await authorize(hub, request, "control")
    plug, _ = _find(hub, request.path[1])
    await do(hub, Action(plug.name, _VERBS[request.path[2]]))
    return Response(b"", "text/plain")


def _find(hub, id):
    """Return (plug, what is measured or "") of an id or, as newer clients ask, of a name.

    Raises Problem.
    """
    for plug in hub.targets.plugs.values():
        own = slug(plug.name)
        for what in [""] + list(_UNITS):
            names = (own + "_" + what, plug.name + " " + what) if what else (own, plug.name)
            if id in names:
                return plug, what
    raise _not_found(id)


def _not_found(id):
    return Problem(404, "No plug has the id %s" % id)


def _events(plug):
    if plug.kind and plug.kind.word in ("bulb", "cover", "climate"):
        from hub.web.compat.esphome_kinds import shown

        yield _frame(shown(plug))
        return
    yield _frame(_switch(plug))
    state = plug.state()
    for what in _UNITS:
        if state[what] is not None:
            yield _frame(_sensor(plug, what, state[what]))


def _frame(state):
    return ("event: state\ndata: %s\n\n" % compact_json(state)).encode()


def _switch(plug):
    return {
        "id": "switch-" + slug(plug.name),
        "name": plug.name,
        "value": plug.on is True,
        "state": "ON" if plug.on else "OFF",
    }


def _sensor(plug, what, value):
    text = "NA" if value is None else "%s %s" % (value, _UNITS[what])
    id = "sensor-%s_%s" % (slug(plug.name), what)
    return {"id": id, "name": "%s %s" % (plug.name, what), "value": value, "state": text}
