"""The pins of a Raspberry Pi, by gpiozero's own mock pins."""

import asyncio

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from hub.broadcast import Broadcast
from hub.pins.button import Button
from hub.targets.relay import Relay
from plughub.serve.gpio import NoPin, make_pin_class


@pytest.fixture
def Pin(monkeypatch):
    factory = MockFactory()
    monkeypatch.setattr(gpiozero.Device, "pin_factory", factory)
    made = make_pin_class(gpiozero)
    made.factory = factory
    yield made
    factory.reset()


async def test_a_button_between_a_pin_and_ground_is_pressed(Pin):
    presses = []
    pressed = asyncio.Event()

    def act(action):
        presses.append(action)
        pressed.set()

    button = Button(Pin(4, Pin.IN, Pin.PULL_UP), 0, act, {"press": "lamp"})
    task = asyncio.create_task(button.run())
    await asyncio.sleep(0.1)  # until it listens
    wire = Pin.factory.pin(4)
    assert wire.function == "input" and wire.pull == "up"
    # As gpiozero calls: from another thread.
    await asyncio.to_thread(wire.drive_low)
    async with asyncio.timeout(30):
        await pressed.wait()
    assert presses == ["lamp"]
    task.cancel()
    await asyncio.wait((task,))
    assert wire.when_changed is None


def test_a_relay_that_is_on_at_the_low_level_does_not_click_at_the_start(Pin):
    wire = Pin.factory.pin(26)
    states = []
    pin = Pin(26, Pin.OUT)
    assert wire.function == "input", "it drives nothing before its level is known"
    drive = wire._change_state
    wire._change_state = lambda state: states.append(state) or drive(state)
    relay = Relay("fan", pin, 0, False, Broadcast())
    assert wire.function == "output" and wire.state == 1 and 0 not in states
    relay.put(True)
    assert wire.state == 0 and pin.value() == 0


def test_a_pin_that_is_none_is_told_in_words(Pin):
    for wrong in (99, 48):
        with pytest.raises(ValueError, match=str(wrong)):
            Pin(wrong, Pin.OUT)


def test_without_gpiozero_it_says_what_is_missing():
    with pytest.raises(ValueError, match="gpiozero"):
        NoPin(4, NoPin.IN, NoPin.PULL_UP)
