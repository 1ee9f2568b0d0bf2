from hub import log
from hub.log import lines


def told(count):
    return [line["text"] for line in lines()][-count:]


def last():
    return list(lines())[-1]


def test_the_last_lines_are_kept_and_memory_does_not_grow():
    ring = log._ring
    for i in range(200):
        log.log("line %d of many" % i)
    texts = told(5)
    assert [text.split(" ", 1)[1].strip() for text in texts] == [
        "line %d of many" % i for i in range(195, 200)
    ]
    assert log._ring is ring and 10 < len(list(lines())) < 60


def test_secrets_are_no_part_of_it():
    log.keep_secret("0123456789abcdef")
    log.keep_secret("abc")  # too short to be one
    log.keep_secret(None)
    log.log("the plug says: 0123456789abcdef is abc", log.WARNING)
    assert told(1)[0].endswith("the plug says: *** is abc")
    assert last()["level"] == "w"


def test_long_and_broken_lines_are_cut_and_joined():
    log.log("\u00e4" * 300)
    log.log("two\nlines")
    first, second = told(2)
    assert first.endswith("\u00e4") and len(first.encode()) <= 240
    assert second.endswith("two lines")


def test_a_name_forges_no_line():
    before = last()["seq"]
    log.log("lamp\r\n12:00:00 all is well\x1b[2J\x7f: offline")
    assert told(1)[0].endswith("lamp  12:00:00 all is well [2J : offline")
    assert last()["seq"] == before + 1


def test_what_is_said_again_and_again_pushes_nothing_out():
    log.log("the lamp is on fire")
    seq = last()["seq"]
    for _ in range(500):
        log.log("somebody knocks")
    assert told(2)[0].endswith("on fire") and told(1)[0].endswith("knocks (and 499 times more)")
    log.log("all is well")
    texts = told(4)
    assert texts[0].endswith("on fire") and texts[1].endswith("knocks")
    assert texts[2].endswith("499 times more: somebody knocks")
    assert last()["seq"] == seq + 3


def test_a_crash_says_what_it_was():
    try:
        raise ValueError("as planned by the test")
    except ValueError as e:
        log.log_exception("a job has crashed", e)
    assert "as planned by the test" in told(1)[0] and last()["level"] == "e"


def test_who_reads_slowly_misses_lines_and_is_told_no_half_ones():
    for i in range(100):
        log.log("line %d of the first" % i)
    reader = lines()
    first = next(reader)
    while "of the first" not in first["text"]:  # a PC has kept more
        first = next(reader)
    offset = first["seq"] - int(first["text"].split()[2])
    for i in range(100, 120):
        log.log("line %d of the first" % i)
    next(reader)
    for i in range(120, 150):
        log.log("line %d of the first" % i)
    for line in reader:
        assert line["text"].endswith("of the first") and line["level"] == "i"
        assert line["seq"] - int(line["text"].split()[2]) == offset
    assert line["text"].split()[2] == "149"
