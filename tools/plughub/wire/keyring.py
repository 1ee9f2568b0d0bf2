"""The keys that may open frames."""

import contextlib
from dataclasses import dataclass, field

from plughub.devices import Known
from tuya.cipher import as_key
from tuya.discovery import UDP_KEY


@dataclass(frozen=True)
class Key:
    """One key of 16 bytes. `device`: the one whose local or session key it is, where known."""

    secret: bytes = field(repr=False)
    device: Known | None = None


#: Of what devices say over UDP. No secret: all of them have it.
UDP = Key(UDP_KEY)


class Keyring:
    """All keys that are known, of a home's devices or given by hand."""

    def __init__(self, keys=(), devices=()):
        self._keys = list(keys)
        self._devices = list(devices)

    @classmethod
    def of(cls, devices):
        """Return the Keyring of [Known]; a local key that is none is left out.

        Sub-devices come last: some files give them the key of their gateway.
        """
        keys = []
        for device in sorted(devices, key=lambda device: bool(device.parent)):
            with contextlib.suppress(ValueError):
                keys.append(Key(as_key(device.key), device))
        return cls(keys, devices)

    def with_key(self, key):
        """Return a Keyring that has one key more, as the last to be tried."""
        return Keyring([*self._keys, key], self._devices)

    @property
    def ports(self):
        """The ports that the devices listen on."""
        return {device.port for device in self._devices}

    def keys_for(self, host):
        """Return all [Key], those of the device at this address first."""
        return sorted(self._keys, key=lambda key: not (key.device and key.device.address == host))

    def device_at(self, host):
        """Return the Known that has this address, or None."""
        return next((device for device in self._devices if device.address == host), None)

    def device(self, word):
        """Return the Known that has this id or, as a sub-device, this cid; or None."""
        found = (device for device in self._devices if word and word in (device.id, device.cid))
        return next(found, None)
