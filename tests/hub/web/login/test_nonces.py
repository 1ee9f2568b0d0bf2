"""Nonces are good once, for a while, and only where they were made."""

from hub.web.login.nonces import Nonces


class Clock:
    def __init__(self):
        self.seconds = 100

    def __call__(self):
        return self.seconds


def test_one_is_good_once_and_for_each_count_above_the_last():
    nonces = Nonces(Clock())
    first, second = nonces.make(), nonces.make()
    assert first != second
    assert nonces.use(first) and not nonces.use(first)
    assert nonces.use(second, 3) and not nonces.use(second, 2) and nonces.use(second, 4)


def test_one_is_too_old_after_five_minutes():
    clock = Clock()
    nonces = Nonces(clock)
    first, second = nonces.make(), nonces.make()
    clock.seconds += 300
    assert nonces.use(first)
    clock.seconds += 1
    assert not nonces.use(second)


def test_what_this_hub_has_not_made_since_its_start_is_none():
    nonces = Nonces(Clock())
    other = Nonces(Clock()).make()
    changed = nonces.make()
    changed = changed[:-1] + ("0" if changed[-1] != "0" else "1")
    for made_up in (other, changed, "", "zz", "00000064" + "0" * 48, "x" * 56, "\u00e9" * 56):
        assert not nonces.use(made_up), made_up


def test_one_that_was_used_is_not_used_again_when_the_hub_has_forgotten_it():
    clock = Clock()
    nonces = Nonces(clock)
    used = nonces.make()
    assert nonces.use(used)
    for _ in range(20):
        clock.seconds += 1
        assert nonces.use(nonces.make())
        assert not nonces.use(used)
    assert len(nonces._counts) == 8
