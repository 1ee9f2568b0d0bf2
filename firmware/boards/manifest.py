"""What is frozen into a firmware of these boards: what the port itself freezes, and the hub."""

# ruff: noqa: F821 - MicroPython's makemanifest.py defines what is called here

include("$(PORT_DIR)/boards/manifest.py")
include("../manifest.py")
