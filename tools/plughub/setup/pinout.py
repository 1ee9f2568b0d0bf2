"""Which pins of a chip a button may be wired to."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Pinout:
    """The GPIOs of a chip. `free`: nothing else wants them; a button pulls one to ground.

    `boot`: that of the button of the board itself, `led`: that of the LED which most boards have.
    `risky`: {GPIO: why not that one}.
    """

    boot: int
    led: int | None
    free: tuple[int, ...]
    risky: dict[int, str]


_STRAPPING = "its level at the start chooses how the chip starts"
_FLASH = "the flash is connected to it"
_CONSOLE = "the console is connected to it"
_USB = "the USB of the chip is connected to it"
_PSRAM = "the PSRAM is connected to it"
_NO_PULL = "it has no pull-up: a button there needs a resistor of its own"


def _all(numbers, why):
    return dict.fromkeys(numbers, why)


# Of Espressif's datasheets: "Strapping Pins", and the pins of flash, USB and UART0.
_ESP32 = Pinout(
    boot=0,
    led=2,
    free=(4, 13, 14, 16, 17, 18, 19, 21, 22, 23, 25, 26, 27, 32, 33),
    risky=_all((0, 2, 5, 12, 15), _STRAPPING)
    | _all((1, 3), _CONSOLE)
    | _all(range(6, 12), _FLASH)
    | _all(range(34, 40), _NO_PULL),
)
_ESP32S3 = Pinout(
    boot=0,
    led=None,
    free=(1, 2, *range(4, 19), 21, 38, 39, 40, 41, 42, 47, 48),
    risky=_all((0, 3, 45, 46), _STRAPPING)
    | _all((19, 20), _USB)
    | _all(range(26, 33), _FLASH)
    | _all(range(33, 38), _PSRAM)
    | _all((43, 44), _CONSOLE),
)
_ESP32C3 = Pinout(
    boot=9,
    led=None,
    free=(0, 1, 3, 4, 5, 6, 7, 10),
    risky=_all((2, 8, 9), _STRAPPING)
    | _all(range(11, 18), _FLASH)
    | _all((18, 19), _USB)
    | _all((20, 21), _CONSOLE),
)
# Its flash is behind the same pins, and the PSRAM takes two more.
_ESP32_PSRAM = replace(
    _ESP32,
    free=tuple(pin for pin in _ESP32.free if pin not in (16, 17)),
    risky=_ESP32.risky | _all((16, 17), _PSRAM),
)
_BY_CHIP = {"ESP32C3": _ESP32C3, "ESP32S3": _ESP32S3, "SPIRAM": _ESP32_PSRAM}


def pinout(machine):
    """Return the Pinout of the chip in what MicroPython calls the board."""
    chips = [chip for chip in _BY_CHIP if chip in machine.upper().replace("-", "")]
    return _BY_CHIP[chips[0]] if chips else _ESP32


def button_pin(answer, pins, taken):
    """Return the GPIO that was typed, None for an empty answer. Raises ValueError in words."""
    if not answer:
        return None
    digits = answer.upper().removeprefix("GPIO").strip()
    if not digits.isdecimal():
        raise ValueError("the number of a GPIO, or nothing")
    pin = int(digits)
    if pin in taken:
        raise ValueError(f"GPIO {pin} has something else already")
    if pin in pins.free or pin == pins.boot:
        return pin
    raise ValueError(f"not GPIO {pin}: {pins.risky.get(pin, 'this chip has none')}")
