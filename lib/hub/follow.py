"""One target doing what another does: a relay after a plug, a plug after a relay."""

from tuya.errors import TuyaError

from .log import log


async def follow(leader, follower, broadcast):
    """Switch `follower` whenever `leader` has changed, for ever.

    Only a change counts, so that the follower can be switched by hand between two of them. What
    the leader is found to be after the start is one.
    """
    was = leader.on
    async with broadcast.listen() as changes:
        async for _ in changes:
            if leader.on == was or leader.on is None:
                continue
            was = leader.on
            try:
                await follower.switch(was)
            except TuyaError as e:
                log("%s does not follow %s: %s" % (follower.name, leader.name, e))
