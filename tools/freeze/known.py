"""Stock firmware that was frozen into and then ran: SHA-256 of the .bin, and its name.

Others very likely work too: each is proved to be understood, and refused if it is not. These ran
on an emulated ESP32, with the hub and four plugs.
"""

KNOWN = {
    "1eb1a88473e32aa6a4d45dc1b5b6ad40bc1f06128e7aa8548e438cfa4633da1b": "ESP32_GENERIC 1.25.0",
    "6b5272b6edd15fc4d1627ec559a27a5d5a7b86e5ea7f8013941eb10c877edd4e": "ESP32_GENERIC 1.26.1",
    "cd7820d02c35d34dd403b44263129c6a511b350aea8446c229890753fe240784": "ESP32_GENERIC 1.28.0",
}
