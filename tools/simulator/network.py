"""The ESP32's `network` in software: a station whose driver connects again by itself."""

STA_IF, AP_IF = 0, 1
AUTH_WPA2_PSK = 3
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
STAT_NO_AP_FOUND, STAT_HANDSHAKE_TIMEOUT = 201, 204

#: What scan() hears: (name, bssid, channel, dBm, security, hidden). The others are hidden.
HEARD = (
    (b"neighbour", b"\x02\x00\x00\x00\x00\x01", 1, -81, AUTH_WPA2_PSK, False),
    (b"home", b"\x02\x00\x00\x00\x00\x02", 6, -48, AUTH_WPA2_PSK, False),
    (b"guest", b"\x02\x00\x00\x00\x00\x03", 11, -66, 0, False),
    (b"home", b"\x02\x00\x00\x00\x00\x04", 11, -77, AUTH_WPA2_PSK, False),
)
#: No access point has this name.
NOWHERE = "nowhere"
#: All access points refuse this password.
WRONG = "wrong password"

_air = True
_hostname = "mpy-esp32"


def on_the_air(there):
    """The access point is there, or is not."""
    global _air  # noqa: PLW0603 - there is one air
    _air = there


class WLAN:
    IF_STA, IF_AP = 0, 1
    PM_NONE, PM_PERFORMANCE, PM_POWERSAVE = 0, 1, 2

    _wanted = {}
    _ssid = _key = None
    _active = {}
    _settings = {"pm": PM_PERFORMANCE, "reconnects": -1}

    def __init__(self, interface=STA_IF):
        self._interface = interface

    def active(self, on=None):
        if on is None:
            return WLAN._active.get(self._interface, False)
        if bool(on) != self.active():
            print("@ wifi", ("station", "point")[self._interface], "on" if on else "off")
        WLAN._active[self._interface] = bool(on)
        if not on:
            WLAN._wanted[self._interface] = False
        return None

    def connect(self, ssid=None, key=None, *, bssid=None):
        if not self.active():
            raise OSError("Wifi Not Started")
        if self.status() == STAT_CONNECTING:
            raise OSError("Wifi Internal Error")
        WLAN._wanted[self._interface] = True
        WLAN._ssid = ssid
        WLAN._key = key

    def disconnect(self):
        WLAN._wanted[self._interface] = False

    def isconnected(self):
        is_wanted = WLAN._wanted.get(self._interface, False)
        return _air and is_wanted and WLAN._ssid != NOWHERE and WLAN._key != WRONG

    def status(self, what=None):
        if what == "rssi":
            return -58
        if self.isconnected():
            return STAT_GOT_IP
        if not WLAN._wanted.get(self._interface):
            return STAT_IDLE
        if WLAN._settings["reconnects"] < 0:  # it tries for ever
            return STAT_CONNECTING
        return STAT_NO_AP_FOUND if WLAN._ssid == NOWHERE else STAT_HANDSHAKE_TIMEOUT

    def scan(self):
        if self.status() == STAT_CONNECTING:
            raise OSError("Wifi Internal Error")
        return list(HEARD)

    def ifconfig(self):
        if self._interface == AP_IF:
            return ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")
        if not self.isconnected():
            return ("0.0.0.0",) * 4
        return ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")

    def config(self, *names, **settings):
        if names:
            return b"\x24\x0a\xc4\x00\x00\x01" if names[0] == "mac" else WLAN._settings[names[0]]
        WLAN._settings.update(settings)
        return None


def hostname(name=None):
    global _hostname  # noqa: PLW0603 - the board has one
    if name is not None:
        _hostname = name
    return _hostname


def country(code=None):
    return code or "XX"
