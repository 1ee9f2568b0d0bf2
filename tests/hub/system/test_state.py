"""What the hub finds out and knows after a reboot."""

import json
import os

from patched import Patched

from hub.system import state
from hub.system.state import Findings, State
from tuya.changes import Observed
from tuya.errors import WrongVersion

SCRATCH = "state-of-a-test.json"


def test_facts_are_remembered_and_written_once():
    saved = []
    save = lambda path, facts: saved.append(json.loads(json.dumps(facts)))  # noqa: E731
    with Patched(state, save=save):
        facts = State("nowhere.json")
        assert facts.recall("bf1", "version") is None
        facts.remember("bf1", "version", "3.5")
        facts.remember("bf1", "address", "192.0.2.5")
        assert facts.recall("bf1", "version") == "3.5"
        facts.write()
        assert not facts._is_new
        facts.remember("bf1", "version", "3.5")
        assert not facts._is_new
    assert saved == [{"bf1": {"version": "3.5", "address": "192.0.2.5"}}]


def test_a_flash_that_takes_nothing_is_tried_again():
    def fail(path, facts):
        raise OSError(28, "ENOSPC")

    with Patched(state, save=fail):
        facts = State("nowhere.json")
        facts.remember("bf1", "version", "3.5")
        facts.write()
        assert facts._is_new and facts.recall("bf1", "version") == "3.5"


class Device(Observed):
    def __init__(self, version):
        super().__init__()
        self.id = "bf1"
        self.version = version
        self.address = "192.0.2.5"
        self.online = False
        self.error = None


def test_what_a_device_finds_out_is_known_after_a_reboot():
    facts = State("nowhere.json")
    device = Device(None)
    Findings(device, facts)
    assert device.version is None and device.is_device22 is False
    device.tell({})
    assert facts.recall("bf1", "version") is None
    device.version, device.is_device22, device.online = "3.4", True, True
    device.tell({})
    again = Device(None)
    Findings(again, facts)
    assert again.version == "3.4" and again.is_device22 is True
    # A firmware update may change the version.
    again.error = WrongVersion("it speaks 3.5, not 3.4")
    again.tell({})
    assert again.version is None


def test_facts_that_somebody_has_spoiled_harm_nothing():
    with open(SCRATCH, "w") as file:
        file.write('{"bf1": 7, "bf2": {"version": "3.4"}}')
    facts = State(SCRATCH)
    assert facts.recall("bf1", "version") is None and facts.recall("bf2", "version") == "3.4"
    facts.remember("bf1", "version", "3.5")
    assert facts.recall("bf1", "version") == "3.5"
    os.remove(SCRATCH)


def test_a_device_that_has_moved_is_tried_there_first_after_a_reboot():
    facts = State("nowhere.json")
    device = Device("3.3")
    Findings(device, facts)
    device.online, device.address = True, "192.0.2.9"
    device.tell({})
    again = Device("3.3")
    Findings(again, facts)
    assert again.address == "192.0.2.9" and again.version == "3.3"
    # Whoever says another address knows better.
    other = Device("3.3")
    other.address = "192.0.2.77"
    Findings(other, facts)
    assert other.address == "192.0.2.77"
