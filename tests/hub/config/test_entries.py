"""JSON read entry by entry: the same as in one piece, and every fault with its line."""

import io
import json

from hub.config.entries import Fault, entries, entries_of

WHOLE = {
    "name": "a home",
    "plugs": [{"name": "x" * 300, "n": i, "deep": [1, [2, {"y": None}]]} for i in range(5)],
    "none": [],
    "empty": {},
    "number": -1.5e3,
    "flags": [True, False],
    "text": 'quotes " and \\ and \u00e4',
}


def read(text, wanted=None):
    data = text.encode() if isinstance(text, str) else text
    return list(entries(io.BytesIO(data), wanted))


def by_key(found):
    return sorted(found, key=lambda entry: (entry[0], entry[1] or 0))


def test_entries_are_those_of_the_object_however_it_is_written():
    text = json.dumps(WHOLE)
    spaced = text.replace(", ", " ,\r\n\t ").replace(": ", " :\n")
    for written in (text, spaced, " \n" + text + "\n "):
        assert by_key(read(written)) == by_key(entries_of(WHOLE))


def test_what_is_not_wanted_is_checked_all_the_same_and_not_told():
    assert read('{"a": [1, {"b": 2}], "c": 3}', ("c",)) == [("c", None, 3)]
    assert read('{"a": [1], "c": 3}', ()) == []
    try:
        read('{"a": [1 2], "c": 3}', ("c",))
    except Fault as e:
        assert "expected a comma" in str(e)
    else:
        raise AssertionError("a fault was passed over")


def test_a_fault_has_its_line_and_what_was_expected():
    for text, expected in (
        ("", "line 1: expected a value"),
        ("{", "line 1: expected a name in double quotes"),
        ('{"a" 1}', "line 1: expected a colon"),
        ('{"a":\n\n1,}', "line 3: expected a name in double quotes"),
        ('{"a":1}\nx', "line 2: expected nothing more"),
        ('{"a":"x}', "line 1: expected a double quote at the end of the text"),
        ('{"a":"\\q"}', "line 1: expected a backslash only in front of"),
        ('{"a":nan}', "line 1: expected a value"),
        ('{"a":[1 2]}', 'line 1: expected a comma or "]"'),
        ('{"a":' + "[" * 20 + "]" * 20 + "}", "line 1: expected no deeper nesting"),
        ("[1]", "an object in braces is expected"),
    ):
        try:
            read(text)
        except Fault as e:
            assert str(e).startswith(expected), (text, str(e))
        else:
            raise AssertionError(text)


def test_bytes_that_are_no_text_are_a_fault():
    try:
        found = read(b'{"a": "\xff\xfe"}')
    except Fault as e:
        assert "UTF-8" in str(e)
    else:
        assert found  # MicroPython takes any bytes for text, and harms nothing by that
