"""A hub by its address: its log, which board it is, and what its things are called."""

import time
from urllib.parse import quote

from plughub.cli import NOT_FOUND, Failure
from plughub.hub_api import HubAPI

_KINDS = ("plugs", "outlets", "relays", "groups", "scenes")
_LEVELS = {"w": "yellow", "e": "red"}
_ROUND_S = 1


def print_log(address, console, follows):
    """Print the last lines of a hub's log; with `follows` those that come, until Ctrl-C."""
    with HubAPI(address) as hub:
        last = 0
        while True:
            lines = hub.ask("GET", f"log?after={last}")
            for line in lines:
                style = _LEVELS.get(line["level"])
                console.print(line["text"], style=style, markup=False, soft_wrap=True)
                last = line["seq"]
            if not follows:
                return
            time.sleep(_ROUND_S)


def identify(address):
    """Have a hub blink for 3 s; return a sentence for people."""
    with HubAPI(address) as hub:
        told = hub.ask("POST", "identify", {})
    what = "its LED has blinked for 3 s" if told["led"] else "it has no LED"
    return f"This is {told['name']}: {what}."


def rename(address, old, new):
    """Call a plug, relay, group or scene of a hub otherwise, or the hub itself.

    Returns a sentence for people. Raises Failure.
    """
    wanted = old.casefold()
    with HubAPI(address) as hub:
        names = []
        for kind in _KINDS:
            for item in hub.ask("GET", kind):
                names.append(item["name"])
                if item["name"].casefold() == wanted:
                    path = f"{kind}/{quote(item['name'], safe='')}/name"
                    hub.ask("PUT", path, {"name": new})
                    return f"{item['name']} is {new} now."
        if hub.ask("GET", "system")["name"].casefold() == wanted:
            return _rename_hub(hub, new)
    there = ", ".join(names) or "nothing yet"
    raise Failure(f"the hub has nothing called {old}; it has {there}", NOT_FOUND)


def _rename_hub(hub, new):
    config = hub.ask("GET", "config")  # with stars in place of what is secret, which stays
    hub.ask("PUT", "config", config | {"name": new})
    hub.ask("POST", "restart", {})
    return f"The hub restarts as {new}: http://{new}.local/"
