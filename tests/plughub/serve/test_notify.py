"""What systemd is told."""

import socket

from plughub.serve import notify
from plughub.serve.notify import Service


def listener(address):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(address)
    sock.setblocking(False)
    return sock


def test_it_is_told_at_a_path_and_at_an_abstract_address(tmp_path):
    path = str(tmp_path / "notify")
    for shown, address in ((path, path), ("@plughub-test", "\0plughub-test")):
        with listener(address) as sock:
            service = Service({"NOTIFY_SOCKET": shown})
            assert service.is_told
            service.tell("READY=1", "STATUS=well")
            assert sock.recv(100) == b"READY=1\nSTATUS=well"


def test_signs_of_life_come_twice_as_often_as_they_have_to(tmp_path, monkeypatch):
    now = 100.0
    monkeypatch.setattr(notify.time, "monotonic", lambda: now)
    path = str(tmp_path / "notify")
    with listener(path) as sock:
        service = Service({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000000"})
        count = 0
        for _ in range(240):  # a minute, as the supervisor feeds
            service.feed()
            now += 0.25
            try:
                assert sock.recv(100) == b"WATCHDOG=1"
                count += 1
            except BlockingIOError:
                pass
        assert count == 4


def test_without_systemd_and_with_one_that_has_gone_nothing_happens(tmp_path):
    for environment in ({}, {"NOTIFY_SOCKET": str(tmp_path / "nowhere"), "WATCHDOG_USEC": "2"}):
        service = Service(environment)
        service.tell("READY=1")
        service.feed()
