"""Tries a Wi-Fi network before it is kept, beside the board's own access point."""

from tuya.port import const, sleep_ms

_TRY_MS = const(20000)
_LOOK_MS = const(250)
_BEGUN = const(4)  # looks, after which the driver has begun
_TRIES = const(2)
_FOR_EVER = const(-1)
_NETWORKS_MAX = const(20)
# network.STAT_*: of a wrong password some access points tell nothing, so the handshake ends.
_CAUSES = (
    (201, "the board does not hear %s: is it a 2.4 GHz network, and near enough?"),
    (202, "the password is not the one of %s"),
    (203, "%s has refused the board: does it let new devices in?"),
    (204, "%s did not end the handshake: most likely the password is another one"),
)


class NotJoined(Exception):
    """The network was not joined: the text says why."""


def hear():
    """Return the networks in the air, the strongest first: [{"ssid", "rssi": dBm, "open"}].

    It takes the board two seconds, in which nothing else goes on.
    """
    station = _station()
    heard = {}
    for name, _, _, rssi, security, is_hidden in station.scan():
        try:
            ssid = name.decode()
        except UnicodeError:
            continue
        if ssid and not is_hidden and (ssid not in heard or heard[ssid]["rssi"] < rssi):
            heard[ssid] = {"ssid": ssid, "rssi": rssi, "open": security == 0}
    return sorted(heard.values(), key=lambda found: -found["rssi"])[:_NETWORKS_MAX]


async def join(ssid, password):
    """Join a network; return the board's address in it. Raises NotJoined; it is left then."""
    import network

    station = _station()
    station.config(reconnects=_TRIES)
    try:
        station.disconnect()
        station.connect(ssid, password or None)
        for i in range(_TRY_MS // _LOOK_MS):
            await sleep_ms(_LOOK_MS)
            if station.isconnected():
                return station.ifconfig()[0]
            if i >= _BEGUN and station.status() != network.STAT_CONNECTING:
                break
        status = station.status()
        station.disconnect()
    finally:
        station.config(reconnects=_FOR_EVER)
    for number, text in _CAUSES:
        if number == status:
            raise NotJoined(text % ssid)
    raise NotJoined("%s gave the board no address within %d s" % (ssid, _TRY_MS // 1000))


def _station():
    import network

    station = network.WLAN(network.WLAN.IF_STA)
    station.active(True)
    return station
