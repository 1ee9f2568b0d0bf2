"""The tests of lib/ again, on real MicroPython of both word sizes, and with it frozen."""

import re
import subprocess

import pytest
from interpreters import need_micropython

from plughub import ROOT

# What the firmware leaves out: see firmware/manifest.py.
_NOT_FROZEN = (
    *("tuya/test_cloud", "tuya/test_cloud_devices", "tuya/test_cloud_sign", "tuya/test_infrared"),
    "hub/cloud/test_fallback",
    *("hub/web/compat/test_tinytuya", "hub/web/home/test_archive", "hub/web/login/test_users"),
    "hub/update/test_update",
)
_PACKAGES = ("codeset", "hub", "tuya")
FILES = [path for name in _PACKAGES for path in sorted(ROOT.glob(f"tests/{name}/**/test_*.py"))]


def _name(path):
    return str(path.relative_to(ROOT / "tests").with_suffix(""))


def _runs():
    for path in FILES:
        for bits in (64, 32, "frozen"):
            if bits != "frozen" or _name(path) not in _NOT_FROZEN:
                yield pytest.param(path, bits, id=f"{_name(path)}-{bits}")


@pytest.mark.parametrize(("path", "bits"), list(_runs()))
def test_on_micropython(path, bits):
    lib = ".frozen" if bits == "frozen" else ROOT / "lib"
    result = subprocess.run(
        [
            *(need_micropython(bits), "-X", "heapsize=8M", ROOT / "tests" / "on_micropython.py"),
            *(f"{ROOT / 'tools'}:{lib}:{ROOT / 'tools' / 'simulator'}", path),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    assert int(re.search(r"(\d+) passed, 0 failed", output)[1]) > 0, output
