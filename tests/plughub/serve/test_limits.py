"""What a board has little of, and a PC plenty."""

import importlib
import socket
import struct
import sys
from types import SimpleNamespace

import pytest

from plughub.serve import limits, listening
from plughub.serve.memory import PCMemory, physical_bytes, resident_bytes

PLUG = {"key": "0123456789abcdef"}


@pytest.fixture
def lifted(monkeypatch):
    """The limits of a PC, until the end of the test."""
    for path, name, _ in (*limits.LIMITS, ("hub.components", "HUB", 0)):
        module = importlib.import_module(path)
        monkeypatch.setattr(module, name, getattr(module, name))
    server = importlib.import_module("hub.web.server")
    monkeypatch.setattr(server, "SCHEMA", server.SCHEMA)
    limits.lift()


def home(count):
    return {"plugs": [PLUG | {"name": f"p{i}", "id": f"bf{i:020}"} for i in range(count)]}


def test_a_home_of_thousands_fits(lifted):
    from hub.components import schema
    from hub.targets.connections import slots_of

    config = schema().check_values(home(3000))
    assert config["faults"] == [] and len(config["plugs"]) == 3000
    assert slots_of(config) > 3000
    assert config["boot_button"] is None and config["web"]["port"] == limits.PORT


def test_what_a_board_refuses_without_them():
    from hub.components import schema

    config = schema().check_values(home(3000))
    assert len(config["plugs"]) < 200 and config["boot_button"] == 0
    assert config["web"]["port"] == 80


def test_what_somebody_has_configured_stands(lifted):
    from hub.components import schema

    config = schema().check_values({"web": {"port": 81}, "boot_button": 5, "sockets": 20})
    assert (config["web"]["port"], config["boot_button"], config["sockets"]) == (81, 5, 20)


@pytest.mark.skipif(sys.platform != "linux", reason="others do not say how many may wait")
async def test_as_many_may_wait_as_the_page_was_opened_for(lifted, monkeypatch, tmp_path):
    from hub.web.server import _Server

    monkeypatch.chdir(tmp_path)
    hub = SimpleNamespace(clients=1, is_changing=True)
    with listening.listen("127.0.0.1", 0) as sock:
        opened = may_wait(sock)
        _Server(hub, sock, 1)._limit_waiting()
        assert may_wait(sock) == opened > 100


def may_wait(sock):
    """Return the backlog of a socket that listens: tcpi_sacked of its struct tcp_info."""
    return struct.unpack_from("=8x6I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32))[5]


def test_a_limit_that_is_gone_is_no_silent_one(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", (("hub.log", "_NO_SUCH", 1),))
    with pytest.raises(AttributeError):
        limits.lift()


def test_memory_is_what_the_process_takes():
    memory = PCMemory()
    left = memory.left()
    assert 5e6 < memory.budget - left < 2e9 and memory.budget == physical_bytes()
    assert memory.least_left <= left and not memory.is_idf_low()


def test_where_nobody_says_how_much_it_takes(monkeypatch):
    from plughub.serve import memory

    monkeypatch.setattr(memory, "_STATM", "/nowhere")
    assert resident_bytes() > 5e6  # the peak, as macOS tells it
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.delattr(memory.os, "sysconf")
    assert resident_bytes() == 0 and physical_bytes() == 1 << 32
    assert limits.raise_open_files() is None
