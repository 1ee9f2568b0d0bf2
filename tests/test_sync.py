"""tuya.sync: what a script of a few lines does, against a fake plug."""

import asyncio
import contextlib
import inspect
import socket
import threading

import pytest

import tuya.sync
from fakeplug import FakePlug

ID, KEY = "bf0123456789abcdefghij", "0123456789abcdef"
KINDS = ("Outlet", "Bulb", "Cover", "Climate", "Infrared")


@contextlib.contextmanager
def served(plug):
    """A fake plug in a thread of its own; yields a function that has its event loop do things."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def do(function, *arguments):
        async def work():
            result = function(*arguments)
            return await result if inspect.isawaitable(result) else result

        return asyncio.run_coroutine_threadsafe(work(), loop).result(10)

    try:
        do(plug.start)
        yield do
        do(plug.stop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def threads():
    return {thread for thread in threading.enumerate() if thread.is_alive()}


@pytest.mark.parametrize("version", ["3.1", "3.3", "3.4", "3.5"])
def test_a_script(version):
    before = threads()
    plug = FakePlug(ID, KEY, version, {1: False, 18: 417, 19: 957, 20: 2304})
    with served(plug) as do:
        arguments = ("127.0.0.1", KEY, float(version), plug.port)
        with tuya.sync.Outlet(ID, *arguments) as outlet:
            assert outlet.status() == {1: False, 18: 417, 19: 957, 20: 2304}
            outlet.turn_on()
            assert plug.dps[1] is True and outlet.is_on() is True
            outlet.toggle()
            outlet.set({"1": True})
            assert (outlet.power, outlet.voltage, outlet.current) == (95.7, 230.4, 0.417)
            assert outlet.online and outlet.error is None and outlet.version == version
            changes = outlet.changes(timeout=5)
            do(plug.press, {1: False})
            assert next(changes) == {1: False}
            changes.close()
            assert list(outlet.changes(timeout=0.01)) == []
            with pytest.raises(ValueError, match="no switch 9"):
                outlet.switch(True, 9)
        with pytest.raises(tuya.Offline, match="inside `with`"):
            outlet.status()
    assert not threads() - before  # those of others may have ended


def test_errors_are_those_of_the_device():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with tuya.sync.Device(ID, "127.0.0.1", KEY, port=port) as device:
            with pytest.raises(tuya.Refused):
                device.status()
            assert isinstance(device.error, tuya.Refused)


def test_a_with_that_ends_by_an_error_leaves_no_thread():
    before = threads()
    with pytest.raises(ZeroDivisionError), tuya.sync.Device(ID, "127.0.0.1", KEY, port=1):
        _ = 1 / 0
    assert not threads() - before  # those of others may have ended


@pytest.mark.parametrize("name", ["Device", *KINDS])
def test_each_class_has_what_its_namesake_has(name):
    kind, made = getattr(tuya, name), getattr(tuya.sync, name)
    for member, found in inspect.getmembers(kind):
        if member.startswith("_") or member in tuya.sync._OF_OTHERS:
            continue
        assert hasattr(made, member), member
        if inspect.isfunction(found) and member != "changes":
            mine = getattr(made, member)
            assert not inspect.iscoroutinefunction(mine), member
            assert inspect.signature(mine) == inspect.signature(found), member
            assert mine.__doc__, member
    with pytest.raises(TypeError, match="colour"):
        made(ID, "127.0.0.1", KEY, colour=1)
