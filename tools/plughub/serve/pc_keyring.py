"""The keyring of this PC: what the person unlocks by logging in. PyPI's keyring knows them all."""

import os
import uuid

from plughub.cli import Failure

_SERVICE = "plughub"
_KEY_SIZE = 32
_MISSING = "keyring is not installed: `pipx inject plughub keyring`, or take a passphrase"


def make():
    """Put a new key into the keyring; return (id, key). Raises Failure where there is none."""
    id, key = uuid.uuid4().hex, os.urandom(_KEY_SIZE)
    _attempt(lambda keyring: keyring.set_password(_SERVICE, id, key.hex()))
    return id, key


def key(id):
    """Return the key of this id, None where the keyring has none. Raises Failure."""
    found = _attempt(lambda keyring: keyring.get_password(_SERVICE, id))
    try:
        key = bytes.fromhex(found or "")
    except ValueError:
        return None
    return key if len(key) == _KEY_SIZE else None


def forget(id):
    """Remove a key that nothing is encrypted under any more."""
    _attempt(lambda keyring: keyring.delete_password(_SERVICE, id))


def _attempt(step):
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise Failure(_MISSING) from None
    try:
        return step(keyring)
    except KeyringError as e:
        raise Failure(f"the keyring of this PC cannot be used: {e}") from None
