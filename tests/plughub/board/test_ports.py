"""Which serial port a board is at, and why one cannot be opened."""

import io

import pytest
from serial.tools.list_ports_common import ListPortInfo

from plughub.board import ports
from plughub.cli import NOT_FOUND, USAGE, Failure


def connected(monkeypatch, *devices):
    """Have these (name, vendor) be what is connected."""
    found = []
    for name, vendor in devices:
        info = ListPortInfo(name, skip_link_detection=True)
        info.vid, info.description = vendor, "CP2102"
        found.append(info)
    monkeypatch.setattr(ports.list_ports, "comports", lambda: found)


def test_the_only_board_is_taken(monkeypatch):
    connected(monkeypatch, ("/dev/ttyS0", None), ("/dev/ttyUSB1", 0x10C4), ("/dev/x", 0x046D))
    assert ports.choose() == "/dev/ttyUSB1"
    assert ports.choose("/dev/mine") == "/dev/mine"


def test_of_several_one_has_to_be_named(monkeypatch):
    connected(monkeypatch, ("/dev/ttyUSB1", 0x10C4), ("/dev/ttyACM0", 0x303A))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(Failure, match=r"/dev/ttyACM0 \(CP2102\), /dev/ttyUSB1 \(CP") as e:
        ports.choose()
    assert e.value.code == USAGE


@pytest.mark.parametrize(
    ("platform", "words"), [("linux", "/dev/ttyUSB0"), ("win32", "CP210x of Silicon Labs or CH")]
)
def test_without_any_it_is_told_what_to_look_at(monkeypatch, platform, words):
    connected(monkeypatch)
    monkeypatch.setattr("sys.platform", platform)
    with pytest.raises(Failure, match=words) as e:
        ports.choose()
    assert e.value.code == NOT_FOUND and "a cable that carries data" in str(e.value)


def test_ports_and_addresses(monkeypatch):
    assert all(map(ports.is_port, ("/dev/ttyUSB0", "socket://h:1", "rfc2217://h:1")))
    assert not any(map(ports.is_port, ("plughub.local", "192.168.1.9", "http://192.168.1.9/")))
    monkeypatch.setattr("sys.platform", "win32")
    assert ports.is_port("com3") and not ports.is_port("plughub")


def test_a_port_that_is_not_there(monkeypatch):
    connected(monkeypatch, ("/dev/ttyUSB1", 0x10C4))
    assert ports.why_closed("/dev/no-such") == (
        "there is no /dev/no-such; boards were found at: /dev/ttyUSB1"
    )


def test_a_port_that_one_may_not_open(monkeypatch, tmp_path):
    import grp

    path = tmp_path / "port"
    path.touch()
    group = grp.getgrgid(path.stat().st_gid).gr_name

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ports.os, "open", refuse)
    assert ports.why_closed(str(path)) == (
        f"you may not open {path}: `sudo usermod -a -G {group} $USER`, then log out and in again"
    )


def test_a_port_that_can_be_opened_is_not_blamed(tmp_path):
    path = tmp_path / "port"
    path.touch()
    assert ports.why_closed(str(path)) is None
