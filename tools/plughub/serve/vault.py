"""What protects the keys and passwords of a hub on a PC: nothing but the rights of their file, or
AES-256-GCM, under a key that the keyring of this PC keeps or that is derived from a passphrase.
"""

import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.backup.container import is_kdf
from hub.system import store
from plughub.backup.file import derive, new_kdf
from plughub.cli import Failure
from plughub.serve import pc_keyring
from plughub.serve.limits import replace
from tuya.gcm import IV_SIZE

#: What a person may want: the rights of the file alone, or what has the key.
PLAIN, KEYRING, PASSPHRASE = "plain", "keyring", "passphrase"

_FORMAT = 1


class Vault:
    """Encrypts the secrets of a hub. `name`: what `key` (32 bytes) comes from.

    `about`: what the file says of that, for the next start.
    """

    def __init__(self, name, key, about):
        self.name = name
        self._cipher = AESGCM(key)
        self._about = about

    def sealed(self, secrets):
        """Return what the file is to hold, as JSON takes it."""
        nonce = os.urandom(IV_SIZE)
        data = self._cipher.encrypt(nonce, json.dumps(secrets).encode(), self._proved())
        return self._about | {"nonce": nonce.hex(), "data": data.hex()}

    def unsealed(self, found):
        """Return the secrets in what the file holds; one that is not encrypted yet is as it is.

        Raises ValueError for one that this key does not open.
        """
        if not _is_sealed(found):
            return found
        try:
            nonce, data = bytes.fromhex(found["nonce"]), bytes.fromhex(found["data"])
            return json.loads(self._cipher.decrypt(nonce, data, self._proved()))
        except (KeyError, TypeError, ValueError, InvalidTag):
            raise ValueError("this key does not open the file, or it is damaged") from None

    def _proved(self):
        return json.dumps(self._about, sort_keys=True).encode()


def _is_sealed(found):
    """Tell whether a file of secrets is an encrypted one."""
    return found.get("plughub") == "secrets"


def protect(wanted, ask_passphrase):
    """Have the secrets of the home in the current folder protected as somebody wants.

    `wanted`: PLAIN, KEYRING or PASSPHRASE, None for what the home has. `ask_passphrase(is_new)`
    returns one. Raises Failure, and nothing has changed then.
    """
    replace("hub.config.secrets", "_vault", None)  # of a hub that this process ran before
    found = store.load(store.SECRETS_FILE)
    present = _protection_of(found)
    vault = _vault_of(present, found, ask_passphrase)
    try:
        secrets = vault.unsealed(found) if vault else found
    except ValueError:
        raise Failure(_wrong(present)) from None
    if wanted not in (None, present):
        vault = _new_vault(wanted, ask_passphrase)
        store.save(store.SECRETS_FILE, vault.sealed(secrets) if vault else secrets)
        if present == KEYRING:
            pc_keyring.forget(found["id"])
    replace("hub.config.secrets", "_vault", vault)


def _protection_of(found):
    if not _is_sealed(found):
        return PLAIN
    if found.get("format") != _FORMAT:
        raise Failure(
            f"{store.SECRETS_FILE} was written by a newer Plughub: update this one first"
        )
    if "kdf" in found and is_kdf(found["kdf"]):
        return PASSPHRASE
    if isinstance(found.get("id"), str):
        return KEYRING
    raise Failure(f"{store.SECRETS_FILE} is damaged; a backup has what was in it")


def _vault_of(protection, found, ask_passphrase):
    """Return the Vault of a file that there is, None for one that is not encrypted."""
    if protection == PLAIN:
        return None
    about = {name: found[name] for name in found if name not in ("nonce", "data")}
    if protection == PASSPHRASE:
        return Vault(protection, derive(ask_passphrase(False), found["kdf"]), about)
    key = pc_keyring.key(found["id"])
    if not key:
        raise Failure(f"the keyring of this PC has no key for {store.SECRETS_FILE} of this home")
    return Vault(protection, key, about)


def _new_vault(protection, ask_passphrase):
    about = {"plughub": "secrets", "format": _FORMAT}
    if protection == PASSPHRASE:
        kdf = new_kdf()
        return Vault(protection, derive(ask_passphrase(True), kdf), about | {"kdf": kdf})
    if protection == KEYRING:
        id, key = pc_keyring.make()
        return Vault(protection, key, about | {"id": id})
    return None


def _wrong(protection):
    if protection == PASSPHRASE:
        return f"the passphrase is wrong, or {store.SECRETS_FILE} is damaged"
    return f"the key in the keyring does not open {store.SECRETS_FILE}: one of them was replaced"
