"""A set of code as one file: see lib/codeset/sets.py, which reads it."""

import json
from hashlib import sha256
from pathlib import PurePosixPath

from codeset.sets import IS_FOLDER, NAME
from hub import VERSION


def make_set(files, mpy, version=VERSION):
    """Return a set of {name: bytes of its .mpy} for sys.implementation._mpy, as bytes."""
    records = {}
    body = b""
    for name, data in sorted(files.items()):
        for folder in list(PurePosixPath(name).parents)[:-1]:
            records[_key(folder.as_posix())] = (0, IS_FOLDER)
        records[_key(name)] = (len(body), len(data))
        body += data
    about = {"version": version, "mpy": mpy, "entries": len(records), "size": len(body)}
    head = json.dumps({"plughub": "set"} | about, separators=(",", ":")).encode() + b"\n"
    index = b"".join(
        key + at.to_bytes(4, "big") + size.to_bytes(4, "big")
        for key, (at, size) in sorted(records.items())
    )
    whole = head + index + body
    return whole + sha256(whole).digest()


def _key(name):
    return sha256(name.encode()).digest()[:NAME]
