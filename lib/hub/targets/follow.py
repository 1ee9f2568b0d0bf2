"""One target doing what another does: a relay after a plug, a plug after a relay."""

from tuya.errors import TuyaError

from ..log import WARNING, log


async def follow(leader, follower, find, broadcast):
    """Switch the target named `follower` whenever that named `leader` has changed, for ever.

    Only a change counts, so that the follower can be switched by hand between two of them. What
    the leader is found to be after the start is one.
    """
    was = find(leader).on
    async with broadcast.listen() as changes:
        async for _ in changes:
            on = find(leader).on
            if on == was or on is None:
                continue
            was = on
            try:
                await find(follower).switch(on)
            except TuyaError as e:
                log("%s does not follow %s: %s" % (follower, leader, e), WARNING)
