"""What of a device's DPs is kept when it reports more than plugs do: their number and their size
are bounded. Loaded when a value is neither true or false, nor a 32-bit number, nor a short text
in ASCII.
"""

from tuya.changes import COUNT_MAX, SHORT
from tuya.port import compact_json, const
from tuya.utf8 import readable

# How many letters of long texts are kept of one device: as many as a frame can bring, since
# learned codes of remote controls have 2,000 and more.
_LETTERS_MAX = const(4096)
# What is no value of a DP is kept as so much of its JSON.
_CUT = const(60)
_MARK = const("...")
# Whole numbers that JSON's readers agree on.
_INT_MAX = const(9007199254740991)
_FLOAT_MAX = const(1e30)


def bounded(dps):
    """Return {number: bool, number or text} of decoded DPs; null is left out.

    Objects and lists become a text, the beginning of their JSON; so do numbers too large for
    what reads them, and those that are none.
    """
    return {dp: _value(dps[dp]) for dp in dps if dps[dp] is not None}


def _value(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, int):
        return value if -_INT_MAX <= value <= _INT_MAX else _cut(str(value))
    if isinstance(value, float):
        return value if -_FLOAT_MAX < value < _FLOAT_MAX else "no number" + _MARK
    try:
        return _cut(compact_json(value))
    except RuntimeError:  # nested too deep for the recursion limit
        return "nested too deep" + _MARK


def _cut(text):
    return text[:_CUT] + _MARK


def make_room(dps, news):
    """Drop what is too much of `dps`, which has taken the `news`: the highest numbers of too many
    DPs, and of too much text what is older than the news.
    """
    for dp in sorted(dps)[COUNT_MAX:]:
        del dps[dp]
    for dp in [dp for dp in dps if dp not in news and _is_long(dps[dp])]:
        if _letters(dps) > _LETTERS_MAX:
            del dps[dp]


def _letters(dps):
    return sum([len(dps[dp]) for dp in dps if _is_long(dps[dp])])


def _is_long(value):
    return isinstance(value, str) and len(value) > SHORT
