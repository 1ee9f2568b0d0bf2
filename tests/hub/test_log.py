from hub import log
from hub.log import lines


def told(count):
    return [line["text"] for line in lines()][-count:]


def test_the_last_lines_are_kept_and_memory_does_not_grow():
    ring = log._ring
    for i in range(200):
        log.log("line %d of many" % i)
    texts = told(5)
    assert [text.split(" ", 1)[1].strip() for text in texts] == [
        "line %d of many" % i for i in range(195, 200)
    ]
    assert log._ring is ring and 10 < len(lines()) < 60


def test_secrets_are_no_part_of_it():
    log.keep_secret("0123456789abcdef")
    log.keep_secret("abc")  # too short to be one
    log.keep_secret(None)
    log.log("the plug says: 0123456789abcdef is abc", log.WARNING)
    assert told(1)[0].endswith("the plug says: *** is abc")
    assert lines()[-1]["level"] == "w"


def test_long_and_broken_lines_are_cut_and_joined():
    log.log("\u00e4" * 300)
    log.log("two\nlines")
    first, second = told(2)
    assert first.endswith("\u00e4") and len(first.encode()) <= 240
    assert second.endswith("two lines")


def test_a_name_forges_no_line():
    before = lines()[-1]["seq"]
    log.log("lamp\r\n12:00:00 all is well\x1b[2J\x7f: offline")
    assert told(1)[0].endswith("lamp  12:00:00 all is well [2J : offline")
    assert lines()[-1]["seq"] == before + 1


def test_what_is_said_again_and_again_pushes_nothing_out():
    log.log("the lamp is on fire")
    seq = lines()[-1]["seq"]
    for _ in range(500):
        log.log("somebody knocks")
    assert told(2)[0].endswith("on fire") and told(1)[0].endswith("knocks (and 499 times more)")
    log.log("all is well")
    texts = told(4)
    assert texts[0].endswith("on fire") and texts[1].endswith("knocks")
    assert texts[2].endswith("499 times more: somebody knocks")
    assert lines()[-1]["seq"] == seq + 3


def test_a_crash_says_what_it_was():
    try:
        raise ValueError("as planned by the test")
    except ValueError as e:
        log.log_exception("a job has crashed", e)
    assert "as planned by the test" in told(1)[0] and lines()[-1]["level"] == "e"
