"""What a person can do about each error, in one sentence. Loaded when somebody asks."""

ADVICE = {
    "Offline": "Check that the plug has power and Wi-Fi and that its address is right.",
    "NoResources": "The plug is not to blame: close pages that are open, or give this board fewer "
    "plugs and rules.",
    "NoNetwork": "The plug is not to blame: this board waits for its Wi-Fi.",
    "Refused": "Check that the address is the plug's; another program may hold its only "
    "connection, or its firmware has no LAN protocol.",
    "LanClosed": "Close the phone app and other programs that talk to it; if that does not help, "
    "its firmware has no LAN protocol any more and only the cloud reaches it.",
    "SlotTaken": "Close the phone app and other programs that talk to this plug: it serves few "
    "at once.",
    "NoReply": "The plug may be busy or hanging: if this lasts, take it off power for a moment.",
    "Rejected": "Check that the plug has this DP and takes this value.",
    "WrongVersion": "Correct the protocol version, or leave it out to have it found.",
    "BadFrame": "The connection is dropped and made again.",
    "WrongKey": "The local key is wrong. Pairing a plug again changes its key: fetch the new one.",
    "KeyChanged": "The plug was paired again, which gave it another local key: fetch the new one.",
}

ADVICE_ON_ID = "Check the device id, or the cid of a sub-device: it knows another one."
