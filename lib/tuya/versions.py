"""What each version of the protocol is made of. Only what is asked for is loaded."""

VERSIONS = ("3.1", "3.2", "3.3", "3.4", "3.5")


def as_version(version: str | float) -> str:
    """Return a version, "3.1" or 3.1, as a text. Raises ValueError for one that is none."""
    text = str(version) if isinstance(version, float) else version
    if text not in VERSIONS:
        known = ", ".join(VERSIONS)
        raise ValueError("protocol version %s is not known, only %s" % (repr(version), known))
    return text


def Codec(version: str | float, key: str | bytes):
    """Return the codec of `version`, as as_version(); `key`: the one in force, bytes or text.

    Raises ValueError for a version or key that is none.
    """
    version = as_version(version)
    if version == "3.5":
        from tuya.codec35 import Codec35

        return Codec35(version, key)
    if version == "3.4":
        from tuya.codec34 import Codec34

        return Codec34(version, key)
    if version == "3.1":
        from tuya.codec31 import Codec31

        return Codec31(version, key)
    from tuya.codec import Codec33

    return Codec33(version, key)


def Dialect(version: str, device_id: str):
    """Return what a device of `version` is asked in."""
    if version >= "3.4":
        from tuya.dialect34 import Dialect34

        return Dialect34(device_id)
    from tuya.dialect import Dialect33

    return Dialect33(device_id)
