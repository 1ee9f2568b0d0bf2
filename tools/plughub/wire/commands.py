"""The numbers and names of commands, as tinytuya has them from Tuya's lan_protocol.h."""

SESS_KEY_NEG_START = 0x03
SESS_KEY_NEG_RESP = 0x04
SESS_KEY_NEG_FINISH = 0x05
STATUS = 0x08
UDP_NEW = 0x13
BOARDCAST_LPV34 = 0x23  # spelled so everywhere
REQ_DEVINFO = 0x25

#: What the bodies of the negotiation of a session key hold, in bytes: nonces and HMACs.
NEGOTIATION = {SESS_KEY_NEG_START: 16, SESS_KEY_NEG_RESP: 48, SESS_KEY_NEG_FINISH: 32}

NAMES = {
    0x00: "UDP",  # the broadcasts of 3.1
    0x01: "AP_CONFIG",
    0x02: "ACTIVE",
    SESS_KEY_NEG_START: "SESS_KEY_NEG_START",
    SESS_KEY_NEG_RESP: "SESS_KEY_NEG_RESP",
    SESS_KEY_NEG_FINISH: "SESS_KEY_NEG_FINISH",
    0x06: "UNBIND",
    0x07: "CONTROL",
    STATUS: "STATUS",
    0x09: "HEART_BEAT",
    0x0A: "DP_QUERY",
    0x0B: "QUERY_WIFI",
    0x0C: "TOKEN_BIND",
    0x0D: "CONTROL_NEW",
    0x0E: "ENABLE_WIFI",
    0x0F: "WIFI_INFO",
    0x10: "DP_QUERY_NEW",
    0x11: "SCENE_EXECUTE",
    0x12: "UPDATEDPS",
    UDP_NEW: "UDP_NEW",
    0x14: "AP_CONFIG_NEW",
    BOARDCAST_LPV34: "BOARDCAST_LPV34",
    REQ_DEVINFO: "REQ_DEVINFO",
    0x40: "LAN_EXT_STREAM",
}
