"""A hub with 24 plugs, a broker and ten sockets on CPython, in a time that passes at once, under
faults.

    home_under_faults.py SEED MINUTES        in an empty folder; prints what happened as JSON

Plugs are fake ones behind real sockets of this machine; the hub's own sockets are counted, and
the eleventh raises as on the board. All of it runs in one event loop.
"""

import asyncio
import json
import random
import socket
import sys
import types
from pathlib import Path

from rounds import in_rounds

ROOT = Path(__file__).resolve().parents[2]
_LIMIT = 10
_ENFILE = 23
_PLUGS = 24
_BUTTONS = ("kettle", "fridge", "washing machine", "television")
#: In the end nothing goes wrong for so long that each plug reports once more what it has drawn:
#: what is drawn out of sight, nobody knows before.
_QUIET_S = 1860
#: One that has moved is found within this.
_FOUND_S = 15
#: A press on a plug that has been in order for so long must not fail.
_IN_ORDER_S = 3


class Counted(socket.socket):
    """A socket of the board."""

    open = 0
    most = 0

    def __init__(self, *arguments, **more):
        if Counted.open >= _LIMIT:
            raise OSError(_ENFILE, "the board has no more sockets")
        super().__init__(*arguments, **more)
        self._is_counted = True
        Counted.open += 1
        Counted.most = max(Counted.most, Counted.open)

    def close(self):
        if self._is_counted:
            self._is_counted = False
            Counted.open -= 1
        super().close()


def import_the_board():
    """Make the hub's imports find the board's modules and counted sockets."""
    sys.path[:0] = [str(ROOT / folder) for folder in ("lib", "tests", "tools")]
    # The plugs' sockets are not the board's.
    import fakeplug.discovery
    import fakeplug.home  # noqa: F401

    counted = types.ModuleType("socket")
    counted.__dict__.update(vars(socket) | {"socket": Counted})
    sys.modules["socket"] = counted
    sys.path.append(str(ROOT / "tools" / "simulator"))


class Faults:
    """Does harm to a home, drawn by chance, one after the other, until stopped."""

    def __init__(self, home, dice):
        self._home = home
        self._dice = dice
        self._host = 10
        self.count = {}

    async def run(self):
        kinds = [self.reset, self.stall, self.reboot, self.move, self.flood, self.fall_mute]
        kinds += [self.lag, self.garble, self.freeze]
        running = set()
        for kind in in_rounds(kinds, self._dice):
            await asyncio.sleep(self._dice.uniform(3, 15))
            plug = self._dice.choice(self._home.sockets).plug
            if getattr(plug, "is_suffering", False) or not plug.listening:
                continue
            plug.is_suffering = True
            self.count[kind.__name__] = self.count.get(kind.__name__, 0) + 1
            task = asyncio.create_task(self._suffer(kind, plug))
            running.add(task)
            task.add_done_callback(running.discard)

    async def _suffer(self, kind, plug):
        try:
            await kind(plug)
        finally:
            plug.is_suffering = False
            found_s = _FOUND_S if kind == self.move else 0
            plug.in_order_since = asyncio.get_running_loop().time() + found_s

    async def reset(self, plug):
        plug.crash()

    async def stall(self, plug):
        await self._with_quirks(plug, stall_frame=self._dice.randint(2, 5))

    async def fall_mute(self, plug):
        await self._with_quirks(plug, mute=True)

    async def lag(self, plug):
        delay_s = self._dice.uniform(0.1, 0.5)
        await self._with_quirks(plug, delay_s=delay_s, split=9, split_gap_s=0.02)

    async def garble(self, plug):
        # Of each connection another frame, some of them after it has ended.
        for _ in range(self._dice.randint(2, 6)):
            await self._with_quirks(plug, 1, 6, bad_check_frame=self._dice.randint(1, 9))

    async def freeze(self, plug):
        plug.freeze()
        await asyncio.sleep(self._dice.uniform(2, 40))
        plug.thaw()

    async def reboot(self, plug):
        await plug.stop()
        await asyncio.sleep(self._dice.uniform(2, 20))
        await plug.start(plug.host, plug.port)

    async def move(self, plug):
        from fakeplug.discovery import Announcer

        await plug.stop()
        await asyncio.sleep(self._dice.uniform(2, 8))
        self._host += 1
        await plug.start(f"127.0.{self._host // 250}.{self._host % 250 + 1}", plug.port)
        if hasattr(plug, "announcer"):
            plug.announcer.stop()
        plug.announcer = Announcer(plug, "127.0.0.1", listen=plug.host)
        await plug.announcer.start()

    async def flood(self, plug):
        for _ in range(500):
            values = {18: self._dice.randrange(9999), 20: self._dice.randrange(2200, 2400)}
            plug.measure(values)
            plug.report(list(values))
            await asyncio.sleep(0.02)

    async def _with_quirks(self, plug, least_s=10, most_s=40, **changes):
        from dataclasses import replace

        before = plug.quirks
        plug.quirks = replace(before, **changes)
        plug.crash()
        await asyncio.sleep(self._dice.uniform(least_s, most_s))
        plug.quirks = before
        plug.crash()


def is_in_order(plug, since):
    """Tell whether nothing has been wrong with a plug since some seconds before a time."""
    ended_at = getattr(plug, "in_order_since", 0)
    return not getattr(plug, "is_suffering", False) and since - ended_at >= _IN_ORDER_S


async def press_at_random(hub, home, dice, report):
    """Switch plugs as people do; note how each press ended and when."""
    from hub.targets.target import Action
    from tuya.errors import TuyaError

    loop = asyncio.get_running_loop()
    plugs = {socket.name: socket.plug for socket in home.sockets}
    while True:
        await asyncio.sleep(dice.uniform(1, 8))
        name = dice.choice(list(plugs))
        began = loop.time()
        wanted = dice.random() < 0.7
        try:
            await hub.executor.perform(Action(name, "on" if wanted else "off"), "test")
        except TuyaError as e:
            report["failed"] += 1
            assert plugs[name].id not in str(e) or e.advice
            # Where one that has moved is now, nobody knows who has not been there.
            has_moved = plugs[name].host != hub.targets.plugs[name].device.address
            if is_in_order(plugs[name], began) and not has_moved:
                report["failed_in_order"].append(f"{name}: {e}")
        else:
            report["confirmed"] += 1
        took = loop.time() - began
        report["slowest_s"] = max(report["slowest_s"], round(took, 2))


async def look_at_the_page(port, dice, report):
    """Open the page's stream now and then; it must come within its time."""
    while True:
        await asyncio.sleep(dice.uniform(5, 20))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"GET /events HTTP/1.1\r\n\r\n")
            async with asyncio.timeout(10):
                await reader.readuntil(b"event: snapshot")
            await asyncio.sleep(dice.uniform(0, 10))
            report["pages"] += 1
        finally:
            writer.close()


def settings_of(home, port, broker_port):
    always = [{"connection": "always"} if plug["name"] in _BUTTONS else {} for plug in home]
    return {
        "watchdog": False,
        "boot_button": None,
        "shared_poll": 60,
        "web": {"port": port, "auth": False},
        "mqtt": {"host": "127.0.0.1", "port": broker_port},
        "plugs": [plug | more for plug, more in zip(home, always, strict=True)],
        "groups": [{"name": "all", "members": [plug["name"] for plug in home]}],
    }


def counted_wh(plug):
    """Return what the hub has counted, with the part of a Wh that it does not show."""
    meter = plug.meter
    return max(meter.wh, meter._sure + meter._guess + meter._rest / 36000000)


async def live(seed, minutes):
    """Run a home for so many minutes; return what is to be judged."""
    import machine
    from fake_time import FakeTime
    from loop_clock import LoopClock
    from upset_broker import UpsetBroker

    from fakeplug.home import Home
    from fakeplug.ports import free_port
    from hub import assemble, log
    from hub.log import lines

    dice = random.Random(seed)
    report = {"confirmed": 0, "failed": 0, "failed_in_order": [], "slowest_s": 0.0, "pages": 0}
    port = free_port()
    with FakeTime(patience_s=0.0001):
        versions = ("3.3", "3.4", "3.5", "3.1")
        async with Home(_PLUGS, versions, seed=seed, clock=LoopClock()) as home:
            broker = UpsetBroker(dice)
            await broker.start()
            settings = settings_of(home.describe(), port, broker.port)
            Path("config.json").write_text(json.dumps(settings))
            hub_ = assemble.assemble(machine)
            # The first seconds are taken by meters that nobody has read yet.
            running = asyncio.create_task(hub_.run())
            await asyncio.sleep(90)
            start = {
                s.name: (s.joules, counted_wh(hub_.targets.plugs[s.name])) for s in home.sockets
            }
            faults = Faults(home, dice)
            tasks = [
                asyncio.create_task(work)
                for work in (
                    faults.run(),
                    broker.run(),
                    press_at_random(hub_, home, dice, report),
                    look_at_the_page(port, dice, report),
                )
            ]
            await asyncio.sleep(minutes * 60)
            for task in tasks:
                if task.done():
                    task.result()
                task.cancel()
            await asyncio.sleep(_QUIET_S)
            report["faults"] = faults.count
            report["broker_faults"] = broker.count
            report["wrong_on_broker"] = broker.wrong(hub_.targets.plugs)
            report["most_sockets"] = Counted.most
            report["sockets_at_the_end"] = Counted.open
            report["offline"] = [
                p.name for p in hub_.targets.plugs.values() if not p.device.online
            ]
            report["lasting"] = [
                p.name for p in hub_.targets.plugs.values() if p.slot.is_persistent
            ]
            report["late"] = hub_.supervisor.late()
            report["crashes"] = [line["text"] for line in lines() if line["level"] == log.ERROR]
            report["energy"] = {
                s.name: (
                    round((s.joules - start[s.name][0]) / 3600, 2),
                    round(counted_wh(hub_.targets.plugs[s.name]) - start[s.name][1], 2),
                )
                for s in home.sockets
            }
            running.cancel()
            await asyncio.sleep(1)
            for slot in list(hub_.connections._slots):
                hub_.connections.remove(slot)
            await asyncio.sleep(1)
            broker.stop()
            report["left_open"] = Counted.open
            for s in home.sockets:
                if hasattr(s.plug, "announcer"):
                    s.plug.announcer.stop()
    return report


if __name__ == "__main__":
    import_the_board()
    print(json.dumps(asyncio.run(live(int(sys.argv[1]), float(sys.argv[2])))))
