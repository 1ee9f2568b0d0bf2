from hub.clock import location as site
from hub.clock.almanac import Almanac
from hub.clock.zone import Zone, day_of, year_of

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
EVERY_DAY = 127


def unix(year, month, day, hours=0, minutes=0, seconds=0):
    return day_of(year, month, day) * 86400 + hours * 3600 + minutes * 60 + seconds


def almanac(tz=BERLIN, lat=52.5, lon=13.4):
    return Almanac({"tz": tz, "lat": lat, "lon": lon})


def test_days_and_years():
    assert day_of(1970, 1, 1) == 0 and day_of(2000, 3, 1) == 11017
    for year in (1970, 1999, 2000, 2024, 2026, 2099, 2100):
        assert year_of(day_of(year, 1, 1)) == year
        assert year_of(day_of(year, 12, 31)) == year


def test_zones_of_many_kinds():
    for text, at, hours in (
        ("UTC0", unix(2026, 7, 1), 0),
        ("<+0330>-3:30", unix(2026, 7, 1), 3.5),
        ("IST-5:30", unix(2026, 1, 1), 5.5),
        ("EST5EDT,M3.2.0,M11.1.0", unix(2026, 3, 8, 6, 59, 59), -5),
        ("EST5EDT,M3.2.0,M11.1.0", unix(2026, 3, 8, 7), -4),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", unix(2026, 1, 1), 11),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", unix(2026, 6, 1), 10),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", unix(2026, 1, 1), 11),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", unix(2026, 1, 1), 0),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", unix(2026, 7, 1), 1),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", unix(2026, 3, 29, 0, 59, 59), -2),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", unix(2026, 3, 29, 1), -1),
        ("AAA0BBB,J60,J300", unix(2024, 3, 1, 1, 59, 59), 0),
        ("AAA0BBB,J60,J300", unix(2024, 3, 1, 2), 1),
        ("AAA0BBB,59,300", unix(2024, 2, 29, 2), 1),
        ("AAA0BBB,59,300", unix(2024, 2, 29, 1, 59, 59), 0),
    ):
        assert Zone(text).offset(at) == hours * 3600, (text, at)


def test_what_is_no_zone_is_refused():
    texts = (
        "",
        "CET",
        "CE-1",
        "<+03",
        "CET-1CEST",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M13.1.0",
    )
    texts += (
        "UTC0 ",
        "CET-1CEST,M3.6.0,M10.5.0",
        "Europe/Berlin",
        "UTC200",
        "CET-1CEST,M3.5.0,J0",
    )
    for text in texts:
        try:
            Zone(text)
        except ValueError:
            continue
        raise AssertionError(text)


def test_a_time_that_is_left_out_comes_at_the_next_minute_there_is_once():
    book = almanac()
    moment = ("clock", 2 * 3600 + 1800)
    first = book.next(unix(2026, 3, 28, 12), moment)
    assert first == unix(2026, 3, 29, 1)  # 3:00 there, the minute after 1:59
    assert book.next(first, moment) == unix(2026, 3, 30, 0, 30)


def test_a_time_that_comes_twice_counts_once():
    book = almanac()
    moment = ("clock", 2 * 3600 + 1800)
    first = book.next(unix(2026, 10, 24, 12), moment)
    assert first == unix(2026, 10, 25, 0, 30)
    assert book.next(first, moment) == unix(2026, 10, 26, 1, 30)


def test_weekdays():
    book = almanac("UTC0")
    friday_and_sunday = 1 << 4 | 1 << 6
    at = unix(2026, 11, 19)  # a Thursday
    found = []
    for _ in range(4):
        at = book.next(at, ("clock", 3600), friday_and_sunday)
        found.append((at - unix(2026, 11, 19)) // 86400)
    assert found == [1, 3, 8, 10]


def test_sun_rises_and_sets():
    # timeanddate.com gives 8:15 and 15:52 for Berlin, 4:43 and 21:33 in June.
    book = almanac()
    for month, day, rise, down in ((12, 20, (7, 14), (14, 54)), (6, 21, (2, 43), (19, 33))):
        begin = unix(2026, month, day)
        for kind, (hours, minutes) in (("sunrise", rise), ("sunset", down)):
            wanted = unix(2026, month, day, hours, minutes)
            assert abs(book.next(begin, (kind, 0)) - wanted) <= 120, (month, kind)
    assert (
        book.next(unix(2026, 6, 21), ("sunset", -1200))
        == book.next(unix(2026, 6, 21), ("sunset", 0)) - 1200
    )


def test_where_the_sun_does_not_set_for_weeks_it_is_waited_for():
    book = almanac("CET-1CEST,M3.5.0,M10.5.0/3", 69.6, 18.9)  # Tromso
    at = book.next(unix(2026, 6, 1), ("sunset", 0))
    assert unix(2026, 7, 20) < at < unix(2026, 8, 1)


def test_jitter_stays_within_its_width_differs_by_day_and_is_the_same_when_asked_again():
    book = almanac("UTC0")
    found = []
    at = unix(2026, 1, 1)
    for day in range(60):
        at = book.next(at, ("clock", 43200), EVERY_DAY, 900, "rule porch")
        base = unix(2026, 1, 1, 12) + day * 86400
        assert -900 <= at - base <= 900
        found.append(at - base)
        assert book.next(at - 1, ("clock", 43200), EVERY_DAY, 900, "rule porch") == at
        assert book.next(at - 3000, ("clock", 43200), EVERY_DAY, 900, "rule porch") == at
    assert len(set(found)) > 40 and min(found) < -300 and max(found) > 300
    other = book.next(unix(2026, 1, 1), ("clock", 43200), EVERY_DAY, 900, "rule other")
    assert other != unix(2026, 1, 1, 12) + found[0]


def test_windows_over_midnight_and_by_the_sun():
    book = almanac("UTC0")
    night = (("clock", 22 * 3600), ("clock", 6 * 3600), 1)  # those that begin on a Monday
    monday = unix(2026, 11, 16)
    for hours, inside, until in (
        (21, False, 22),
        (22, True, 30),
        (29, True, 30),
        (30, False, 46),
        (46, False, 54),
    ):
        is_inside, end = book.is_within(monday + hours * 3600, night)
        assert is_inside is inside, hours
        assert end <= monday + (hours + 24) * 3600
        if hours < 30:
            assert end == monday + until * 3600, hours
    dark = (("sunset", 0), ("sunrise", 0), EVERY_DAY)
    book = almanac()
    assert book.is_within(unix(2026, 12, 20, 20), dark)[0] is True
    assert book.is_within(unix(2026, 12, 20, 12), dark)[0] is False


def test_an_end_that_comes_before_its_begin_is_none():
    book = almanac("CET-1CEST,M3.5.0,M10.5.0/3", 69.6, 18.9)
    at = book.next(unix(2026, 7, 20), ("sunset", 0))
    assert book.end(at, ("clock", 23 * 3600 + 1800)) is None  # the sun sets after midnight
    assert book.end(at, ("clock", 6 * 3600)) is not None


def test_the_site_knows_local_time_and_when_that_changes():
    site.use({"tz": BERLIN, "lat": None, "lon": None})
    try:
        for at, hours in ((unix(2026, 3, 29, 0, 59, 59), 1), (unix(2026, 3, 29, 1), 2)):
            assert site.local(at) == at + hours * 3600
    finally:
        site.use(None)
    assert site.local(unix(2026, 7, 1)) == unix(2026, 7, 1)
