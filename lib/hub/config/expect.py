"""What a value in a configuration has to be: each function returns None, or what was expected.

Tables of fields call them by their names: see validator.py.
"""


def text(value):
    if not isinstance(value, str) or not 1 <= len(value) <= 40:
        return "a text of 1 to 40 characters"
    return None


def target_name(value):
    """Of what can be switched: no two may have the same."""
    return text(value)


def trigger_name(value):
    """Of what says something, such as a button: no two may have the same."""
    return text(value)


def password(value):
    if value != "" and (not isinstance(value, str) or not 8 <= len(value) <= 64):
        return "a text of 8 to 64 characters, or none where the network is open"
    return None


def secret(value):
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        return "a text of 1 to 64 characters"
    return None


def path(value):
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        return "the path of a file"
    return None


def topic(value):
    if (
        not isinstance(value, str)
        or not 1 <= len(value) <= 80
        or value[0] == "/"
        or value[-1] == "/"
        or any([c in "+#" or c < " " for c in value])
    ):
        return "a topic of 1 to 80 characters, without + and #, and without a slash at its ends"
    return None


def hostname(value):
    if (
        text(value)
        or len(value) > 32
        or not all(c == "-" or c.isalpha() or c.isdigit() for c in value)
    ):
        return "letters, digits and dashes, 32 at most"
    return None


def country(value):
    if not isinstance(value, str) or len(value) != 2 or not value.isalpha():
        return 'a country code of two letters, such as "DE"'
    return None


def flag(value):
    return None if value is True or value is False else "true or false"


def address(value):
    parts = value.split(".") if isinstance(value, str) else ()
    if len(parts) != 4 or not all(part.isdigit() and int(part) < 256 for part in parts):
        return 'a numeric address such as "192.168.1.55"'
    return None


def host(value):
    if (
        not isinstance(value, str)
        or not value
        or not all(0 < len(p) < 64 for p in value.split("."))
    ):
        return 'a host name or address such as "pool.ntp.org"'
    return None


def hosts(value):
    if not isinstance(value, list) or any([host(name) is not None for name in value]):
        return 'a list of host names such as ["lights.example.org"]'
    return None


def port(value):
    return None if _is_int(value) and 0 < value < 65536 else "a port from 1 to 65535"


def pin(value):
    return None if _is_int(value) and 0 <= value <= 48 else "the number of a GPIO, 0 to 48"


def level(value):
    return None if _is_int(value) and value in (0, 1) else "0 or 1, the level while it is on"


def device_id(value):
    if (
        not isinstance(value, str)
        or (not value.isalpha() and not all(c.isalpha() or c.isdigit() for c in value))
        or not 16 <= len(value) <= 32
    ):
        return "a device id of 16 to 32 letters and digits"
    return None


def node(value):
    if isinstance(value, str) and 1 <= len(value) <= 40 and all([" " < c < "\x7f" for c in value]):
        return None
    return "the node_id of devices.json, 1 to 40 letters and digits"


def key(value):
    if not isinstance(value, str) or len(value.encode()) != 16:
        # The value itself is a secret: only its length is told.
        found = ", not %d" % len(value) if isinstance(value, str) else ""
        return "a local key of 16 characters" + found
    return None


def one_of(value, *choices):
    if isinstance(value, str) and value in choices:
        return None
    return " or ".join(['"%s"' % choice for choice in choices])


def number(value, least, most, unit):
    if _is_int(value) and least <= value <= most:
        return None
    return "a number of %s from %d to %d" % (unit, least, most)


def _is_int(value):
    return isinstance(value, int) and value is not True and value is not False


def _is_number(value):
    return isinstance(value, float) or _is_int(value)


def price(value):
    is_right = _is_number(value) and 0 <= value <= 1000
    return None if is_right else "a price from 0 to 1000, such as 0.32"


def names(value):
    if (
        not isinstance(value, list)
        or not value
        or any([text(name) is not None for name in value])
        or len(set(value)) != len(value)
    ):
        return "a list of names, each once"
    return None


def names_to(value, *choices):
    """What is an object itself is checked elsewhere."""
    if (
        isinstance(value, dict)
        and value
        and all([isinstance(wanted, dict) or wanted in choices for wanted in value.values()])
    ):
        return None
    return "an object of names and " + " or ".join(['"%s"' % choice for choice in choices])


def note(value):
    if isinstance(value, str) and 1 <= len(value) <= 80:
        return None
    return "a text of 1 to 80 characters"


def percent(value):
    found = percents(value)
    return None if found is not None else 'a percentage such as "40%" or 40'


def percents(value):
    """Return the number that a percentage is, None for what is none."""
    count = value
    if isinstance(value, str) and value[-1:] == "%" and value[:-1].isdigit():
        count = int(value[:-1])
    return count if isinstance(count, int) and _is_int(count) and 0 <= count <= 100 else None


def colour(value):
    if isinstance(value, str) and len(value) == 7 and value[0] == "#":
        try:
            int(value[1:], 16)
            return None
        except ValueError:
            pass
    return 'a colour such as "#ff8000"'


def temperature(value):
    return None if _is_number(value) and -50 <= value <= 300 else "degrees from -50 to 300"


def values(value):
    if (
        isinstance(value, dict)
        and 1 <= len(value) <= 8
        and all([text(name) is None for name in value])
        and all([isinstance(each, (bool, int, float, str)) for each in value.values()])
    ):
        return None
    return 'an object of values by name, such as {"speed": 2}, 8 at most'


def mapping(value):
    if (
        isinstance(value, dict)
        and 1 <= len(value) <= 40
        and all([dp.isdigit() and 1 <= int(dp) <= 255 for dp in value])
        and all([_is_point(point) for point in value.values()])
    ):
        return None
    return 'DPs as in devices.json, {"1": {"code": "switch", "type": "Boolean"}}, 40 at most'


def _is_point(point):
    return isinstance(point, dict) and not any([text(point.get(key)) for key in ("code", "type")])


def duration(value):
    if seconds(value) is None:
        return 'a time from 1 s to 24 h, such as "90s", "45m", "2h" or a number of seconds'
    return None


def seconds(value):
    """Return the seconds of a duration, None for what is none."""
    count = value
    if isinstance(value, str) and value[:-1].isdigit() and value[-1] in "smh":
        count = int(value[:-1]) * {"s": 1, "m": 60, "h": 3600}[value[-1]]
    return count if isinstance(count, int) and count is not True and 1 <= count <= 86400 else None
