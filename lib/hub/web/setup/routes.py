"""Routes of the set-up without a PC. Loaded while somebody uses them.

Who is in the board's own network, open because it knew no other, may use them; else they take a
token of an administrator.
"""

from hub.log import log
from hub.system.store import CONFIG_FILE, exists
from hub.web.http import Problem
from hub.web.page import html
from tuya.port import const

_SSID_MAX = const(32)


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
    wifi = _wifi(request.json_object("ssid", "password", "country"))
    from hub.setup.joining import NotJoined, join

    try:
        address = await join(wifi["ssid"], wifi.get("password"))
    except NotJoined as e:
        raise Problem(409, "It is not kept: %s" % e) from None
    except OSError as e:
        raise Problem(503, "The radio is busy (error %s); try again" % e.errno) from None
    from hub.web.config import change

    await change("change", hub, lambda: _with(wifi))
    await change("confirm", hub)
    log("Wi-Fi: %s is kept" % wifi["ssid"])
    return {"address": address, "name": hub.name}


def _check(hub, request):
    """Raise Problem for who may not set the board up."""
    if not (hub.portal and hub.portal.is_guest(request.peer)):
        hub.authentication.authorize(request, "admin")


def _wifi(value):
    from hub.config import expect

    ssid, password = value.get("ssid"), value.get("password") or ""
    if not isinstance(ssid, str) or not 1 <= len(ssid.encode()) <= _SSID_MAX:
        raise Problem(400, 'Expected {"ssid": the name of a network, 32 bytes at most}')
    expected = expect.password(password)
    if not expected and value.get("country"):
        expected = expect.country(value["country"])
    if expected:
        raise Problem(400, "Expected " + expected)
    wifi = {"ssid": ssid}
    if password:
        wifi["password"] = password
    if value.get("country"):
        wifi["country"] = value["country"]
    return wifi


def _with(wifi):
    """Yield the entries of the configuration with another network."""
    from hub.config.entries import read

    yield "wifi", None, wifi
    if exists(CONFIG_FILE):
        for key, index, value in read(CONFIG_FILE):
            if key != "wifi":
                yield key, index, value
