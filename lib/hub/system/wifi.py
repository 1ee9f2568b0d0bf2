"""Wi-Fi as a station. The driver connects again by itself, for ever; its radio gets a nudge."""

from hub.log import WARNING, log
from tuya.port import const, sleep_ms

_ROUND_MS = const(5000)
# Some access points take nobody back who does not begin from the start.
_NUDGE_ROUNDS = const(60)
_TIMEOUT_MS = const(30000)


def start(settings, hostname):
    """Start connecting and return at once. A station already up (after a soft reset) stays so.

    `settings`: {"ssid", "password", "country"}.
    """
    import network

    # The name goes out with DHCP and mDNS, and only if it is set before connecting.
    network.hostname(hostname)
    if settings.get("country"):
        network.country(settings["country"])
    station = _station()
    station.active(True)
    # Power save delays what comes in by a beacon or more: presses and pages would feel it.
    station.config(pm=station.PM_NONE)
    if station.isconnected() or station.status() == network.STAT_CONNECTING:
        return
    station.connect(settings["ssid"], settings.get("password") or None)


def change(settings, hostname):
    """Leave the network there is and join another one."""
    station = _station()
    if station.active():
        station.disconnect()
        station.active(False)
    start(settings, hostname)


async def keep(settings, hostname, beat):
    """Say when the network is lost and found; switch the radio off and on every 5 min without."""
    was_up = None
    rounds = 0
    while True:
        beat()
        if is_up() != was_up:
            was_up = is_up()
            if was_up:
                log("Wi-Fi: connected as %s, %s" % (hostname, address()))
            else:
                log("Wi-Fi: no connection to %s" % settings["ssid"], WARNING)
            rounds = 0
        rounds += 1
        if not was_up and rounds % _NUDGE_ROUNDS == 0:
            change(settings, hostname)
        await sleep_ms(_ROUND_MS)


def is_up():
    """Tell whether the station has an address."""
    return _station().isconnected()


def address():
    """Return the station's address, "0.0.0.0" without one."""
    return _station().ifconfig()[0]


def servers():
    """Return the addresses of the router and of the name server, as DHCP gave them."""
    return _station().ifconfig()[2:]


def signal():
    """Return the signal strength in dBm, None without a connection."""
    station = _station()
    return station.status("rssi") if station.isconnected() else None


def _station():
    import network

    return network.WLAN(network.WLAN.IF_STA)


# --- the component "wifi" ---

SCHEMA = (("ssid", "text", ...), ("password", "password", None), ("country", "country", None))


def check(checker, config):
    if not config["wifi"]["password"]:
        config["wifi"]["password"] = None  # an open network


def build(hub, item, config):
    """Watch the station, which boot.py has started; while the hub runs, join another network."""
    if hub.supervisor.is_running:
        change(item, hub.name)
    return hub.supervisor.add("Wi-Fi", keep, _TIMEOUT_MS, item, hub.name)
