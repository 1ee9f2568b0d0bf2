"""Characters in halves: joined, refused, and never passed on."""

import json

from tuya.utf8 import joined, readable


def fails(function, value):
    try:
        function(value)
    except ValueError:
        return True
    return False


def test_halves_are_joined():
    lamp = b"\xf0\x9f\x92\xa1"  # U+1F4A1
    for text, expected in (
        (b'"\\ud83d\\udca1"', b'"' + lamp + b'"'),
        (b'"a\\uD83D\\uDCA1b\\ud83d\\udca1"', b'"a' + lamp + b"b" + lamp + b'"'),
        (b'"\\u00e4\\n\\\\ud83d"', b'"\\u00e4\\n\\\\ud83d"'),
        (b'{"a": 1}', b'{"a": 1}'),
        (lamp, lamp),
        (b"", b""),
    ):
        assert joined(text) == expected, text
    # Those that are whole in one escape stay as they are, for json to read.
    assert json.loads(joined(b'"\\u00e4\\ud83d\\udca1"')) == "\u00e4\U0001f4a1"


def test_half_a_character_is_refused():
    for text in (
        b'"\\ud83d"',
        b'"\\udca1"',
        b'"\\ud83dx"',
        b'"\\ud83d\\ud83d"',
        b'"\\ud83d\\u00e4"',
        b'"\\ud83d\\u',
        b'"\\u12"',
        b'"\\uzzzz"',
        b'"\xed\xa0\xbd"',
        b'"\xff"',
        b'"\xe4"',
    ):
        assert fails(joined, text), text


def test_what_a_device_says_is_readable():
    assert readable("\u00e4\U0001f4a1 ok") == "\u00e4\U0001f4a1 ok"
    for text in (json.loads('"a\\ud83d b"'), json.loads('"\\udca1"')):
        said = readable(text)
        assert "?" in said and said.encode().decode() == said
