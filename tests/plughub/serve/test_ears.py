"""A PC hears devices all the time."""

import asyncio
import socket

from fakeplug import FakePlug
from fakeplug.discovery import Announcer, Ports
from fakeplug.ports import free_port
from plughub.serve.ears import Ears

KEY = "0123456789abcdef"


def free_udp_ports(count):
    return [free_port(socket.SOCK_DGRAM) for _ in range(count)]


async def until(is_so):
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_who_announces_itself_is_told_of_once_and_found_by_who_looks():
    clear, encrypted, answer, request = free_udp_ports(4)
    told = []
    ports = Ports(clear, encrypted, request, answer)
    ears = Ears(lambda id: id == "known", told.append, (clear, encrypted, answer), request)
    async with ears, FakePlug("stranger", KEY, "3.3") as one, FakePlug("known", KEY, "3.1") as two:
        looking = asyncio.create_task(ears.find("known", None, 8000))
        for plug in (one, two):
            announcer = Announcer(plug, "127.0.0.1", ports, listen="127.0.0.7", interval_s=0.05)
            async with announcer:
                await asyncio.sleep(0.3)
        found = await looking
        assert (found.id, found.address, found.version) == ("known", two.host, "3.1")
        assert [stranger.id for stranger in told] == ["stranger"]


async def test_who_is_silent_is_asked_at_its_address():
    clear, encrypted, answer, request = free_udp_ports(4)
    ports = Ports(clear, encrypted, request, answer)
    own = lambda address: "127.0.0.1"  # noqa: E731
    ears = Ears(lambda id: True, None, (clear, encrypted, answer), request, own)
    async with ears, FakePlug("bf0", KEY, "3.5") as plug:
        assert len(ears._transports) == 3, "another program has one of the ports"
        announcer = Announcer(plug, "127.0.0.1", ports, listen="127.0.0.8", interval_s=60)
        async with announcer:
            await asyncio.sleep(0.1)  # what it has said at its start is over
            found = await ears.find("bf0", "127.0.0.8", 5000)
            assert found and found.address == plug.host


async def test_who_is_not_there_is_not_found_and_nothing_stays():
    ears = Ears(lambda id: True, None, free_udp_ports(3))
    async with ears:
        assert await ears.find("nobody", None, 50) is None
        assert ears._waiting == {}


async def test_a_port_that_somebody_has_for_himself_leaves_the_others():
    ports = free_udp_ports(3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as greedy:
        greedy.bind(("0.0.0.0", ports[0]))
        async with Ears(lambda id: True, None, ports) as ears:
            assert len(ears._transports) == 2


async def test_forged_strangers_take_no_more_than_their_memory():
    told = []
    ears = Ears(lambda id: False, told.append)
    for i in range(1000):
        ears.take(b'{"gwId": "%d", "ip": "192.0.2.1", "version": "3.1"}' % i)
        body = b'{"gwId": "%d", "ip": "192.0.2.1", "version": "3.1"}' % i
        from fakeplug.discovery import announcement

        ears.take(announcement("clear", body))
    assert len(told) == len(ears.strangers) == 250
