"""Tuya devices on the LAN, without a cloud. See Device; Codec is the bytes alone.

Each name is loaded from its file on first use, so that a program pays for what it touches.
"""

_HOME = {
    "Device": "device",
    "discover": "discovery",
    "Outlet": "outlet",
    "Bulb": "bulb",
    "Cover": "cover",
    "Climate": "climate",
    "Infrared": "infrared",
    "DataPoints": "datapoints",
    "Codec": "versions",
    "Message": "codec",
    "TuyaError": "errors",
    "Offline": "errors",
    "NoNetwork": "errors",
    "NoResources": "errors",
    "Refused": "errors",
    "LanClosed": "errors",
    "SlotTaken": "errors",
    "WrongKey": "errors",
    "KeyChanged": "errors",
    "WrongVersion": "errors",
    "NoReply": "errors",
    "Rejected": "errors",
    "BadFrame": "errors",
}


def __getattr__(name):
    home = _HOME.get(name)
    if not home:
        raise AttributeError(name)
    value = getattr(__import__("tuya." + home, None, None, ("*",)), name)
    globals()[name] = value
    return value
