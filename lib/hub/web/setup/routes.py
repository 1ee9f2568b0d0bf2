"""Routes of the set-up without a PC. Loaded while somebody uses them.

Who is in the board's own network, open because it knew no other, may use them; else they take a
token of an administrator.
"""

from hub.web.http import Problem
from hub.web.page import html


async def setup_page(hub, request):
    """Return the page of the set-up."""
    return html(request, "SETUP")


async def list_networks(hub, request):
    """Return the Wi-Fi networks in the air, the strongest first: [{"ssid", "rssi", "open"}]."""
    _check(hub, request)
    from hub.setup.joining import hear

    try:
        return hear()
    except OSError as e:
        detail = "The radio is busy (error %s); try again" % e.errno
        raise Problem(503, detail, "Retry-After: 2\r\n") from None


async def join_network(hub, request):
    """Join a network and keep it: {"ssid", "password", "country"}; returns {"address", "name"}.

    What does not work is not kept.
    """
    _check(hub, request)
    value = request.json_object("ssid", "password", "country")
    from hub.first.taking import settings_of, take
    from hub.setup.joining import NotJoined

    try:
        wifi = settings_of(value.get("ssid"), value.get("password"), value.get("country"))
        address = await take(hub, wifi)
    except ValueError as e:
        raise Problem(400, "Expected %s" % e) from None
    except NotJoined as e:
        raise Problem(409, "It is not kept: %s" % e) from None
    except OSError as e:
        raise Problem(503, "The radio is busy (error %s); try again" % e.errno) from None
    return {"address": address, "name": hub.name}


def _check(hub, request):
    """Raise Problem for who may not set the board up."""
    if not (hub.portal and hub.portal.is_guest(request.peer)):
        hub.authentication.authorize(request, "admin")
