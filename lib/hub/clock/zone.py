"""A time zone as POSIX writes it, such as "CET-1CEST,M3.5.0,M10.5.0/3". Loaded for a moment.

A name stands in front of its offset, which counts towards the west; behind the commas stand the
days and hours at which summer time begins and ends (IEEE 1003.1, chapter 8.3).
"""

from tuya.port import const

_DAY = const(86400)
_HOUR = const(3600)
_TWO = const(7200)  # when nothing is said, clocks change at 2:00


class Zone:
    """Knows the offset at any moment. Raises ValueError for a text that is no time zone."""

    def __init__(self, text):
        reader = _Reader(text)
        reader.name()
        self._standard = self._summer = -reader.time()
        self._changes = ()
        if reader.is_at_end():
            return
        reader.name()
        self._summer = self._standard + _HOUR if reader.peek() in ",-"[:1] else -reader.time()
        begins = reader.date()
        self._changes = begins, reader.date()
        if not reader.is_at_end():
            raise ValueError("something stands behind it")

    def offset(self, unix):
        """Return the seconds that local time is ahead of UTC at a moment in Unix time."""
        if not self._changes:
            return self._standard
        begins, ends = self._changes_of(year_of((unix + self._standard) // _DAY))
        # On the southern half of the earth, summer goes on over the new year.
        is_summer = begins <= unix < ends if begins < ends else not ends <= unix < begins
        return self._summer if is_summer else self._standard

    def next_change(self, unix):
        """Return the Unix time of the next change of the offset, None where there is none."""
        if not self._changes:
            return None
        year = year_of((unix + self._standard) // _DAY)
        changes = self._changes_of(year) + self._changes_of(year + 1)
        return min([change for change in changes if change > unix])

    def unix(self, local):
        """Return the Unix time of a local one, in seconds as if there were no offset.

        A time that comes twice is the first one; one that is left out is the next that comes.
        """
        early = local - max(self._standard, self._summer)
        late = local - min(self._standard, self._summer)
        for unix in (early, late):
            if unix + self.offset(unix) == local:
                return unix
        for change in self._changes_of(year_of(local // _DAY)):
            if early <= change <= late:
                return change
        return late

    def _changes_of(self, year):
        if not self._changes:
            return []
        begins, ends = self._changes
        return [
            begins.day(year) * _DAY + begins.time - self._standard,
            ends.day(year) * _DAY + ends.time - self._summer,
        ]


class _Date:
    """A day of each year: "M" month.week.weekday, "J" day without leap days, "" day from 0."""

    def __init__(self, kind, numbers, time):
        self._kind = kind
        self._numbers = numbers
        self.time = time

    def day(self, year):
        """Return the day in that year, counted from 1970."""
        if self._kind == "M":
            month, week, weekday = self._numbers
            first = day_of(year, month, 1)
            day = first + (weekday - (first + 4) % 7) % 7 + 7 * (week - 1)
            following = day_of(year + month // 12, month % 12 + 1, 1)
            return day if day < following else day - 7
        day = day_of(year, 1, 1) + self._numbers[0]
        if self._kind == "J":
            day -= 1
            march = day_of(year, 3, 1)
            if march - day_of(year, 2, 1) == 29 and day >= march - 1:
                day += 1
        return day


class _Reader:
    def __init__(self, text):
        self._text = text
        self._at = 0

    def is_at_end(self):
        return self._at == len(self._text)

    def peek(self):
        return self._text[self._at : self._at + 1]

    def skip(self, character):
        if self.peek() != character:
            raise ValueError("expected " + character)
        self._at += 1

    def name(self):
        begin = self._at
        if self.peek() == "<":
            self._at = self._text.find(">", begin) + 1
            if not self._at:
                raise ValueError("expected >")
            return
        while self.peek().isalpha():
            self._at += 1
        if self._at - begin < 3:
            raise ValueError("expected a name of three letters")

    def number(self, least, most):
        begin = self._at
        while self.peek().isdigit():
            self._at += 1
        if not begin < self._at < begin + 5:
            raise ValueError("expected a number")
        number = int(self._text[begin : self._at])
        if not least <= number <= most:
            raise ValueError("expected a number from %d to %d" % (least, most))
        return number

    def time(self):
        """Read [+-]hh[:mm[:ss]]; return seconds."""
        sign = 1
        if self.peek() and self.peek() in "+-":
            sign = -1 if self.peek() == "-" else 1
            self._at += 1
        seconds = self.number(0, 167) * _HOUR
        for unit in (60, 1):
            if self.peek() != ":":
                break
            self._at += 1
            seconds += self.number(0, 59) * unit
        return sign * seconds

    def date(self):
        """Read ,date[/time]."""
        self.skip(",")
        kind = ""
        if self.peek() and self.peek() in "MJ":
            kind = self.peek()
            self._at += 1
        if kind == "M":
            month = self.number(1, 12)
            self.skip(".")
            week = self.number(1, 5)
            self.skip(".")
            numbers = month, week, self.number(0, 6)
        else:
            numbers = (self.number(1 if kind else 0, 365),)
        time = _TWO
        if self.peek() == "/":
            self._at += 1
            time = self.time()
        return _Date(kind, numbers, time)


def day_of(year, month, day):
    """Return the days from 1970-01-01 to a date."""
    # Years that begin in March have their leap day at the end.
    year -= month < 3
    month = (month + 9) % 12
    leap_days = year // 4 - year // 100 + year // 400
    return year * 365 + leap_days + (month * 153 + 2) // 5 + day - 719469


def year_of(day):
    """Return the year of a day that is counted from 1970-01-01."""
    year = 1970 + day // 366
    while day_of(year + 1, 1, 1) <= day:
        year += 1
    return year
