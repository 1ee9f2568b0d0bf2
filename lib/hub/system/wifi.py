"""Wi-Fi as a station. The driver connects again by itself, for ever: it is left alone."""

import network


def start(settings, hostname):
    """Start connecting and return at once. A station already up (after a soft reset) stays so.

    `settings`: {"ssid", "password", "country"}.
    """
    # The name goes out with DHCP and mDNS, and only if it is set before connecting.
    network.hostname(hostname)
    if settings.get("country"):
        network.country(settings["country"])
    station = network.WLAN(network.WLAN.IF_STA)
    station.active(True)
    # Power save delays what comes in by a beacon or more: presses and pages would feel it.
    station.config(pm=station.PM_NONE)
    if station.isconnected() or station.status() == network.STAT_CONNECTING:
        return
    station.connect(settings["ssid"], settings.get("password") or None)


def is_up():
    """Tell whether the station has an address."""
    return network.WLAN(network.WLAN.IF_STA).isconnected()


def address():
    """Return the station's address, "0.0.0.0" without one."""
    return network.WLAN(network.WLAN.IF_STA).ifconfig()[0]


def name_server():
    """Return the address of the name server that DHCP gave."""
    return network.WLAN(network.WLAN.IF_STA).ifconfig()[3]


def signal():
    """Return the signal strength in dBm, None without a connection."""
    station = network.WLAN(network.WLAN.IF_STA)
    return station.status("rssi") if station.isconnected() else None
