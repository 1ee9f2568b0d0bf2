"""The logbook: who has switched what, in memory that never grows."""

from hub import logbook
from hub.broadcast import Broadcast
from hub.targets.relay import Relay


class Pin:
    def value(self, level):
        pass


def noted(name):
    return [(e["on"], e["cause"]) for e in logbook.entries() if e["name"] == name]


def test_what_was_switched_is_noted_with_its_cause():
    relay = Relay("a fan of the logbook", Pin(), 1, False, Broadcast())
    relay.asked_by = "button hall"
    relay.put(True)
    relay.put(True)  # which changes nothing
    relay.asked_by = None
    relay.put(False)
    assert noted(relay.name) == [(True, "button hall"), (False, "by itself")]


def test_the_last_ones_stay_and_their_numbers_go_on():
    for i in range(100):
        logbook.note("lamp %d" % i, i % 2 == 0, "page")
    found = list(logbook.entries())
    assert len(found) == 32
    assert [entry["name"] for entry in found] == ["lamp %d" % i for i in range(68, 100)]
    numbers = [entry["seq"] for entry in found]
    assert numbers == list(range(numbers[0], numbers[0] + 32))
    assert found[-1]["on"] is False and found[-1]["cause"] == "page"
