"""A rule that a message on the broker runs."""

import json

from hub.rules.rule import Rule


class MessageRule(Rule):
    """Runs at a message of `topic` whose payload is `payload`; None: whatever it is.

    Where `payload` is an object, JSON that has the same in these fields will do.
    """

    kind = "message"

    def __init__(self, engine, spec):
        super().__init__(engine, spec)
        self.topic, self._payload = spec["mqtt"]

    def hear(self, payload):
        """Run if these bytes are what it waits for."""
        if self.is_enabled and self._is_wanted(payload):
            self.run()

    def _is_wanted(self, payload):
        wanted = self._payload
        if wanted is None:
            return True
        try:
            text = payload.decode()
            if not isinstance(wanted, dict):
                return text == wanted
            found = json.loads(text)
        except ValueError:
            return False
        return isinstance(found, dict) and all(
            [key in found and found[key] == wanted[key] for key in wanted]
        )
