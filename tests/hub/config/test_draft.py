"""A change that is checked while all goes on."""

import asyncio

from fake_hub import Folder

from hub.components import schema
from hub.config.draft import Draft, Faulty
from hub.config.entries import entries_of

PLUGS = [
    {"name": name, "id": "bf" + name * 18, "key": name * 16, "address": "192.168.1.55"}
    for name in "abcdefgh"
]
RULES = [
    {"id": "r%d" % i, "at": "12:%02d" % i, "do": {"plug": "a", "set": "off"}} for i in range(20)
]


async def turns_during(draft):
    """Return how often somebody else had his turn while a draft was checked."""
    turns = 0
    is_over = False

    async def take_turns():
        nonlocal turns
        while not is_over:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    try:
        await draft.check()
    finally:
        is_over = True
        await other
    return turns


def draft(plugs, rules):
    config = {"plugs": plugs}
    book = {"rules": rules}
    return Draft(schema(), lambda: entries_of(config), lambda: entries_of(book), [], {})


async def test_others_have_their_turn_between_any_two_entries():
    with Folder():
        assert await turns_during(draft(PLUGS, RULES)) >= len(PLUGS) + len(RULES)


async def test_a_fault_is_told_all_the_same():
    with Folder():
        try:
            await turns_during(
                draft(PLUGS, RULES + [{"id": "bad", "at": "25:00", "do": {"plug": "a"}}])
            )
        except Faulty as e:
            assert "rules[20].at" in e.faults[0], e.faults
        else:
            raise AssertionError("it was taken")
