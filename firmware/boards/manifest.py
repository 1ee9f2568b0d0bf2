"""What is frozen into a firmware of these boards: what the port itself freezes, and the hub."""

# ruff: noqa: F821 - MicroPython's makemanifest.py defines what is called here

include("$(PORT_DIR)/boards/manifest.py")
include("../manifest.py")
# Without Bluetooth there is memory for TLS, and so for Tuya's cloud.
for _package, _names in (
    ("tuya", ("cloud.py", "cloud_errors.py", "cloud_points.py", "cloud_sign.py")),
    ("hub/cloud", None),
    ("hub/net", ("https.py", "fallback.py")),
    # Updates over the air, for which these boards have a second slot.
    ("hub/update", None),
    ("hub/web/update", None),
):
    package(_package, files=_names, base_path="../../lib", opt=3)
# The public key that updates are proved by: made by `plughub firmware`.
module("update_key.py", base_path="../../build/firmware", opt=3)
