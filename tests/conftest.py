"""Lets a test be a plain coroutine function, as it is on MicroPython, and several run at once."""

import asyncio
import inspect

import pytest

# These share the ports on which devices are heard, so that they run one after the other.
_ON_UDP = (
    *("tests/interop/test_discovery.py", "tests/fakeplug/test_discovery.py"),
    *("tests/plughub/scan/test_scan.py", "tests/plughub/doctor/test_doctor.py"),
    *("tests/soak/test_soak.py", "tests/test_library_command.py"),
    "tests/plughub/wire/test_decode.py",
)
# Its tests have nothing in common; of all other files those of one run one after the other.
_FREE = "tests/test_micropython.py"


def pytest_collection_modifyitems(items):
    for item in items:
        file = item.nodeid.split("::")[0]
        if file != _FREE:
            item.add_marker(pytest.mark.xdist_group("udp" if file in _ON_UDP else file))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True
