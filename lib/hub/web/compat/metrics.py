"""What Prometheus reads, in SI units."""

from hub import VERSION
from hub.web.http import Response

_KIND = "text/plain; version=0.0.4; charset=utf-8"
_JOULES = 3600000

# (name, type, what it is, its value of a plug's state)
_OF_PLUGS = (
    ("up", "gauge", "Whether the plug answers.", lambda state: int(state["online"])),
    ("on", "gauge", "Whether the plug is on.", lambda state: _flag(state["on"])),
    ("power_watts", "gauge", "Power drawn.", lambda state: state["power"]),
    ("voltage_volts", "gauge", "Mains voltage.", lambda state: state["voltage"]),
    ("current_amperes", "gauge", "Current drawn.", lambda state: state["current"]),
    ("energy_joules_total", "counter", "Energy drawn.", lambda state: _joules(state["energy"])),
)
_VALUE = "What a device has besides, by its name: percent, degrees, as its kind has it."


async def metrics(hub, request):
    """Return all plugs and how the hub is."""
    return Response(_lines(hub), _KIND)


def _lines(hub):
    for name, kind, about, value in _OF_PLUGS:
        yield _head("plug_" + name, kind, about)
        for plug in hub.targets.plugs.values():
            found = value(plug.state())
            if found is not None:
                labels = 'plug="%s",id="%s"' % (_escaped(plug.name), plug.device.id)
                yield ("plughub_plug_%s{%s} %s\n" % (name, labels, found)).encode()
    yield from _values(hub)
    yield _head("info", "gauge", "The version of the firmware.")
    yield ('plughub_info{version="%s"} 1\n' % VERSION).encode()
    yield _head("uptime_seconds", "gauge", "Time since the start.")
    yield ("plughub_uptime_seconds %d\n" % hub.supervisor.uptime_s).encode()
    yield _head("loop_lag_seconds", "gauge", "How late the event loop was at worst, lately.")
    yield ("plughub_loop_lag_seconds %s\n" % (hub.supervisor.lag_ms / 1000)).encode()
    for name, about, value in _memory(hub.memory):
        yield _head(name, "gauge", about)
        yield ("plughub_%s %d\n" % (name, value)).encode()


def _values(hub):
    kinds = [plug for plug in hub.targets.plugs.values() if plug.kind]
    if kinds:
        yield _head("plug_value", "gauge", _VALUE)
    for plug in kinds:
        values = plug.kind.values()
        for name in sorted(values):
            if isinstance(values[name], (int, float)):
                labels = 'plug="%s",id="%s",value="%s"'
                labels %= _escaped(plug.name), plug.device.id, _escaped(name)
                text = "plughub_plug_value{%s} %s\n" % (labels, float(values[name]))
                yield text.encode()


def _memory(memory):
    yield "heap_free_bytes", "What Python may still take, garbage collected.", memory.left()
    yield "heap_free_min_bytes", "The least of it since the start.", memory.least_left
    idf = memory.idf()
    if idf:
        yield "network_heap_free_bytes", "What Wi-Fi and TCP live on.", idf[0]
        yield "network_heap_largest_bytes", "The largest block of it.", idf[1]
        yield "network_heap_free_min_bytes", "The least of it since the start.", idf[2]


def _head(name, kind, about):
    return ("# HELP plughub_%s %s\n# TYPE plughub_%s %s\n" % (name, about, name, kind)).encode()


def _flag(on):
    return None if on is None else int(on)


def _joules(kwh):
    return None if kwh is None else round(kwh * _JOULES)


def _escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
