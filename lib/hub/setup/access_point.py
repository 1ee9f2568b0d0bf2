"""The board's own access point, for who has no other way in. Loaded when it is opened.

Any page leads to that of the set-up, at 192.168.4.1, then. The password is the board's own, made
by chance once and kept in its non-volatile storage: neither a backup nor the page ever holds it,
only its console tells it. So is the set-up code, which is another word: who was let into the
network is no administrator.
"""

import os

import network

from hub.log import log
from tuya.port import const, sleep_ms

_OPEN_MS = const(600000)
_SLICE_MS = const(1000)
_BLINK_MS = const(100)
_PASSWORD = "setup"
_CODE = "code"
# Without characters that look like others.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = const(12)


async def open_for_setup(hub, is_first=False, beat=None):
    """Open the access point for 10 minutes; at the first start until the board knows a network.

    The LED blinks meanwhile.
    """
    from hub.setup.portal import Portal

    point = network.WLAN(network.WLAN.IF_AP)
    mac = network.WLAN(network.WLAN.IF_STA).config("mac")
    name = "%s-%02x%02x" % (hub.name, mac[4], mac[5])
    word = password()
    point.active(True)
    try:
        point.config(ssid=name, security=network.AUTH_WPA2_PSK, key=word)
        # The console is for who holds the board in his hands; the log is not.
        print("The setup access point is %s, its password %s" % (name, word))
        hub.portal = Portal(point.ifconfig()[0], is_first)
        log("the setup access point %s is open: http://%s/setup" % (name, hub.portal.address))
        hub.blink(_BLINK_MS)
        left = _OPEN_MS // _SLICE_MS
        while left or (is_first and not hub.built("wifi")):
            left = max(0, left - 1)
            if beat:
                beat()
            await sleep_ms(_SLICE_MS)
    finally:
        hub.blink(None)
        if hub.portal:
            hub.portal.close()
        hub.portal = None
        point.active(False)
        log("the setup access point is closed")


def password():
    """Return the password of the access point, the same at each call."""
    return _word(_PASSWORD)


def setup_code():
    """Return the code that allows to set the first password of the page, the same at each call."""
    return _word(_CODE)


def forget():
    """Have other words from now on."""
    from esp32 import NVS

    nvs = NVS("plughub")
    for key in (_PASSWORD, _CODE):
        try:
            nvs.erase_key(key)
        except OSError:
            pass  # it was never asked for
    nvs.commit()


def _word(key):
    from esp32 import NVS

    nvs = NVS("plughub")
    kept = bytearray(_LENGTH)
    try:
        nvs.get_blob(key, kept)
    except OSError:
        # The remainder favours some letters by a little; 12 of 31 letters are plenty.
        kept = bytes([ord(_LETTERS[byte % len(_LETTERS)]) for byte in os.urandom(_LENGTH)])
        nvs.set_blob(key, kept)
        nvs.commit()
    return bytes(kept).decode()
