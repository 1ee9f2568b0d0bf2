"""What is frozen into the firmware: the library, the hub, its page and its API's description.

For `FROZEN_MANIFEST` of MicroPython's own build, and for `plughub image`. The event loop and what
else a port brings belong to the port's own manifest.
"""

# ruff: noqa: F821 - MicroPython's makemanifest.py defines what is called here

import os

# Without line numbers, 20 kB: the partition of a stock firmware has no room for them.
_OPTIMISATION = 3
# What only a PC imports, or can use.
_NOT_ON_A_BOARD = (
    *("tuya/__main__.py", "tuya/cpython.py", "tuya/sync.py", "tuya/infrared.py"),
    "tuya/cloud_devices.py",
    *("hub/web/compat/tinytuya.py", "hub/web/home/archive.py", "hub/web/login/users.py"),
)
# What a stock firmware has neither the flash nor the memory for, or no second slot: files, and
# folders of them. See boards/manifest.py.
_NOT_IN_STOCK = (
    *("tuya/cloud.py", "tuya/cloud_errors.py", "tuya/cloud_points.py", "tuya/cloud_sign.py"),
    *("hub/cloud", "hub/net/https.py", "hub/net/fallback.py"),
    *("hub/update", "hub/web/update"),
)


def _files(package):
    found = []
    left_out = set(_NOT_ON_A_BOARD + _NOT_IN_STOCK)
    for folder, _, names in os.walk(os.path.join("..", "lib", package)):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), os.path.join("..", "lib"))
            if name.endswith(".py") and not {path, os.path.dirname(path)} & left_out:
                found.append(path[len(package) + 1 :])
    return sorted(found)


for _package in ("startup", "codeset", "tuya", "hub"):
    package(_package, files=_files(_package), base_path="../lib", opt=_OPTIMISATION)
# Made of firmware/page by `plughub assets`.
module("hub_assets.py", base_path="../build/firmware", opt=_OPTIMISATION)
