"""What is frozen into a firmware of these boards: what the port itself freezes, and the hub."""

# ruff: noqa: F821 - MicroPython's makemanifest.py defines what is called here

include("$(PORT_DIR)/boards/manifest.py")
include("../manifest.py")
# What chooses another set of code; where it is not frozen a deploy brings it.
package("codeset", base_path="../../lib", opt=3)
