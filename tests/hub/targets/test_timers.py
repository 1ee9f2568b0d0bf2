from hub.targets.timers import Timers
from simulator.room import Memory


class Lamp:
    def __init__(self):
        self.on = True

    def count_down(self, seconds):
        return False


class Home:
    """Has one lamp. `fails`: how often it does not do what it is told."""

    def __init__(self, fails=0, unix=None):
        self.ms = 0
        self.lamp = Lamp()
        self.tries = []
        self.fails = fails
        self.unix = unix
        self.state = Memory()
        self.timers = self.new_timers()

    def new_timers(self):
        return Timers(self.find, self.turn, self.state, lambda: self.ms, lambda: self.unix)

    def find(self, name):
        if name != "lamp":
            raise KeyError(name)
        return self.lamp

    def turn(self, name, on):
        self.tries.append(self.ms)
        if len(self.tries) > self.fails:
            self.lamp.on = on

    def run(self, ms):
        end = self.ms + ms
        while self.ms < end:
            self.ms = min(end, self.ms + max(1, self.timers.step()))
        self.timers.step()


def test_a_timer_ends_once_and_each_new_one_begins_anew():
    home = Home()
    home.timers.begin("lamp", False, 2)
    home.run(1500)
    home.timers.begin("lamp", False, 2)
    home.run(1500)
    assert home.lamp.on is True and home.timers.left_s("lamp") == 0
    home.run(600)
    assert home.lamp.on is False
    home.run(10000)
    assert home.tries == [3500] and home.timers.left_s("lamp") is None
    home.lamp.on = True
    home.timers.begin("lamp", False, 2)
    home.run(1000)
    home.timers.begin("lamp", False, 2, retrigger=False)
    home.run(1100)
    assert home.lamp.on is False and len(home.tries) == 2


def test_what_could_not_be_turned_back_is_tried_again():
    home = Home(fails=2)
    home.timers.begin("lamp", False, 1)
    home.run(60000)
    assert home.tries == [1000, 6000, 16000] and home.lamp.on is False


def test_one_that_is_gone_is_tried_ever_less_often_and_at_once_when_it_shows_itself():
    home = Home(fails=999)
    home.timers.begin("lamp", False, 1)
    home.run(86400000)
    assert 250 < len(home.tries) < 300
    home.fails = 0
    home.timers.see("lamp")
    home.run(10)
    assert home.lamp.on is False


def test_somebody_who_switches_it_ends_it_but_no_time_of_day():
    home = Home()
    for is_until, tries in ((False, 0), (True, 1)):
        home.lamp.on = True
        home.timers.begin("lamp", False, 10, True, is_until)
        home.lamp.on = False
        home.timers.see("lamp")
        home.lamp.on = True
        home.run(20000)
        assert len(home.tries) == tries


def test_it_survives_a_power_cut_and_knows_what_time_it_is():
    home = Home(unix=1800000000)
    home.timers.begin("lamp", False, 600)
    home.state = Memory(home.state.saved)
    home.unix = None
    home.timers = home.new_timers()
    home.run(500000)
    assert home.lamp.on is True
    home.unix = 1800000000 + 700  # the clock is set meanwhile
    home.run(100)
    assert home.lamp.on is False
    home.run(10000)
    assert Memory(home.state.saved).facts("holds") == {}


def test_what_is_there_no_more_is_forgotten():
    home = Home()
    home.timers.begin("nothing", False, 1)
    home.run(10000)
    assert home.tries == [] and home.timers.left_s("nothing") is None
