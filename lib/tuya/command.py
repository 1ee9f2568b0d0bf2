"""Command numbers of the protocol, under the names the field uses."""

CONTROL = 0x07  # write DPs, 3.1 to 3.3
STATUS = 0x08  # a device pushes changed DPs
HEART_BEAT = 0x09
DP_QUERY = 0x0A  # read all DPs, 3.1 to 3.3
CONTROL_NEW = 0x0D  # write DPs, 3.4 and 3.5
UPDATEDPS = 0x12  # "measure these DPs and push them"
