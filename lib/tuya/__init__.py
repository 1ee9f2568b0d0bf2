"""Tuya devices on the LAN, without a cloud. See Device; Codec is the bytes alone.

Each name is loaded from its file on first use, so that a program pays for what it touches.
"""

# A tuple stays in flash, where the firmware is frozen.
_HOME = (
    ("Device", "device"),
    ("discover", "discovery"),
    ("Outlet", "outlet"),
    ("Bulb", "bulb"),
    ("Cover", "cover"),
    ("Climate", "climate"),
    ("Infrared", "infrared"),
    ("DataPoints", "datapoints"),
    ("Codec", "versions"),
    ("Message", "codec"),
    ("TuyaError", "errors"),
    ("Offline", "errors"),
    ("NoNetwork", "errors"),
    ("NoResources", "errors"),
    ("Refused", "errors"),
    ("LanClosed", "errors"),
    ("SlotTaken", "errors"),
    ("WrongKey", "errors"),
    ("KeyChanged", "errors"),
    ("WrongVersion", "errors"),
    ("NoReply", "errors"),
    ("Rejected", "errors"),
    ("BadFrame", "errors"),
    ("Cloud", "cloud"),
    ("CloudError", "cloud_errors"),
)


def __getattr__(name):
    for known, home in _HOME:
        if name == known:
            value = getattr(__import__("tuya." + home, None, None, ("*",)), name)
            globals()[name] = value
            return value
    raise AttributeError(name)
