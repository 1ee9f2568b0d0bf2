"""Takes a Wi-Fi network that somebody has told: checked, joined, and kept if that worked."""

from hub.log import log
from hub.setup.joining import join
from hub.system.store import CONFIG_FILE, exists
from tuya.port import const

_SSID_MAX = const(32)


def settings_of(ssid, password, country=None):
    """Return the "wifi" of a configuration. Raises ValueError, which says what was expected."""
    from hub.config import expect

    if not isinstance(ssid, str) or not 1 <= len(ssid.encode()) <= _SSID_MAX:
        raise ValueError('{"ssid": the name of a network, 32 bytes at most}')
    expected = expect.password(password or "")
    if not expected and country:
        expected = expect.country(country)
    if expected:
        raise ValueError(expected)
    wifi = {"ssid": ssid}
    if password:
        wifi["password"] = password
    if country:
        wifi["country"] = country
    return wifi


async def take(hub, wifi):
    """Join a network and keep it; return the board's address in it.

    What does not work is not kept. Raises NotJoined, OSError where the radio is busy, and the
    Problem of a change.
    """
    from hub.web.config import change

    address = await join(wifi["ssid"], wifi.get("password"))
    await change("change", hub, lambda: _with(wifi))
    await change("confirm", hub)
    log("Wi-Fi: %s is kept" % wifi["ssid"])
    return address


def _with(wifi):
    """Yield the entries of the configuration with another network."""
    from hub.config.entries import read

    yield "wifi", None, wifi
    if exists(CONFIG_FILE):
        for key, index, value in read(CONFIG_FILE):
            if key != "wifi":
                yield key, index, value
