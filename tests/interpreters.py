"""Where tests find MicroPython; without one a test is skipped, in CI it fails."""

import os

import pytest

from plughub.checkout import find_micropython


def need_micropython(bits=64):
    """Return the path of MicroPython: 64 or 32 bits, or "frozen", of 32 with the firmware."""
    path = find_micropython(bits)
    if not path:
        missing(f"no MicroPython of this kind ({bits}): make build/.micropython-frozen says why")
    return path


def missing(what):
    """Skip the test because a tool is missing; fail where nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
