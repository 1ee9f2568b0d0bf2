"""The folder of a hub on a PC: what the flash is on a board. One process at a time has it."""

import os
from pathlib import Path

import filelock
import platformdirs

from plughub.cli import Failure

_LOCK = ".lock"


def default_path():
    """Return the person's folder for it: ~/.local/share/plughub, %LOCALAPPDATA%\\plughub ..."""
    return platformdirs.user_data_path("plughub", appauthor=False)


class Home:
    """The folder at `path`, made if there is none, the current one while this context lasts.

    What is written while it does is for nobody else to read. Raises Failure where another process
    has it, or where it cannot be used.
    """

    def __init__(self, path=None):
        self.path = (Path(path) if path else default_path()).expanduser().resolve()
        self._lock = filelock.FileLock(self.path / _LOCK, mode=0o600)
        self._before = Path()

    @property
    def is_new(self):
        """Whether nothing was ever configured here."""
        return not (self.path / "config.json").exists()

    def __enter__(self):
        self._umask = os.umask(0o077)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(blocking=False)
            self._before = Path.cwd()
            os.chdir(self.path)
        except filelock.Timeout:
            os.umask(self._umask)
            raise Failure(f"another plughub serves {self.path} already") from None
        except OSError as e:
            self._release()
            raise Failure(f"{self.path} cannot be used: {e.strerror or e}") from None
        return self

    def __exit__(self, *exception):
        os.chdir(self._before)
        self._release()

    def _release(self):
        self._lock.release()
        os.umask(self._umask)
