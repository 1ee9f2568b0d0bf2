"""The route for what Tuya's cloud was asked to do. Forgotten after use."""

from hub.system.unload import unload
from hub.web.http import Problem


async def get_cloud(hub, request):
    """Return what is used of the project's quota this month, and why nothing goes that way.

    {"host", "month", "calls", "commands", "after": s, "stopped": text or null}.
    """
    unload("hub.web.lookup")
    cloud = hub.built("cloud")
    if not cloud:
        raise Problem(404, 'There is no "cloud" in the configuration')
    return cloud.about()
