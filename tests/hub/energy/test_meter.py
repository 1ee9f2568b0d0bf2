import os

from fake_time import FakeTime

from hub.energy import meter as meter_module
from hub.energy.history import COUNT, History, pack, unpack
from hub.energy.meter import Meter
from hub.energy.meters import Meters
from hub.system.store import load
from tuya.changes import Observed
from tuya.port import sleep_ms, unix_time

WATT = 10  # DP 19 counts tenths


class Device(Observed):
    def __init__(self, power=0):
        super().__init__()
        self.id = "bf1"
        self.dps = {1: True, 19: power}
        self.online = self.is_connected = True
        self.on_push = None


async def draw(meter, device, watts, seconds):
    """Let so much be drawn, measured every 5 s."""
    device.take({19: watts * WATT})
    meter.tick()
    for _ in range(seconds // 5):
        await sleep_ms(5000)
        device.take({19: watts * WATT})
        meter.tick()


def push(device, wh):
    device.on_push({17: wh})


def find(meter, device, wh):
    """Let queries find the last report."""
    device.take({17: wh})
    meter.tick()
    meter.tick()


def interrupt(meter, device):
    """Let the connection be lost for a moment."""
    device.is_connected = False
    meter.tick()
    device.is_connected = True


async def test_power_is_added_up_over_time():
    with FakeTime():
        device = Device()
        meter = Meter(device, "power")
        await draw(meter, device, 2000, 1800)
        assert 999 <= meter.wh <= 1001, meter.wh
        await draw(meter, device, 0, 3600)
        assert 999 <= meter.wh <= 1001 and meter.today == meter.kwh


async def test_reports_correct_what_was_added_up_and_it_never_shrinks():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        push(device, 0)  # whatever was before; from now on no report is missed
        await draw(meter, device, 1000, 360)
        shown = meter.wh
        assert 99 <= shown <= 101
        push(device, 97)  # the plug's own meter knows better
        assert meter.wh == shown
        await draw(meter, device, 1000, 360)
        push(device, 110)
        assert meter.wh == 207


async def test_the_same_report_again_is_no_second_one():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        push(device, 100)
        push(device, 100)
        assert meter.wh == 100
        await sleep_ms(60000)
        push(device, 100)  # at 6 kW the next 100 Wh are there after a minute
        assert meter.wh == 200


async def test_a_report_that_was_missed_is_made_up_for_by_what_was_added_up():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        push(device, 0)
        await draw(meter, device, 1000, 720)  # 200 Wh
        interrupt(meter, device)
        push(device, 100)  # the second one of two
        assert 198 <= meter.wh <= 202
        await draw(meter, device, 1000, 360)
        push(device, 100)
        assert 298 <= meter.wh <= 302


async def test_what_was_drawn_since_a_report_that_a_query_finds_is_not_counted_twice():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        push(device, 100)
        await draw(meter, device, 1000, 360)
        interrupt(meter, device)
        await draw(meter, device, 1000, 180)  # its next 100 Wh began 180 s ago
        find(meter, device, 101)
        assert meter.reported == 201 and 248 <= meter.wh <= 252, meter.wh
        await draw(meter, device, 1000, 180)
        push(device, 100)
        assert 299 <= meter.wh <= 303, meter.wh


async def test_reports_that_were_missed_before_the_one_that_a_query_finds_are_made_up_for():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        push(device, 100)
        device.is_connected = False
        await draw(meter, device, 1000, 720)  # 100 Wh, which nobody told, and 90 Wh
        device.is_connected = True
        find(meter, device, 90)
        await draw(meter, device, 1000, 360)
        push(device, 110)
        assert 398 <= meter.wh <= 402, meter.wh


async def test_one_that_never_pushes_is_counted_by_what_queries_find():
    with FakeTime():
        device = Device()
        device.is_device22 = True
        meter = Meter(device)
        for wh in (50, 100, 99, 100):
            await draw(meter, device, 1000, 360)
            find(meter, device, wh)
        assert 398 <= meter.wh <= 402, meter.wh


async def test_a_total_that_only_grows_is_no_increment():
    with FakeTime():
        device = Device()
        meter = Meter(device, "total")
        push(device, 5000)
        assert meter.wh == 0
        push(device, 5100)
        push(device, 5100)
        push(device, 20)  # the plug was reset
        push(device, 70)
        assert meter.wh == 150


async def test_what_nobody_confirms_is_not_added_up():
    with FakeTime():
        device = Device()
        meter = Meter(device, "power", stale_ms=30000)
        await draw(meter, device, 3600, 10)
        for _ in range(720):
            await sleep_ms(5000)
            meter.tick()
        assert meter.wh <= 45, meter.wh


async def test_values_that_are_none_harm_nothing():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        for value in (True, -5, "7", None, 1.5, [1]):
            push(device, value)
            device.take({19: value})
            meter.tick()
            await sleep_ms(1000)
        assert meter.wh == 0
        spoiled = [{"wh": -3}, {"wh": "x", "days": 7}, {"days": [1, "x"]}, {"days": [0] * 99}]
        spoiled += [7, [1], {"day": "x", "last": "y", "guess": None}]
        for facts in spoiled:
            meter = Meter(device, "total", facts=facts)
            push(device, 3)
            meter.tick()
            assert meter.wh == 0


async def test_what_was_added_up_is_not_counted_twice_after_a_reboot():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        push(device, 0)
        await draw(meter, device, 1000, 216)  # 60 Wh
        again = Meter(device, facts=meter.save())
        assert again.wh == meter.wh
        await draw(again, device, 1000, 144)
        push(device, 100)
        assert 99 <= again.wh <= 101


def test_energy_and_days_survive_a_reboot():
    device = Device()
    today = unix_time() // 86400
    meter = Meter(device, facts={"wh": 4321, "day": today, "days": [10, 20, 30]})
    meter.tick()
    saved = meter.save()
    assert saved["wh"] == 4321 and saved["days"][:3] == [10, 20, 30]
    assert meter.kwh == 4.321 and len(meter.days) <= 30
    again = Meter(device, facts=saved)
    assert again.save() == saved


class Clock:
    """While this context lasts, the meters' clock shows a day of our choice."""

    def __init__(self, day):
        self.day = day

    def __enter__(self):
        self._real = meter_module.unix_time, meter_module.clock_is_set
        meter_module.unix_time = lambda: self.day * 86400 + 43200
        meter_module.clock_is_set = lambda: True
        meter_module._clock[:] = [None, 0]
        return self

    def __exit__(self, *exception):
        meter_module.unix_time, meter_module.clock_is_set = self._real
        meter_module._clock[:] = [None, 0]


async def test_one_wrong_time_wipes_no_days_and_a_clock_that_comes_back_is_believed():
    with FakeTime(), Clock(20600) as clock:
        device = Device()
        days = list(range(1, 31))
        meter = Meter(device, "power", facts={"day": 20600, "days": days})
        await draw(meter, device, 1000, 60)
        for wrong in (24000, 0, 20630, 20598):
            clock.day = wrong
            await draw(meter, device, 1000, 3600)
            clock.day = 20600
            await draw(meter, device, 1000, 60)
            assert meter.save()["days"][:-1] == days[:-1], wrong
        clock.day = 20601  # the next day comes as ever
        await draw(meter, device, 1000, 60)
        assert meter.save()["days"][:-2] == days[1:-1] and meter.yesterday > 4


async def test_days_that_the_hub_was_off_are_days_without_use():
    with FakeTime(), Clock(20610):
        device = Device()
        meter = Meter(device, "power", facts={"day": 20600, "days": [5, 6, 7]})
        await draw(meter, device, 1000, 3600)
        assert len(meter.days) == 3  # which is not believed at once
        await draw(meter, device, 1000, 4500)
        saved = meter.save()
        assert saved["day"] == 20610 and saved["days"][3:12] == [0] * 9
        assert len(saved["days"]) == 13


async def test_a_clock_that_was_wrong_for_long_comes_back():
    with FakeTime(), Clock(20700) as clock:
        device = Device()
        meter = Meter(device, "power", facts={"day": 20600, "days": [5, 6, 7]})
        await draw(meter, device, 1000, 8100)
        assert meter.save()["day"] == 20700
        clock.day = 20601
        await draw(meter, device, 1000, 8100)
        assert meter.save()["day"] == 20601 and meter.yesterday == 0
        clock.day = 20602
        await draw(meter, device, 1000, 60)
        assert meter.save()["day"] == 20602 and meter.yesterday > 2


class Plug:
    def __init__(self, device):
        self.device = device
        self.has_meter = True
        self.meter = self.history = None


async def test_sums_are_written_when_it_is_worth_it_and_nobodys_are_lost():
    path = "test_energy.json"
    try:
        with FakeTime():
            device, silent = Device(), Device()
            silent.id = "bf2"
            plugs = {"a": Plug(device), "b": Plug(silent)}
            meters = Meters(plugs, 10000, path)
            plugs["a"].meter, plugs["a"].history = meters.maker("power", 300000)(device)
            meters.save()
            await draw(plugs["a"].meter, device, 1000, 30)  # 8 Wh
            meters._save_when_due()
            assert load(path)["bf1"]["wh"] == 0
            await draw(plugs["a"].meter, device, 1000, 60)
            meters._save_when_due()
            assert 20 <= load(path)["bf1"]["wh"] <= 26  # what is added up is all there is
            # One whose meter has not shown itself since the start keeps what it had.
            plugs["b"].meter, plugs["b"].history = meters.maker("increments", 300000)(silent)
            push(silent, 77)
            meters.save()
            plugs["b"].meter = None
            meters.save()
            assert load(path)["bf2"]["wh"] == 77
    finally:
        os.remove(path)


async def test_equal_reports_are_all_there_after_a_power_cut():
    path = "test_energy.json"
    try:
        with FakeTime():
            device = Device(3600 * WATT)
            plugs = {"a": Plug(device)}
            meters = Meters(plugs, 10000, path)
            plugs["a"].meter, plugs["a"].history = meters.maker("increments", 300000)(device)
            meters.save()
            push(device, 0)
            for _ in range(3):
                await draw(plugs["a"].meter, device, 3600, 100)
                push(device, 100)
                for _ in range(2):  # 11 s later it would be too late
                    await sleep_ms(5000)
                    meters._save_when_due()
            kept = load(path)["bf1"]["wh"]
            assert kept == plugs["a"].meter.reported and 300 <= kept <= 301
    finally:
        os.remove(path)


def test_a_course_keeps_the_last_samples_in_order():
    history = History()
    assert list(history.short()) == [None] * COUNT
    for i in range(COUNT + 5):
        history.add(None if i % 2 else i)
    course = list(history.short())
    assert len(course) == COUNT and course[-1] == unpack(pack(COUNT + 4)) / 10
    assert course[-2] is None
    long = list(history.long())
    assert long[-1] is not None and long[-2] is None


def test_a_byte_keeps_a_power_within_three_percent():
    for power in (0, 1, 31, 32, 57, 99, 100, 957, 2304, 8191, 8192, 23000, 36800):
        kept = unpack(pack(power))
        assert abs(kept - power) <= max(0, power * 0.03), (power, kept)
    assert pack(10**6) < 255


async def test_a_report_made_while_nobody_listened_is_known_from_the_next_query():
    with FakeTime():
        device = Device()
        meter = Meter(device)
        push(device, 100)
        device.take({17: 100})
        meter.tick()
        device.is_connected = device.online = False
        await sleep_ms(1200000)
        meter.tick()
        device.is_connected = device.online = True
        device.take({17: 80})  # a query's answer
        meter.tick()
        await sleep_ms(5000)
        meter.tick()
        assert meter.wh == 180
        again = Meter(device, facts=meter.save())  # the hub was off for a while
        device.take({17: 60})
        for _ in range(3):
            again.tick()
            await sleep_ms(5000)
        assert again.wh == 240


async def test_a_short_time_out_of_sight_counts_as_before_and_after_it():
    with FakeTime():
        device = Device()
        meter = Meter(device, "power")
        await draw(meter, device, 3600, 60)
        device.online = False
        await sleep_ms(60000)
        meter.tick()
        device.online = True
        await draw(meter, device, 3600, 60)
        assert 178 <= meter.wh <= 182, meter.wh
        await draw(meter, device, 0, 5)
        device.online = False
        await sleep_ms(60000)
        meter.tick()
        device.online = True
        await draw(meter, device, 3600, 60)
        assert 235 <= meter.wh <= 246, meter.wh


async def test_what_was_assumed_of_a_plug_that_was_gone_already_is_taken_back():
    with FakeTime():
        device = Device()
        meter = Meter(device, "power")
        await draw(meter, device, 2000, 1800)
        for _ in range(3):  # it hangs, and nobody has seen that yet
            await sleep_ms(5000)
            meter.tick()
        device.online = device.is_connected = False
        meter.tick()
        await sleep_ms(5000)
        device.online = device.is_connected = True
        await draw(meter, device, 0, 60)
        assert 999 <= meter.wh <= 1001, meter.wh
        await draw(meter, device, 2000, 1800)
        await sleep_ms(15000)  # and one that is only silent for a while loses nothing
        await draw(meter, device, 2000, 900)
        assert 2507 <= meter.wh <= 2510, meter.wh
