"""What plugs have drawn in years."""

import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from plughub.serve.archive import DAY, HOUR, MINUTE, Archive

BEGIN = 1_790_000_000 // DAY * DAY
BERLIN = ZoneInfo("Europe/Berlin")


def day_in_berlin(at):
    local = datetime.fromtimestamp(at, BERLIN)
    return int(local.replace(hour=0, minute=0, second=0).timestamp())


@pytest.fixture
def archive(tmp_path):
    with Archive(tmp_path / "history.db") as archive:
        yield archive


def fill(archive, minutes, watts=60.0, id="bf1", begin=BEGIN, counted=0):
    """Draw `watts` for so many minutes; return the Wh counted."""
    for i in range(minutes):
        archive.add(begin + i * MINUTE, [(id, watts, counted + int(i * watts / 60))])
    return counted + int((minutes - 1) * watts / 60)


def test_minutes_make_hours_and_hours_days(archive):
    fill(archive, 2 * 24 * 60 + 90)
    end = BEGIN + 3 * DAY
    by, minutes = archive.course("bf1", BEGIN, BEGIN + HOUR)
    assert by == "minute" and len(minutes) == 60
    assert minutes[1] == (BEGIN + MINUTE, 60.0, 1)
    _, hours = archive.course("bf1", BEGIN, end, "hour")
    assert len(hours) == 50 and hours[1] == (BEGIN + HOUR, 60.0, 60)
    # The last one is not over yet.
    assert hours[-1] == (BEGIN + 49 * HOUR, 60.0, 30)
    _, days = archive.course("bf1", BEGIN, end, "day")
    assert days[1] == (BEGIN + DAY, 60.0, 1440)
    assert days[2] == (BEGIN + 2 * DAY, 60.0, 90)
    total = sum(wh for _, _, wh in minutes)
    assert sum(wh for _, _, wh in hours) == sum(wh for _, _, wh in days) == total + 2969 - 59


def test_what_is_not_known_is_told_as_that(archive):
    for i in range(120):
        archive.add(BEGIN + i * MINUTE, [("bf1", None if i < 90 else 10.0, 5)])
    _, hours = archive.course("bf1", BEGIN, BEGIN + DAY, "hour")
    assert hours == [(BEGIN, None, 0), (BEGIN + HOUR, 10.0, 0)]


def test_a_start_goes_on_where_the_last_one_has_ended(tmp_path):
    path = tmp_path / "history.db"
    with Archive(path) as archive:
        counted = fill(archive, 70)
    # What was drawn while the hub was off is of the first minute after it.
    with Archive(path) as archive:
        fill(archive, 200, begin=BEGIN + 3 * HOUR, counted=counted + 500)
        _, hours = archive.course("bf1", BEGIN, BEGIN + DAY, "hour")
    assert [at for at, _, _ in hours] == [BEGIN + n * HOUR for n in (0, 1, 3, 4, 5, 6)]
    assert sum(wh for _, _, wh in hours) == counted + 500 + 199


def test_a_count_that_begins_anew_is_nothing_drawn(archive):
    for i, counted in enumerate((1000, 1001, 0, 2)):
        archive.add(BEGIN + i * MINUTE, [("bf1", 60.0, counted)])
    _, minutes = archive.course("bf1", BEGIN, BEGIN + HOUR)
    assert [wh for _, _, wh in minutes] == [0, 1, 0, 2]


def test_days_are_those_of_the_home_when_the_clocks_change(tmp_path):
    # 25 hours on the last Sunday of October.
    begin = day_in_berlin(int(datetime(2026, 10, 24, 12, tzinfo=BERLIN).timestamp()))
    with Archive(tmp_path / "h.db", day_in_berlin) as archive:
        for hour in range(4 * 24):
            archive.add(begin + hour * HOUR, [("bf1", 100.0, hour * 100)])
        _, days = archive.course("bf1", begin, begin + 5 * DAY, "day")
    starts = [datetime.fromtimestamp(at, BERLIN) for at, _, _ in days]
    assert [(start.day, start.hour) for start in starts] == [(24, 0), (25, 0), (26, 0), (27, 0)]
    assert [wh for _, _, wh in days] == [2300, 2500, 2400, 2300]


def test_minutes_are_forgotten_after_a_year_and_a_month_and_days_never(archive):
    fill(archive, 3)
    later = BEGIN + 402 * DAY
    fill(archive, 3, begin=later, counted=1000)
    _, minutes = archive.course("bf1", BEGIN, later + DAY, "minute")
    assert [at for at, _, _ in minutes] == [later, later + MINUTE, later + 2 * MINUTE]
    _, days = archive.course("bf1", BEGIN, later + DAY, "day")
    assert [at for at, _, _ in days] == [BEGIN, later]


def test_the_finest_grain_that_is_not_too_much_is_taken(archive):
    fill(archive, 2)
    grains = [archive.course("bf1", BEGIN, BEGIN + days * DAY)[0] for days in (1, 30, 1000)]
    assert grains == ["minute", "hour", "day"]
    assert archive.course("nobody", BEGIN, BEGIN + DAY) == ("minute", [])
    assert archive.ids() == ["bf1"]


def test_a_minute_is_there_as_a_whole_or_not_at_all(archive):
    with pytest.raises(sqlite3.Error):
        archive.add(BEGIN, [("bf1", 1.0, 1), ("bf2", object(), 1)])
    assert archive.ids() == []


def test_others_read_while_it_is_written(archive, tmp_path):
    fill(archive, 5)
    with Archive(tmp_path / "history.db") as reader:
        archive.add(BEGIN + HOUR, [("bf1", 1.0, 99)])
        assert len(reader.course("bf1", BEGIN, BEGIN + DAY)[1]) == 6


def test_what_is_no_archive_is_told(tmp_path):
    (tmp_path / "history.db").write_text("nonsense" * 1000)
    with pytest.raises(sqlite3.Error):
        Archive(tmp_path / "history.db")


def test_a_thousand_plugs_for_a_day_take_no_time(tmp_path):
    # No timing here: 1000 plugs are one transaction, so that a minute is written at once.
    with Archive(tmp_path / "h.db") as archive:
        for hour in range(3):
            archive.add(BEGIN + hour * HOUR, [(f"bf{i}", 5.0, hour) for i in range(1000)])
        assert len(archive.ids()) == 1000
        assert archive.course("bf999", BEGIN, BEGIN + DAY, "hour")[1][1] == (BEGIN + HOUR, 5.0, 1)
