"""Which of several boards is at a serial port: its LED blinks."""

from plughub.board.home import settings_of
from plughub.board.prompt import Board

_BLINK = """
import time
from machine import Pin
led = Pin({pin}, Pin.OUT)
for i in range(12):
    led.value(i % 2 == {active})
    time.sleep_ms(250)
"""


def blink(port):
    """Blink the LED of its configuration for 3 s; return a sentence for people.

    The hub on it stands still meanwhile, and starts again.
    """
    with Board(port) as board:
        config = settings_of(board.read("config.json")) or {}
        name = config.get("name", "a board without a name")
        led = config.get("led")
        pin = led.get("pin") if isinstance(led, dict) else None
        if not isinstance(pin, int):
            return f"This is {name}: it has no LED."
        board.execute(_BLINK.format(pin=pin, active=int(led.get("active") != 0)))
    return f"This is {name}: its LED has blinked for 3 s."
