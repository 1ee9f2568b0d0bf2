"""What the interpreters of the tests hold besides C: the event loop, as every firmware has it."""

# ruff: noqa: F821 - MicroPython's makemanifest.py defines what is called here

include("$(MPY_DIR)/extmod/asyncio")
