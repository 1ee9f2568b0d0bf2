"""The route for rooms."""


async def list_rooms(hub, request):
    """Return the rooms that there are: {room: names of the plugs in it}."""
    found = {}
    rooms = getattr(hub, "rooms", None) or {}
    for name in hub.targets.plugs:
        if name in rooms:
            found.setdefault(rooms[name], []).append(name)
    return found
