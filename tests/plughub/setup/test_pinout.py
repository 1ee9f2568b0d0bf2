"""Which pins are offered for a button."""

import pytest

from hub.config import expect
from plughub.setup.pinout import button_pin, pinout

MACHINES = ("Generic ESP32 module with ESP32", "ESP32C3 module with ESP32C3", "Generic ESP32S3")


def test_each_chip_has_its_own():
    assert [pinout(machine).boot for machine in MACHINES] == [0, 9, 0]
    assert pinout("YD-ESP32-S3 with ESP32S3") is pinout(MACHINES[2])
    psram = pinout("Generic ESP32 module with SPIRAM with ESP32")
    assert set(pinout(MACHINES[0]).free) - set(psram.free) == {16, 17} <= set(psram.risky)


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_offered_can_be_configured_and_is_not_risky(machine):
    pins = pinout(machine)
    assert not set(pins.free) & set(pins.risky)
    assert all(expect.pin(pin) is None for pin in (*pins.free, pins.boot))
    assert pins.led is None or pins.led not in pins.free


def test_what_is_typed():
    pins = pinout(MACHINES[0])
    assert [button_pin(answer, pins, set()) for answer in ("", "4", "GPIO 13", "0")] == [
        None,
        4,
        13,
        0,
    ]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("four", "the number of a GPIO, or nothing"),
        ("5", "not GPIO 5: its level at the start chooses how the chip starts"),
        ("7", "not GPIO 7: the flash is connected to it"),
        ("34", "not GPIO 34: it has no pull-up: a button there needs a resistor of its own"),
        ("40", "not GPIO 40: this chip has none"),
        ("26", "GPIO 26 has something else already"),
    ],
)
def test_what_is_refused(answer, why):
    with pytest.raises(ValueError) as e:
        button_pin(answer, pinout(MACHINES[0]), {26})
    assert str(e.value) == why
