"""What Prometheus reads."""

from fake_hub import FakeHub, ask
from kind_home import THERMOSTAT, Face, plug_of


async def test_values_are_in_si_units():
    hub = FakeHub(metrics=True)
    hub.targets.plugs["lamp"].name = 'a "lamp"'
    hub.targets.plugs["desk lamp"].on = None
    status, text = await ask(hub, "GET", "/metrics")
    lines = text.decode().split("\n")
    labels = '{plug="a \\"lamp\\"",id="bf1"}'
    assert status == 200 and "plughub_plug_power_watts%s 95.7" % labels in lines
    assert "plughub_plug_energy_joules_total%s 5400000" % labels in lines
    assert "plughub_plug_on%s 0" % labels in lines
    # What is not known is left out.
    assert not [line for line in lines if line.startswith("plughub_plug_on") and "bf2" in line]
    assert "plughub_uptime_seconds 77" in lines and "plughub_heap_free_bytes 40000" in lines
    assert lines[-1] == "" and all([line for line in lines[:-1]])


async def test_they_are_there_only_where_switched_on():
    assert (await ask(FakeHub(), "GET", "/metrics"))[0] == 404


async def test_values_of_kinds_by_their_names():
    hub = FakeHub(metrics=True)
    hub.targets.plugs["it"] = plug_of(Face(THERMOSTAT), "climate", hub.broadcast)
    _, text = await ask(hub, "GET", "/metrics")
    lines = text.decode().split("\n")
    labels = 'plug="it",id="%s",value="current"' % hub.targets.plugs["it"].device.id
    assert "plughub_plug_value{%s} 19.0" % labels in lines
    assert not [line for line in lines if 'value="mode"' in line]
    assert "# TYPE plughub_plug_value gauge" in lines
