"""What rules see of a bulb, a cover, a thermostat: in tenths, or whether it is so."""

from fake_hub import FakeHub
from kind_home import BULB, STRIP, THERMOSTAT, Face, plug_of

from hub.rules.condition import Condition
from hub.rules.context import Context
from hub.rules.explain import _value, _wanted
from hub.targets.kinds.outlets import Outlet


def context_of(dps, word, **settings):
    hub = FakeHub()
    plug = hub.targets.plugs["it"] = plug_of(Face(dps), word, hub.broadcast, **settings)
    return Context(hub, 10000), hub, plug


def test_values_in_tenths_and_words():
    home, _, plug = context_of(THERMOSTAT, "climate")
    assert home.read("it", "current") == (190, None)
    assert home.read("it", "target") == (210, None)
    assert home.read("it", "mode=auto") == (True, None)
    assert home.read("it", "mode=heat") == (False, None)
    assert home.read("it", "mode") == (None, None)  # it is no number
    assert home.read("it", "humidity") == (None, None)
    plug.device.online = False
    assert home.read("it", "current") == (None, None)


def test_an_outlet_is_on_and_online_with_its_strip():
    home, hub, strip = context_of(STRIP, "strip")
    fan = hub.targets.outlets["fan"] = Outlet("fan", 2, hub.broadcast)
    fan.attach(strip)
    assert home.read("fan", None) == (False, None) and home.read("fan", 0) == (True, None)
    strip.device.online = False
    assert home.read("fan", None) == (None, None)


def test_a_condition_on_a_value_holds_and_says_so():
    home, _, plug = context_of(BULB, "bulb")
    bright = Condition(("it", "brightness", True, 500, 50, 0))
    assert bright.look(home, "it", 0)[0] is False
    plug.device.push({22: 1000})
    assert bright.look(home, "it", 0)[0] is True
    plug.device.push({22: 480})  # within the band
    assert bright.look(home, "it", 0)[0] is True
    assert _wanted(bright) == "above 50" and _value("brightness", 485) == "at 48.5"
    auto = Condition(("it", "mode=white", True, 0, 0, 0))
    assert auto.look(home, "it", 0)[0] is True
    assert _wanted(auto) == "mode white" and _value("mode=white", False) == "not mode white"
