"""Files that nobody else may read."""

import os

from plughub.cli import Failure


def write_private_bytes(data, path):
    """Write bytes with keys or passwords in them, whole or not at all, with mode 0600.

    A symbolic link stays one. Returns the path. Raises Failure.
    """
    try:
        target = path.resolve()
        new = target.with_name(target.name + ".new")
        target.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)  # one that is left over may be open to others
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        new.replace(target)
    except OSError as e:
        raise Failure(f"{path} cannot be written: {e.strerror or e}") from None
    return path
