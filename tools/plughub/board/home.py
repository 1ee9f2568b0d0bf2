"""What the config.json of a board says of its home, as far as it can be read.

What is wrong in it the hub tells itself.
"""

import json
from dataclasses import dataclass


def settings_of(content):
    """Return what the bytes of a config.json hold, {} for None; None for what cannot be read."""
    try:
        config = json.loads(content or b"{}")
    except ValueError:
        return None
    return config if isinstance(config, dict) else None


@dataclass(frozen=True)
class Home:
    """How a hub is reached: `port` is that of its page."""

    has_network: bool = False
    port: int = 80

    @classmethod
    def of(cls, content):
        """Return the Home of the bytes of a config.json."""
        config = settings_of(content) or {}
        try:
            return cls(bool(config.get("wifi")), int(config.get("web", {}).get("port", 80)))
        except (ValueError, TypeError, AttributeError):
            return cls()

    def page(self, host):
        """Return the address of its page, by its name or numeric address."""
        return f"http://{host}{'' if self.port == 80 else f':{self.port}'}/"

    def describe(self, told):
        """Yield lines of how a hub is reached that has told a start.Start, and what is wrong."""
        yield f"{told.up}."
        yield from told.faults
        if told.exception:
            yield f"Its console tells of an error: {told.exception}"
        if told.address:
            name, address = told.address
            yield f"The page: {self.page(f'{name}.local')} or {self.page(address)}"
        elif self.has_network:
            yield "It has no address yet: are name and password of the Wi-Fi right?"
        else:
            yield 'It has no network: the configuration wants "wifi".'
        if told.code:
            yield f"The page asks for a password to set, and for the set-up code {told.code}"
