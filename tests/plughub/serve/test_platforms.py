"""What Windows and macOS do differently, with their modules in the places of this system's."""

import asyncio
import os
import signal
import socket
import sys
from types import SimpleNamespace

import pytest

from plughub.cli import Failure
from plughub.serve import listening, running
from plughub.serve.gpio import NoPin, pin_class


async def ends_at_a_signal():
    """SIGTERM is told, and afterwards handled as before."""
    ended = asyncio.Event()
    before = signal.getsignal(signal.SIGTERM)
    with running._signals(ended.set):
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(20):
            await ended.wait()
    assert signal.getsignal(signal.SIGTERM) is before


async def test_windows_has_no_handlers_of_signals_in_its_event_loop(monkeypatch):
    def none(*_):
        raise NotImplementedError

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(type(loop), "add_signal_handler", none)
    await ends_at_a_signal()


async def test_elsewhere_a_signal_ends_it_and_then_is_what_it_was():
    await ends_at_a_signal()


@pytest.mark.parametrize("name, is_shared", [("nt", False), ("posix", True)])
def test_on_windows_a_port_is_not_shared(monkeypatch, name, is_shared):
    monkeypatch.setattr(listening, "os", SimpleNamespace(name=name))
    with listening.listen("127.0.0.1", 0) as sock:
        shared = sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        assert bool(shared) is is_shared
        with pytest.raises(Failure, match="--port"):
            listening.listen("127.0.0.1", sock.getsockname()[1])


def test_without_ipv6_it_is_told(monkeypatch):
    def none(*_, **__):
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr(listening.socket, "socket", none)
    with pytest.raises(Failure, match="not supported"):
        listening.listen("::", 0)


def test_where_there_is_no_gpiozero_there_are_no_pins(monkeypatch):
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    assert pin_class() is NoPin
