"""What a connection to a broker begins with, as bytes: see packets.py. Loaded for a moment."""

from hub.mqtt.packets import length, two_bytes, with_length
from tuya.port import const

_CLEAN_SESSION = const(0x02)
# A will that is retained and has QoS 1.
_WILL = const(0x2C)
_PASSWORD = const(0x40)
_USER = const(0x80)


def connect(id, keepalive_s, will_topic, will, user=None, password=None):
    """Return the CONNECT packet of a clean session; the will is retained, all of it is text."""
    flags = _CLEAN_SESSION | _WILL
    payload = with_length(id) + with_length(will_topic) + with_length(will)
    if user is not None:
        flags |= _USER
        payload += with_length(user)
        if password is not None:
            flags |= _PASSWORD
            payload += with_length(password)
    about = b"\x00\x04MQTT\x04" + bytes((flags,)) + two_bytes(keepalive_s)
    return _packet(0x10, about + payload)


def subscribe(id, topics):
    """Return the SUBSCRIBE packet for these topics with QoS 1; `id` from 1 to 65535."""
    wanted = [with_length(topic) + b"\x01" for topic in topics]
    return _packet(0x82, two_bytes(id) + b"".join(wanted))


def _packet(first, body):
    return bytes((first,)) + length(len(body)) + body
