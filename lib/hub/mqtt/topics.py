"""Names of targets as levels of topics, and back; and as keys.

A name may hold anything. What would end a level or stand for others is written as in a URL, %2F
for a slash; all else stays, so that people can read it: "desk lamp".
"""

_SPECIAL = "%/+#"
#: Levels that are not names of targets.
_OWN = ("status", "log", "button", "input", "hub")


def level(name):
    """Return the level of a topic for a name; each name has another one."""
    if name in _OWN:
        return _escaped(name[0]) + name[1:]
    if any([c in _SPECIAL or c < " " or c == "\x7f" for c in name]):
        return "".join(
            [_escaped(c) if c in _SPECIAL or c < " " or c == "\x7f" else c for c in name]
        )
    return name


def name_of(text):
    """Return the name whose level is `text`. What is none is the name of nothing."""
    if "%" not in text:
        return text
    first, *parts = text.split("%")
    for part in parts:
        try:
            first += chr(int(part[:2], 16)) + part[2:]
        except ValueError:
            return ""
    return first


def _escaped(c):
    return "%%%02X" % ord(c)


def safe(name):
    """Return a name in letters, digits and underscores; each name becomes another one."""
    return "".join([_safe(c) for c in name])


def _safe(c):
    if "a" <= c <= "z" or "A" <= c <= "Z" or "0" <= c <= "9":
        return c
    return "".join(["_%02x" % byte for byte in c.encode()])
