"""The route for the logbook. Forgotten after use."""

from hub.logbook import entries
from hub.system.unload import unload
from hub.web.http import Response, json_list


async def get_logbook(hub, request):
    """Return who has switched what, the oldest first: [{"seq", "time", "name", "on", "cause"}]."""
    unload("hub.web.lookup")
    return Response(json_list(entries()))
