"""A backup by HTTP: the hub makes it and takes it back. No key crosses the network as it is."""

import json
import time

from plughub.backup.file import derive, new_kdf
from plughub.cli import Failure, errors
from plughub.hub_api import HubAPI, NoPassword

_AWAY_S = 2  # the board restarts when it has answered
_BACK_S = 60
_LOOK_S = 0.5
_WITHOUT = "there is the serial port, and by the page a backup with --no-passphrase"
_BINARY = {"Content-Type": "application/octet-stream"}


def fetch(address, passphrase):
    """Return the backup of the hub at an address; without a passphrase it has no secrets."""
    with HubAPI(address) as hub:
        # First, so that nobody is asked for a password while something turns.
        faults = hub.ask("GET", "system").get("faults")
        proof = _proof(hub) if passphrase else None
        for fault in faults if isinstance(faults, list) else ():
            errors.print(f"The hub complains, and may when it is restored: {fault}", markup=False)
        with errors.status("The hub makes the backup ..."):
            wanted = {}
            if proof:
                kdf = new_kdf()
                words = _wrapped(derive(passphrase, kdf), *proof)
                wanted = {"kdf": kdf} | dict(zip(("nonce", "key", "proof"), words, strict=True))
            return hub.fetch("POST", "backup", json.dumps(wanted).encode())


def restore(address, data, key):
    """Restore a backup; return (what is missing in it, whether the hub was back in time)."""
    with HubAPI(address) as hub:
        hub.ask("GET", "system")  # who is not logged in may send no more than 1 kB
        proof = _proof(hub) if key else None
        with errors.status("The hub checks and restores the backup ..."):
            return send(hub, data, key, proof), _is_back(hub)


def send(hub, data, key, proof=None):
    """Have a hub restore a backup, encrypted under `key` unless that is None, and restart.

    `proof`: what HubAPI.proof() has returned. Returns what is missing in it.
    """
    headers = dict(_BINARY)
    if key:
        headers["Backup-Key"] = " ".join(_wrapped(key, *(proof or _proof(hub))))
    return json.loads(hub.fetch("POST", "restore", data, headers)).get("missing", [])


def _proof(hub):
    try:
        return hub.proof()
    except NoPassword as e:
        raise Failure(f"{e}; without one {_WITHOUT}", e.code) from None


def _wrapped(key, nonce, digest):
    """Return (nonce, key, proof): see docs/backup.md."""
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
