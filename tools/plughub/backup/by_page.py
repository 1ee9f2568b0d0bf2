"""A backup by HTTP: the hub makes it and takes it back. No key crosses the network as it is."""

import json
import time

from plughub.backup.file import derive, new_kdf
from plughub.cli import Failure
from plughub.hub_api import HubAPI, NoPassword

_AWAY_S = 2  # the board restarts when it has answered
_BACK_S = 60
_LOOK_S = 0.5
_WITHOUT = "there is the serial port, and by the page a backup with --no-passphrase"
_BINARY = {"Content-Type": "application/octet-stream"}


def fetch(address, passphrase):
    """Return the backup of the hub at an address; without a passphrase it has no secrets."""
    with HubAPI(address) as hub:
        wanted = {}
        if passphrase:
            kdf = new_kdf()
            words = _wrapped(hub, derive(passphrase, kdf))
            wanted = {"kdf": kdf} | dict(zip(("nonce", "key", "proof"), words, strict=True))
        return hub.fetch("POST", "backup", json.dumps(wanted).encode())


def restore(address, data, opened):
    """Restore a backup; return (what is missing in it, whether the hub was back in time)."""
    with HubAPI(address) as hub:
        missing = send(hub, data, opened.key)
        return missing, _is_back(hub)


def send(hub, data, key):
    """Have a hub restore a backup, encrypted under `key` unless that is None, and restart.

    Returns what is missing in it.
    """
    headers = dict(_BINARY)
    if key:
        headers["Backup-Key"] = " ".join(_wrapped(hub, key))
    return json.loads(hub.fetch("POST", "restore", data, headers)).get("missing", [])


def _wrapped(hub, key):
    """Return (nonce, key, proof): see docs/backup.md."""
    try:
        nonce, digest = hub.proof()
    except NoPassword as e:
        raise Failure(f"{e}; without one {_WITHOUT}", e.code) from None
    pad = digest(f"backup key {nonce}".encode())
    hidden = bytes(a ^ b for a, b in zip(key, pad, strict=True)).hex()
    return nonce, hidden, digest(f"backup proof {nonce} {hidden}".encode()).hex()


def _is_back(hub):
    time.sleep(_AWAY_S)
    due = time.monotonic() + _BACK_S
    while time.monotonic() < due:
        if hub.is_up():
            return True
        time.sleep(_LOOK_S)
    return False
