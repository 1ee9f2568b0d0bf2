"""Checks values against a table of fields.

A table is a tuple of (name, check, default). The check is the name of a function in expect.py, or
(name, its further arguments ...), None for what is checked elsewhere; a default `...` stands for a
field that has to be there. All of it is constant: frozen it stays in flash, and 4 kB of heap are
spared while a configuration is checked.
"""

from hub.config import expect


def known(text, texts):
    """Return the one of `texts` that is equal, None without: each is in the heap once."""
    return texts[texts.index(text)] if text in texts else None


class Checker:
    """Collects the faults of one file.

    `also`: a module with more checks than expect.py; `in_heap`: texts that are there already.
    """

    def __init__(self, path, faults, also=expect, in_heap=()):
        self.in_heap = in_heap
        self._path = path
        self._faults = faults
        self._also = also

    def fault(self, place, expected):
        self._faults.append("%s: %s: %s" % (self._path, place, expected))

    def fields(self, raw, table, place, also=()):
        """Return the fields of a table that are right or have a default.

        `also`: names that are known here too, and checked elsewhere.
        """
        found = {}
        prefix = place + "." if place else ""
        names = [row[0] for row in table]
        for key in raw:
            if key not in names and not key.startswith("//"):
                text = ", ".join(sorted(names + list(also)))
                self.fault(prefix + key, "not known here; known are " + text)
        for key, check, default in table:
            value = raw.get(key)
            expected = None if value is None else self._expected(check, value)
            if expected:
                self.fault(prefix + key, "expected " + expected)
            if value is not None and not expected:
                found[key] = self._kept(check, value)
            elif default is not ...:
                found[key] = default
            elif not expected:
                self.fault(prefix + key, "missing")
        return found

    def _expected(self, check, value):
        if check is None:
            return None
        name, arguments = (check[0], check[1:]) if isinstance(check, tuple) else (check, ())
        function = getattr(expect, name, None) or getattr(self._also, name)
        return function(value, *arguments)

    def _kept(self, check, value):
        """Return what is kept of a value that is right: a text that there is already, if any."""
        if check == "duration":
            return expect.seconds(value)
        if check == "percent":
            return expect.percents(value)
        if isinstance(check, tuple) and check[0] == "one_of":
            return known(value, check)  # which stands in flash
        return known(value, self.in_heap) or value if isinstance(value, str) else value

    def item(self, raw, table, place):
        """Return all fields of one object, None if a required one is missing or wrong."""
        if not isinstance(raw, dict):
            self.fault(place, "expected an object in braces")
            return None
        found = self.fields(raw, table, place)
        return found if len(found) == len(table) else None

    def element(self, raw, table, place, index, good):
        """Append an element of a list to those that are `good`, with its place as "at".

        With the index None it is what stands in the place of a list.
        """
        if index is None:
            if raw != [] and raw is not None:
                self.fault(place, "expected a list in brackets")
            return
        at = "%s[%d]" % (place, index)
        found = self.item(raw, table, at)
        if found:
            found["at"] = at
            good.append(found)

    def is_new(self, value, place, seen):
        """Tell whether a value is not among those `seen`, {value: place}, and add it to them."""
        if value is None:
            return True
        if value in seen:
            self.fault(place, "the same as of " + seen[value])
            return False
        seen[value] = place.rsplit(".", 1)[0]
        return True
