"""What the tests have measured: a table to read, and a file to compare."""

import json

from plughub import BUILD

FILE = BUILD / "board.json"
_HEAP = ("Python used", "its size", "ESP-IDF free", "largest", "least so far")


class Report:
    def __init__(self):
        self._heaps = {}
        self._values = {}

    def heap(self, name, figures):
        self._heaps[name] = dict(zip(_HEAP, figures, strict=True))

    def value(self, name, value):
        """Keep a number or a text under a name that says its unit."""
        self._values[name] = value

    def save(self):
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps({"heap": self._heaps, "values": self._values}, indent=1) + "\n")

    def lines(self):
        if self._heaps:
            yield f"{'heap, bytes':32}" + "".join(f"{name:>14}" for name in _HEAP)
            for name, heap in self._heaps.items():
                yield f"{name:32}" + "".join(f"{heap[column]:14,}" for column in _HEAP)
            yield ""
        for name, value in self._values.items():
            text = f"{value:14.2f}" if isinstance(value, float) else f"{value!s:>14}"
            yield f"{name:60}{text}"
