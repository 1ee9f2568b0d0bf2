"""What the hub imports of a board, on a PC."""

import sys

import pytest

from plughub.serve import machine as machines
from plughub.serve.machine import Machine, install


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A Machine that the hub's imports find, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("machine", "network", "esp32"):
        monkeypatch.setitem(sys.modules, name, None)
    made = Machine(object, lambda: None)
    install(made)
    return made


def test_why_it_was_started_is_known_after_a_restart(machine):
    from hub.system.reset import leave_reason, take_note

    restarts = []
    machine.restart = lambda: restarts.append(1)
    assert take_note() == "power was switched on"
    leave_reason("somebody wanted it")
    machine.reset()
    assert restarts and take_note() == "it reset itself: somebody wanted it"
    machine.reset()
    assert take_note() == "it was reset"


def test_starts_that_fail_are_counted_over_processes(machine):
    from startup import lives

    assert not lives.is_safe_mode()
    assert [lives.count() for _ in range(5)] == [False] * 4 + [True]
    assert lives.is_safe_mode()
    lives.approve()
    assert not lives.is_safe_mode()


def test_the_setup_code_stays_until_it_is_forgotten(machine):
    sys.modules.pop("hub.setup.access_point", None)
    from hub.setup.access_point import forget, setup_code

    code = setup_code()
    assert len(code) == 12 and setup_code() == code
    forget()
    assert setup_code() != code


def test_broken_storage_is_as_good_as_none(machine, tmp_path):
    (tmp_path / "nvs.json").write_text('{"plugh')
    assert not machines.NVS("plughub")._own


def test_the_network_is_the_pcs_own(machine):
    from hub.system import wifi
    from tuya.udp import own_address

    assert wifi.is_up() and wifi.signal() is None
    assert wifi.address().count(".") == 3
    wifi.change({"ssid": "home", "password": "secret word", "country": "DE"}, "plughub")
    # Not what a station says: of several networks the one that leads there.
    assert own_address("127.0.0.9") == "127.0.0.1"


def test_the_watchdog_is_that_of_the_service(monkeypatch):
    fed = []
    machine = Machine(object, lambda: fed.append(1))
    machine.WDT(timeout=30000).feed()
    assert fed == [1]


def test_there_is_no_heap_of_a_network(machine):
    from hub.system.memory import board_memory

    assert board_memory().idf() is None
