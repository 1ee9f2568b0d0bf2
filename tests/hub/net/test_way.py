"""The way to a host that has a name."""

import asyncio

from hub.clock import dns
from hub.net.way import Way
from tuya import port
from tuya.port import MICROPYTHON


class Network:
    """A Wi-Fi with the calls of hub.system.wifi."""

    def is_up(self):
        return True

    def servers(self):
        return "192.0.2.1", "192.0.2.53"


class Answers:
    """In place of the name server: keeps who was asked for what."""

    def __enter__(self):
        self.asked = []
        self._look_up = dns.look_up
        dns.look_up = self.look_up
        return self

    def __exit__(self, *exception):
        dns.look_up = self._look_up

    async def look_up(self, host, server):
        self.asked.append((host, server))
        raise ValueError("the name %s is not known" % host)


async def why_not(host, network):
    """Return why a broker is not reached; the lock of the socket is free again then."""
    spare = asyncio.Lock()
    try:
        await Way({"host": host, "port": 1883, "tls": False}, network, spare).open()
    except OSError as e:
        assert not spare.locked()
        return str(e)
    raise AssertionError("it was reached")


async def test_a_name_is_asked_of_the_name_server_of_the_network():
    with Answers() as answers:
        assert "is not known" in await why_not("elsewhere.home", Network())
        assert answers.asked == [("elsewhere.home", "192.0.2.53")]


async def test_without_wifi_a_board_has_nobody_to_ask_and_a_pc_asks_itself():
    async def look_up(host):
        raise OSError("this PC knows no %s" % host)

    is_pc = hasattr(port, "look_up")
    before = getattr(port, "look_up", None)
    if is_pc:
        port.look_up = look_up
    try:
        with Answers() as answers:
            why = await why_not("broker.home", None)
            assert ("this PC knows no broker.home" if is_pc else "numeric address") in why
            assert answers.asked == []
    finally:
        if is_pc:
            port.look_up = before
    assert is_pc is not MICROPYTHON


def test_the_wifi_has_what_is_asked_of_a_network():
    from hub.system import wifi

    assert callable(wifi.is_up) and callable(wifi.servers)
