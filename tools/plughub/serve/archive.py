"""What every plug has drawn, for years: minutes, hours and days in a SQLite file.

Each row is of a device and the Unix time `at` at which its minute, hour or day has begun: `watts`
the mean of what is known, None for nothing, and `wh` what was drawn. Hours and days are made of
minutes when they are over; minutes are kept for a year and a month.
"""

import contextlib
import sqlite3

FILE = "history.db"
MINUTE, HOUR, DAY = 60, 3600, 86400
#: Rows that course() returns at most: the finest grain with fewer is taken.
ROWS_MAX = 3000
_MINUTES_KEPT_S = 400 * DAY

_GRAINS = {"minute": MINUTE, "hour": HOUR, "day": DAY}
_TABLE = """
create table if not exists {name} (
    device integer not null, at integer not null, watts real, wh integer not null,
    primary key (device, at)
) without rowid
"""
_DEVICES = """
create table if not exists device (
    number integer primary key, id text not null unique, counted integer
)
"""
# Until when the hours and days of all devices are made.
_DONE = "create table if not exists done (grain text primary key, until integer not null)"
# Device by device, as the rows lie.
_ROLL = """
insert or replace into {grain} (device, at, watts, wh)
select part.device, ?, round(avg(part.watts), 1), sum(part.wh)
from device cross join {source} as part
where part.device = device.number and part.at >= ? and part.at < ? group by part.device
"""
_FIRST = """
select min(first) from (
    select (select min(at) from {source} where device = number and at >= ?) as first from device
)
"""
_FORGET = "delete from minute where device in (select number from device) and at < ?"


class Archive:
    """The file at `path`, made if there is none. A context.

    `day_of(at)` returns the Unix time at which the local day of a Unix time has begun. Raises
    sqlite3.Error where the file is broken, or is none.
    """

    def __init__(self, path=FILE, day_of=lambda at: at // DAY * DAY):
        self._day_of = day_of
        # One thread at a time uses it, which need not be that of its making.
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._file.execute("pragma journal_mode = wal")
            # A power cut may cost the last minutes, and never the file.
            self._file.execute("pragma synchronous = normal")
            for name in _GRAINS:
                self._file.execute(_TABLE.format(name=name))
            self._file.execute(_DEVICES)
            self._file.execute(_DONE)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self._file.close()

    def add(self, at, measured):
        """Take what was measured in the minute that began at `at`.

        `measured`: [(id of the device, mean W or None, its Wh counted so far)].
        """
        at = at // MINUTE * MINUTE
        with self._whole():
            for id, watts, counted in measured:
                number, before = self._device(id)
                # What is counted anew, such as after a reset of the hub, begins there.
                wh = counted - before if before is not None and counted >= before else 0
                row = number, at, watts, wh
                self._file.execute("insert or replace into minute values (?, ?, ?, ?)", row)
                row = counted, number
                self._file.execute("update device set counted = ? where number = ?", row)
            self._roll("hour", "minute", at, _hour_of, lambda begin: begin + HOUR)
            if self._roll("day", "hour", at, self._day_of, self._next_day):
                self._file.execute(_FORGET, (at - _MINUTES_KEPT_S,))

    def course(self, id, since, until, by=None):
        """Return (grain, [(at, watts, wh)]) of a device, the oldest first.

        `by`: "minute", "hour" or "day"; None takes the finest that has less than ROWS_MAX rows.
        """
        if by is None:
            spans = [name for name in _GRAINS if (until - since) / _GRAINS[name] < ROWS_MAX]
            by = spans[0] if spans else "day"
        found = self._file.execute("select number from device where id = ?", (id,)).fetchone()
        if not found:
            return by, []
        rows = self._rows(by, found[0], since, until)
        if by != "minute":
            # Of what is not over yet there are only the parts.
            rows += self._unfinished(by, found[0], since, until)
        return by, rows

    def ids(self):
        """Return the ids of all devices."""
        return [id for (id,) in self._file.execute("select id from device order by id")]

    def _rows(self, grain, number, since, until):
        query = f"select at, watts, wh from {grain} where device = ? and at >= ? and at < ?"
        return self._file.execute(query + " order by at", (number, since, until)).fetchall()

    def _unfinished(self, grain, number, since, until):
        begun = max(self._until(grain) or 0, since)
        parts = {}
        for at, watts, wh in self._rows("minute", number, begun, until):
            begin = self._day_of(at) if grain == "day" else _hour_of(at)
            known, total, drawn = parts.get(begin, (0, 0.0, 0))
            parts[begin] = (known + (watts is not None), total + (watts or 0), drawn + wh)
        return [
            (begin, round(total / known, 1) if known else None, drawn)
            for begin, (known, total, drawn) in sorted(parts.items())
            if begin >= since
        ]

    def _roll(self, grain, source, now, begin_of, next_of):
        """Make the rows of a grain that are over; tell whether any had to be looked at."""
        over = begin_of(now)
        until = self._until(grain) or 0
        if until >= over:
            return False
        while until < over:
            first = self._file.execute(_FIRST.format(source=source), (until,)).fetchone()[0]
            begin = over if first is None else begin_of(first)
            if begin >= over:
                break
            until = next_of(begin)
            query = _ROLL.format(grain=grain, source=source)
            self._file.execute(query, (begin, begin, until))
        self._file.execute("insert or replace into done values (?, ?)", (grain, over))
        return True

    def _next_day(self, begin):
        # A day has 23 to 25 hours.
        return self._day_of(begin + 26 * HOUR)

    def _until(self, grain):
        found = self._file.execute("select until from done where grain = ?", (grain,)).fetchone()
        return found and found[0]

    def _device(self, id):
        """Return (number, Wh counted so far or None) of a device."""
        query = "select number, counted from device where id = ?"
        found = self._file.execute(query, (id,)).fetchone()
        if found:
            return found
        return self._file.execute("insert into device (id) values (?)", (id,)).lastrowid, None

    @contextlib.contextmanager
    def _whole(self):
        self._file.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._file.execute("rollback")
            raise
        self._file.execute("commit")


def _hour_of(at):
    return at // HOUR * HOUR
