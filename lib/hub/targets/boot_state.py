"""What a relay is when the board starts: off, on, or what it was last."""


def starts_on(settings, state):
    """Tell whether the relay of these settings is on at the start; `state` is a State."""
    boot = settings["boot"]
    return boot == "on" or (boot == "last" and bool(state.recall(_fact(settings["name"]), "on")))


async def remember(relay, broadcast, state):
    """Keep what a relay is, for its next start. For ever."""
    async with broadcast.listen() as changes:
        async for _ in changes:
            state.remember(_fact(relay.name), "on", relay.on)


def _fact(name):
    return "relay " + name
