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


class Partition:
    """The slots of a firmware, where the flash folder has a file .slots: files in it.

    {"running": label, "boot": label, "is_proved": bool}; machine.reset() does what a bootloader
    does: see restart().
    """

    RUNNING = 0
    _SIZE = 0x1D0000

    def __init__(self, label):
        state = _slots()
        self._label = state["running"] if label == self.RUNNING else label

    def info(self):
        return (0, 16, 0x10000, self._SIZE, self._label, False)

    def get_next_update(self):
        return Partition("ota_1" if self._label == "ota_0" else "ota_0")

    def writeblocks(self, number, data):
        with open("." + self._label, "r+b" if number else "wb") as file:
            file.seek(4096 * number)
            file.write(data)

    def set_boot(self):
        with open("." + self._label, "rb") as file:
            if file.read(1) != b"\xe9":
                raise OSError(-0x1503, "ESP_ERR_OTA_VALIDATE_FAILED")
        _save_slots(dict(_slots(), boot=self._label))

    @staticmethod
    def mark_app_valid_cancel_rollback():
        _save_slots(dict(_slots(), is_proved=True))


def restart():
    """Do what the bootloader does at a reset: a firmware that was not proved gives way."""
    try:
        state = _slots()
    except OSError:
        return
    if state["boot"] != state["running"]:
        state["is_proved"], state["running"] = False, state["boot"]
    elif not state["is_proved"]:
        state["boot"] = state["running"] = Partition(state["running"]).get_next_update()._label
        state["is_proved"] = True
    _save_slots(state)


def _slots():
    with open(".slots") as file:
        return json.load(file)


def _save_slots(state):
    with open(".slots.new", "w") as file:
        json.dump(state, file)
    os.rename(".slots.new", ".slots")


def idf_heap_info(capabilities):
    """Return (total, free, largest block, minimum free) of each region."""
    return [idf_heap.info()]


def _checked(key):
    if len(key) > 15:
        raise ValueError("NVS key too long")
    return key
