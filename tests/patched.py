"""What a test puts in place of something while it runs, on CPython and on MicroPython."""

import sys


class Patched:
    """While this context lasts, attributes of `owner` have other values."""

    def __init__(self, owner, **values):
        self._owner = owner
        self._values = values

    def __enter__(self):
        self._real = {name: getattr(self._owner, name) for name in self._values}
        self._put(self._values)

    def __exit__(self, *exception):
        self._put(self._real)

    def _put(self, values):
        for name in values:
            setattr(self._owner, name, values[name])


class OnBoard:
    """While this context lasts, there is a board's module `network`."""

    def __init__(self, network):
        self._network = network

    def __enter__(self):
        self._before = sys.modules.get("network")
        sys.modules["network"] = self._network

    def __exit__(self, *exception):
        del sys.modules["network"]
        if self._before:
            sys.modules["network"] = self._before
