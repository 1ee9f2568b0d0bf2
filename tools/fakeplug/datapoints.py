"""The DPs of one device: the truth, what the firmware last measured, what it last pushed."""

#: DPs that a plug measures: classic 17-20, and 4-6 of the 3.1 era when they are numbers.
ENERGY = frozenset((4, 5, 6, 17, 18, 19, 20))


class Datapoints:
    """DP numbers are ints; values are bool, int, float or str and keep their type for life."""

    def __init__(self, values):
        self.values = dict(values)
        self._measured = dict(values)
        self._lagging = dict(values)
        self._told = dict(values)

    def update(self, changes):
        """Take new values; return those that differ from before, in value or in type."""
        values = self.values
        changed = {dp: new for dp, new in changes.items() if not _same(values.get(dp), new)}
        values.update(changed)
        return changed

    def accept(self, wishes):
        """Return those of a client's wishes that this device has, in the right type.

        Vendor code acknowledges the others just the same and forgets them.
        """
        return {dp: new for dp, new in wishes.items() if type(self.values.get(dp)) is type(new)}

    def untold(self, dps):
        """Return those of `dps` whose value was not the last one pushed."""
        values, told = self.values, self._told
        return {
            dp: values[dp] for dp in dps if dp in values and not _same(told.get(dp), values[dp])
        }

    def told(self, dps):
        """Remember what was pushed, which is also what the firmware knows from now on."""
        self._told.update(dps)
        self._measured.update(dps)

    def measure(self, dps):
        """UPDATEDPS: look at the meter now."""
        self._lagging = dict(self._measured)
        self._measured.update({dp: self.values[dp] for dp in dps if dp in self.values})

    def answer(self, quirks):
        """What a query returns."""
        if quirks.query_lags:
            return self.values | _energy(self._lagging)
        if quirks.measures == "on_updatedps":
            return self.values | _energy(self._measured)
        return dict(self.values)


def is_energy(dp, value):
    return dp in ENERGY and type(value) in (int, float)


def _energy(values):
    return {dp: value for dp, value in values.items() if is_energy(dp, value)}


def _same(old, new):
    return type(old) is type(new) and old == new
