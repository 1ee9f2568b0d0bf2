"""Where the installed `plughub` begins: it may have been installed as a library alone."""

import sys

_MISSING = "plughub: this is the library alone; for the command: pipx install 'plughub[cli]'"


def main():
    """Run the command, or say what it lacks."""
    try:
        from plughub.__main__ import app
    except ModuleNotFoundError as e:
        if (e.name or "").partition(".")[0] in ("plughub", "tuya"):
            raise
        sys.exit(_MISSING)
    app(prog_name="plughub")
