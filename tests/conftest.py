"""Lets a test be a coroutine function, as on MicroPython, and files of tests run side by side."""

import asyncio
import fcntl
import inspect
import os
import signal
import tempfile
import threading
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

# These share the ports on which devices are heard, so that they run one after the other, in one
# process of several. Boards are deaf in all others.
_ON_UDP = (
    *("tests/interop/test_discovery.py", "tests/fakeplug/test_discovery.py"),
    *("tests/plughub/scan/test_scan.py", "tests/plughub/doctor/test_doctor.py"),
    *("tests/soak/test_soak.py", "tests/test_library_command.py"),
    *("tests/plughub/wire/test_decode.py", "tests/plughub/setup/test_setup.py"),
    *("tests/plughub/serve/test_serve.py", "tests/deploy/test_container.py"),
    *("tests/plughub/serve/test_first.py", "tests/plughub/serve/test_tls.py"),
    *("tests/plughub/serve/test_ears.py", "tests/firmware/test_found.py"),
    *("tests/plughub/serve/test_vault.py", "tests/cloud/test_served.py"),
    *("tests/interop/test_ours.py", "tests/properties/test_configuration.py"),
    "tests/test_sync.py",
)
# What takes longest begins first, so that it does not end alone.
_LONG = (
    *("tests/test_micropython.py", "tests/firmware/test_heap.py", "tests/page/test_page.py"),
    *("tests/firmware/test_hub.py", "tests/plughub/board/test_deploy.py"),
    *("tests/soak/test_soak.py", "tests/interop/test_ours.py", "tests/page/test_forms.py"),
    *("tests/mqtt/test_mosquitto.py", "tests/test_pc.py", "tests/plughub/setup/test_setup.py"),
    *("tests/firmware/test_schemathesis.py", "tests/page/test_kinds.py"),
    *("tests/page/test_truth.py", "tests/firmware/test_rules.py", "tests/firmware/test_home.py"),
)
# So long a thread may take to end that was told to.
_ENDING_S = 20
_LOCK = Path(tempfile.gettempdir()) / "plughub-tests-udp.lock"


def pytest_configure():
    # Of a shell's job in the background it is ignored, and so it would be by every command that a
    # test interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    turns = {path: turn for turn, path in enumerate(_LONG)}
    items.sort(key=lambda item: turns.get(_file_of(item.nodeid), len(turns)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return _Scheduling(config, log)


class _Scheduling(LoadScopeScheduling):
    """Gives a process a file at a time, but all that would wait for each other to one."""

    def _split_scope(self, nodeid):
        file = _file_of(nodeid)
        return "who listens for devices" if file in _ON_UDP else file


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if _file_of(item.nodeid) not in _ON_UDP:
        os.environ["PLUGHUB_DEAF"] = "1"
        return (yield)
    with _LOCK.open("w") as file:
        os.environ.pop("PLUGHUB_DEAF", None)
        fcntl.flock(file, fcntl.LOCK_EX)
        return (yield)


def _file_of(nodeid):
    return nodeid.split("::")[0]


@pytest.fixture(scope="module", autouse=True)
def no_thread_is_left():
    """What a file of tests leaves running would talk into the tests of the next one."""
    before = set(threading.enumerate())
    yield
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(_ENDING_S)
    assert not [thread for thread in left if thread.is_alive()]


@pytest.fixture
def servers(tmp_path, monkeypatch):
    """Data centres of Tuya's on this machine, which processes of the test trust."""
    from openapi_server import openapi_servers

    with openapi_servers(tmp_path, monkeypatch) as servers:
        yield servers


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True
