"""A client and brokers that let it in, refuse it, hang, lose it or talk nonsense."""

import asyncio

from broker import CONNECT, DISCONNECT, PINGREQ, Broker, Brokers
from fake_time import FakeTime

from hub.mqtt.client import Client
from tuya.port import sleep_ms, ticks_diff

SETTINGS = {
    "host": "192.0.2.1",
    "port": 1883,
    "user": "me",
    "password": "secret",
    "client_id": "hub",
}


class Talk:
    """A client with what it has been told; `say(client)` is run while it is connected."""

    def __init__(self, *brokers, say=None):
        self.brokers = Brokers(*brokers)
        self.heard = []
        self.begun = 0
        self.say = say
        take = lambda *about: self.heard.append(about)  # noqa: E731
        self.is_scarce = False
        scarce = lambda: self.is_scarce  # noqa: E731
        self.client = Client(SETTINGS, self.brokers.open, "hub/status", take, self.wake, scarce)
        self.event = asyncio.Event()
        self.task = None

    def wake(self):
        self.event.set()

    async def __aenter__(self):
        self.task = asyncio.create_task(self.client.run(self._talk))
        await sleep_ms(10)
        return self

    async def __aexit__(self, *exception):
        self.task.cancel()
        await sleep_ms(10)

    async def _talk(self, client):
        self.begun += 1
        if self.say:
            await self.say(client)
        while True:
            client.look()
            await sleep_ms(1000)


async def test_it_connects_with_a_will_and_parts_as_is_proper():
    broker = Broker()
    with FakeTime():
        async with Talk(broker) as talk:
            client = talk.client
            assert client.is_connected and client.error is None and talk.begun == 1
            assert broker.packets == [CONNECT] and len(broker.writes) == 1
            assert b"hub/status\x00\x07offline\x00\x02me\x00\x06secret" in broker.connect
        assert broker.messages == [("hub/status", "offline", True)]
        assert broker.packets[-1] == DISCONNECT and len(broker.writes) == 2
        assert broker.closed and not client.is_connected


async def test_a_message_is_one_write_and_four_are_under_way_at_most():
    broker = Broker()
    broker.acknowledges = False

    async def say(client):
        for n in range(6):
            await client.publish("t/%d" % n, "x" * 300, n == 1)
        await client.settle()

    with FakeTime():
        async with Talk(broker, say=say) as talk:
            assert [topic for topic, _, _ in broker.messages] == ["t/0", "t/1", "t/2", "t/3"]
            assert len(broker.writes) == 5 and broker.messages[1][2]
            broker.acknowledge()
            await sleep_ms(10)
            assert len(broker.messages) == 5
            for _ in range(5):
                broker.acknowledge() if broker.unacknowledged else None
                await sleep_ms(10)
            assert len(broker.messages) == 6 and not broker.unacknowledged
            assert talk.client.is_connected


async def test_a_long_message_leaves_in_pieces_and_acknowledgements_wait_for_its_end():
    broker = Broker()
    broker.most = 100
    parts = [bytes((97 + i % 26,)) * (i * 7 % 300) for i in range(30)]

    async def writable():
        await asyncio.sleep(0.001)
        if len(broker.writes) == 5:
            broker.publish("hub/lamp/set", "ON", 2, 77)

    broker.writable = writable

    async def say(client):
        await client.publish("long", lambda: iter(parts))
        await client.publish("short", "end")

    with FakeTime():
        async with Talk(broker, say=say) as talk:
            await sleep_ms(1000)
            whole = b"".join(parts).decode()
            assert broker.messages == [("long", whole, False), ("short", "end", False)]
            assert broker.acknowledged == [77]
            assert talk.heard == [("hub/lamp/set", b"ON", False)]


async def test_what_comes_is_acknowledged_at_once_and_told_once():
    broker = Broker()
    with FakeTime():
        async with Talk(broker) as talk:
            broker.publish("a", "1")
            broker.publish("b", "2", 3, 5)
            broker.publish("b", "2", 10, 6)  # once more: it may have been done
            await sleep_ms(10)
            assert talk.heard == [("a", b"1", False), ("b", b"2", True)]
            assert broker.acknowledged == [5, 6]


async def test_a_silent_broker_is_pinged_and_then_left():
    broker, second = Broker(), Broker()
    with FakeTime() as time:
        async with Talk(broker, second) as talk:
            await sleep_ms(65000)
            assert broker.packets.count(PINGREQ) == 4 and talk.begun == 1
            broker.answers = False
            since = time.ticks_ms()
            while not broker.closed:
                await sleep_ms(100)
            assert ticks_diff(time.ticks_ms(), since) <= 32000
            assert "does not answer" in talk.client.error
            await sleep_ms(3000)
            assert talk.begun == 2 and talk.client.is_connected and talk.client.error is None


async def test_a_message_that_is_not_acknowledged_ends_the_connection():
    for number in (1, 9):
        broker = Broker()
        broker.acknowledges = False

        async def say(client, number=number):
            for n in range(number):
                await client.publish("t/%d" % n, "x")

        with FakeTime():
            async with Talk(broker, Broker(), say=say) as talk:
                await sleep_ms(14000)
                assert broker.closed and talk.begun == 2, number


async def test_a_broker_that_reads_nothing_is_left():
    broker = Broker()

    async def say(client):
        if talk.begun == 1:
            broker.is_full = True
            await client.publish("t", "x")

    with FakeTime():
        talk = Talk(broker, Broker(), say=say)
        async with talk:
            await sleep_ms(15000)
            assert broker.closed and talk.begun == 2


async def test_why_there_is_no_connection_is_said_in_words():
    nothing = Broker()
    nothing.answers = False
    mute = Broker()
    mute.answers = False
    mute.hang_up()
    nonsense = Broker()
    nonsense.answers = False
    nonsense.put(b"HTTP/1.1 400 Bad Request\r\n")
    hasty = Broker(5)  # which hangs up with its refusal
    hasty.put = lambda data: Broker.put(hasty, data) or hasty._outgoing.append(b"")
    from errno import ECONNREFUSED

    for broker, words in (
        (Broker(1), "3.1.1"),
        (Broker(2), "client id"),
        (Broker(3), "not ready"),
        (Broker(4), "password is wrong"),
        (Broker(5), "do not allow"),
        (Broker(9), "code 9"),
        (hasty, "do not allow"),
        (nothing, "does not answer"),
        (mute, "hung up without an answer"),
        (nonsense, "is no MQTT"),
        (OSError(ECONNREFUSED, "refused"), "nothing listens at 192.0.2.1:1883"),
        (OSError("the name is not known"), "the name is not known"),
        (MemoryError(), "memory"),
    ):
        with FakeTime():
            async with Talk(broker) as talk:
                await sleep_ms(10200)  # the next attempt takes longer to fail
                assert words in (talk.client.error or ""), (words, talk.client.error)
                assert "secret" not in talk.client.error and not talk.begun


async def test_it_comes_back_more_and_more_seldom_and_no_more_than_once_a_minute():
    with FakeTime():
        async with Talk(OSError(111)) as talk:
            await sleep_ms(60000)
            early = talk.brokers.tries
            await sleep_ms(3600000)
            late = talk.brokers.tries - early
    assert 6 <= early <= 12 and 60 <= late <= 122, (early, late)


async def test_who_is_thrown_out_at_once_does_not_come_back_at_once():
    brokers = [Broker() for _ in range(40)]
    for broker in brokers:
        broker.put(b"")  # after its first word

    with FakeTime():
        for broker in brokers:
            broker._outgoing.clear()

        async def say(client):
            brokers[talk.begun - 1].hang_up()

        talk = Talk(*brokers, say=say)
        async with talk:
            await sleep_ms(120000)
            assert 6 <= talk.begun <= 14, talk.begun
            for _ in range(100):
                if not talk.client.error:  # at this very moment it is connected
                    await sleep_ms(100)
            assert "another client the id hub?" in (talk.client.error or "")


async def test_a_lasting_connection_that_is_lost_comes_back_soon():
    broker = Broker()
    with FakeTime():
        async with Talk(OSError(111), OSError(111), OSError(111), broker, Broker()) as talk:
            await sleep_ms(60000)
            assert talk.begun == 1
            broker.hang_up()
            await sleep_ms(2100)
            assert talk.begun == 2 and talk.client.is_connected


async def test_a_subscription_that_is_denied_is_said():
    broker = Broker(denied=("hub/+/set",))

    async def say(client):
        await client.subscribe(("hub/+/set", "homeassistant/status"))

    with FakeTime():
        async with Talk(broker, say=say) as talk:
            assert broker.topics == ["hub/+/set", "homeassistant/status"]
            assert "subscribe to hub/+/set" in talk.client.error
            assert talk.client.is_connected


async def test_what_is_sent_waits_for_memory_of_the_network_for_a_second():
    broker = Broker()

    async def say(client):
        talk.is_scarce = True
        await client.publish("a", "x")
        await client.publish("b", "x")

    with FakeTime():
        talk = Talk(broker, say=say)
        async with talk:
            await sleep_ms(500)
            assert not broker.messages
            talk.is_scarce = False
            await sleep_ms(100)
            assert len(broker.messages) == 2
            talk.is_scarce = True  # for ever: it goes on all the same
            await talk.client.publish("c", "x")
            assert len(broker.messages) == 3 and talk.client.is_connected
