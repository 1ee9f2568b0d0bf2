"""The energy of each day of a year, in a file that never grows."""

import os

from fake_hub import Folder

from hub.energy import years
from hub.energy.meters import Meters
from hub.system import staging

TODAY = 20785


def facts(*days, day=TODAY):
    return {"day": day, "days": list(days)}


def test_days_are_kept_but_for_today_and_gaps_are_not_known():
    with Folder():
        years.keep("bf1", facts(1230, 0, 70))
        assert list(years.read("bf1", TODAY - 3, TODAY)) == [None, 1.23, 0.0, None]
        # Some days later the former ones are still there.
        years.keep("bf1", facts(40, 50, day=TODAY + 4))
        found = list(years.read("bf1", TODAY - 2, TODAY + 4))
        assert found == [1.23, 0.0, None, None, None, 0.04, None]
        assert list(years.read("bf2", TODAY - 2, TODAY)) == []


def test_a_year_later_its_place_is_taken_and_the_file_has_not_grown():
    with Folder():
        years.keep("bf1", facts(1000, 0))
        size = os.stat(years.path_of("bf1"))[6]
        for day in range(TODAY + 1, TODAY + 400):
            years.keep("bf1", facts(2000, 0, day=day))
        assert os.stat(years.path_of("bf1"))[6] == size == 1488
        found = list(years.read("bf1", TODAY + 33, TODAY + 398))
        assert found == [2.0] * 366
        assert list(years.read("bf1", TODAY - 1, TODAY - 1)) == [None]


def test_more_than_a_record_holds_is_the_most_there_is():
    with Folder():
        years.keep("bf1", facts(700000, 0))
        assert list(years.read("bf1", TODAY - 1, TODAY - 1)) == [655.35]


def test_without_a_clock_nothing_is_kept():
    with Folder():
        years.keep("bf1", facts(5, 6, day=None))
        assert os.listdir(".") == []


class Device:
    id = "bf1"


class Meter:
    wh = reported = 0

    def __init__(self):
        self.facts = facts(500, 70)

    def save(self):
        return self.facts


class Plug:
    def __init__(self):
        self.device = Device()
        self.meter = Meter()


def test_meters_take_a_day_down_once_it_is_over():
    with Folder():
        staging.recover()  # as each start does
        plug = Plug()
        meters = Meters({"lamp": plug}, 10000)
        meters.save()
        assert list(years.read("bf1", TODAY - 1, TODAY)) == [0.5, None]
        os.remove(years.path_of("bf1"))
        meters.save()  # the same day: nothing to be done
        assert years.path_of("bf1") not in os.listdir(".")
        plug.meter.facts = facts(500, 80, 0, day=TODAY + 1)
        meters.save()
        assert list(years.read("bf1", TODAY, TODAY + 1)) == [0.08, None]
