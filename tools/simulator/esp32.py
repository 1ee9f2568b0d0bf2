"""The ESP32's `esp32` in software: non-volatile storage, kept in a file of the flash folder."""

import json
import os

import idf_heap

_FILE = ".nvs"
HEAP_DATA = 4


class NVS:
    """Numbers and blobs under names of at most 15 characters; nothing lasts without commit()."""

    def __init__(self, namespace):
        self._namespace = namespace
        try:
            with open(_FILE) as file:
                self._all = json.load(file)
        except OSError:
            self._all = {}
        self._own = self._all.setdefault(namespace, {})

    def set_i32(self, key, value):
        self._own[_checked(key)] = int(value)

    def get_i32(self, key):
        return self._get(key)

    def set_blob(self, key, value):
        self._own[_checked(key)] = bytes(value).hex()

    def get_blob(self, key, buffer):
        value = bytes.fromhex(self._get(key))
        buffer[: len(value)] = value
        return len(value)

    def erase_key(self, key):
        self._get(key)
        del self._own[key]

    def commit(self):
        # The real one is whole or not at all, also when somebody interrupts it.
        with open(_FILE + ".new", "w") as file:
            json.dump(self._all, file)
        os.rename(_FILE + ".new", _FILE)

    def _get(self, key):
        if key not in self._own:
            raise OSError(-0x1102, "ESP_ERR_NVS_NOT_FOUND")
        return self._own[key]


def idf_heap_info(capabilities):
    """Return (total, free, largest block, minimum free) of each region."""
    return [idf_heap.info()]


def _checked(key):
    if len(key) > 15:
        raise ValueError("NVS key too long")
    return key
