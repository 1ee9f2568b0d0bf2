"""The buttons: which pin has which one, and what it switches."""

from rich.table import Table

from plughub import ask
from plughub.cli import console, errors
from plughub.setup.pinout import button_pin

_WIRING = (
    "A button goes between its pin and GND, without anything else. Its pin is one of {free}; "
    "{boot} is the button that every board has."
)


def ask_for(config, pins):
    """Return a configuration with a button for each plug that somebody wants one for."""
    plugs = [plug["name"] for plug in config.get("plugs", [])]
    buttons = [*config.get("buttons", [])]
    taken = _taken(config)
    if not plugs:
        return config
    free = [pin for pin in pins.free if pin not in taken]
    text = _WIRING.format(free=", ".join(map(str, free)), boot=pins.boot)
    errors.print(text, markup=False, soft_wrap=True)
    served = {_switched(button) for button in buttons}
    default = "" if pins.boot in taken else str(pins.boot)
    for name in plugs:
        if name in served:
            continue
        pin = ask.checked(
            f"GPIO of the button for {name} (Enter: {default or 'none'}, -: none)",
            lambda answer, default=default: button_pin(
                "" if answer == "-" else answer or default, pins, taken
            ),
        )
        default = ""
        if pin is not None:
            taken.add(pin)
            buttons.append({"pin": pin, "press": {"plug": name, "set": "toggle"}})
    if buttons:
        console.print(_table(buttons))
    return config | {"buttons": buttons}


def _taken(config):
    """Return the GPIOs that a configuration has something at."""
    items = [config.get("led") or {}]
    for kind in ("relays", "buttons", "inputs"):
        items += config.get(kind, [])
    return {item["pin"] for item in items if isinstance(item, dict) and "pin" in item}


def _switched(button):
    press = button.get("press") if isinstance(button, dict) else None
    return press.get("plug") if isinstance(press, dict) else None


def _table(buttons):
    table = Table("button at", "switches")
    for button in buttons:
        table.add_row(f"GPIO {button['pin']}", _switched(button) or "")
    return table
