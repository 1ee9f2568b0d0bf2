"""Command numbers of the protocol, under the names the field uses."""

SESS_KEY_NEG_START = 0x03
SESS_KEY_NEG_RESP = 0x04
SESS_KEY_NEG_FINISH = 0x05
CONTROL = 0x07  # write DPs, 3.1 to 3.3
STATUS = 0x08  # a device pushes changed DPs
HEART_BEAT = 0x09
DP_QUERY = 0x0A  # read all DPs, 3.1 to 3.3
CONTROL_NEW = 0x0D  # write DPs, 3.4 and 3.5
DP_QUERY_NEW = 0x10  # read all DPs, 3.4 and 3.5
UPDATEDPS = 0x12  # "measure these DPs and push them"
UDP_NEW = 0x13  # a broadcast, or the answer to REQ_DEVINFO
REQ_DEVINFO = 0x25  # "who is there", on UDP port 7000
LAN_EXT_STREAM = 0x40  # a gateway's list of sub-devices
