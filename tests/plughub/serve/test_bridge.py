"""A bridge with many plugs looks at those with news alone, and at all of them once a second."""

import asyncio

from broker import Broker, Brokers
from fake_hub import FakeHub
from fake_time import FakeTime
from mqtt_home import SETTINGS, Plug, a_file, forget

from plughub.serve.bridge import ManyBridge
from tuya.port import sleep_ms


class Counted(Plug):
    looks = 0

    def state(self):
        Counted.looks += 1
        return super().state()


async def test_a_change_costs_as_much_as_the_plugs_that_have_changed():
    hub = FakeHub()
    hub.notices = None
    hub.connections.count = 4
    hub.targets.plugs.clear()
    hub.targets.relays.clear()
    hub.targets.groups.clear()
    plugs = hub.targets.plugs
    for number in range(200):
        plugs[f"p{number}"] = Counted(f"p{number}", f"bf{number}", hub.broadcast)
    with FakeTime():
        brokers = Brokers(Broker())
        bridge = ManyBridge(hub, SETTINGS, brokers.open, None, a_file())
        task = asyncio.create_task(bridge.client.run(bridge.talk))
        await sleep_ms(5000)
        Counted.looks = 0
        for number in range(20):
            plugs[f"p{number}"].become(on=True)
            await sleep_ms(10)
        assert Counted.looks <= 2 * 20, Counted.looks
        messages = brokers.brokers[0].messages
        told = [topic for topic, text, _ in messages if '"on":true' in text]
        assert {f"home/p{number}/state" for number in range(20)} <= set(told)
        # Each is told again after a minute, though nothing has changed.
        before = len(messages)
        await sleep_ms(70000)
        hub.broadcast.tell(plugs["p7"])
        await sleep_ms(2000)
        again = {topic for topic, _, _ in messages[before:]}
        assert {f"home/p{number}/state" for number in range(200)} <= again
        task.cancel()
        await sleep_ms(10)
    forget(bridge._kept)
