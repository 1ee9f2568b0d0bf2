"""`plughub firmware`: MicroPython built for one of firmware/boards, with the hub in it.

By an ESP-IDF of this PC, or by Espressif's container. mpbuild does not serve here: it knows the
boards of MicroPython's own tree alone, and its container sees no other folder.
"""

import os
import shlex
import shutil
import subprocess

from rich.console import Console

from plughub import BUILD, ROOT
from plughub.firmware.assets import build_assets, write_update_key
from plughub.firmware.partitions import read_partitions

BOARDS = ROOT / "firmware" / "boards"
# .github/workflows/release.yml builds with the same two.
MICROPYTHON_TAG = "v1.27.0"
CONTAINER = "espressif/idf:v5.5.1"
_SOURCE = "https://github.com/micropython/micropython"
_JOBS = os.cpu_count() or 1
# In a container git takes a folder for somebody else's.
_GIT_TRUSTS = (
    "GIT_CONFIG_COUNT=1",
    *("GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"),
)


class BuildError(Exception):
    """Something is missing, or the build failed: one line of text."""


def build_firmware(board, micropython=None, idf=None, modulus=b""):
    """Build the firmware of a board and say where it is. Returns 0 or 1.

    `micropython`: a checkout, without it the pinned version is fetched; `idf`: an ESP-IDF, without
    it the one of the environment, or else the container, is used; `modulus`: of the public key by
    which updates are proved, b"" where none is.
    """
    console = Console(highlight=False, soft_wrap=True)
    try:
        if board not in board_names():
            raise BuildError(f"there is no board {board}, but {', '.join(board_names())}")
        tools = toolchain(idf)
        source = checkout(micropython)
        output = BUILD / "firmware" / board
        build_assets()
        write_update_key(modulus)
        output.mkdir(parents=True, exist_ok=True)
        application = output / "micropython.bin"
        application.unlink(missing_ok=True)
        try:
            for command in commands(source, board, output):
                _run(within(tools, source, command))
        finally:
            # The build fails too where it does not fit, but does not say that in its last words.
            if application.exists():
                console.print(check_size(application), markup=False)
    except (BuildError, OSError) as error:
        console.print(f"Not built: {error}", markup=False)
        return 1
    console.print(f"{output / 'firmware.bin'} is what `plughub flash --stock` writes.")
    console.print(
        "On a board with a stock firmware the files are lost: this one has other partitions."
    )
    return 0


def board_names():
    """Return the names of the boards that there are."""
    return sorted(path.parent.name for path in BOARDS.glob("*/mpconfigboard.cmake"))


def checkout(given):
    """Return the folder of MicroPython's source: the given one, or the pinned version."""
    if given:
        if not (given / "ports" / "esp32").is_dir():
            raise BuildError(f"{given} is no checkout of MicroPython: it has no ports/esp32")
        return given.resolve()
    source = BUILD / f"micropython-{MICROPYTHON_TAG}"
    if not source.exists():
        if not shutil.which("git"):
            raise BuildError("git is missing, and no checkout was given (--micropython)")
        partial = source.with_name(source.name + ".part")
        shutil.rmtree(partial, ignore_errors=True)
        _run(["git", "clone", "--depth=1", f"--branch={MICROPYTHON_TAG}", _SOURCE, str(partial)])
        partial.rename(source)
    return source


def toolchain(idf):
    """Return what runs the build: the export.sh of an ESP-IDF, CONTAINER, or "" for neither.

    "" is where the environment has an ESP-IDF already.
    """
    if idf:
        export = idf.resolve() / "export.sh"
        if not export.is_file():
            raise BuildError(f"{idf} is no ESP-IDF: it has no export.sh")
        return str(export)
    if os.environ.get("IDF_PATH") and shutil.which("idf.py"):
        return ""
    if shutil.which("docker"):
        return CONTAINER
    raise BuildError("it takes an ESP-IDF (--idf, or IDF_PATH), or Docker")


def commands(source, board, output):
    """Return the command lines of a build."""
    port = ["make", "-C", str(source / "ports" / "esp32")]
    what = [f"BOARD={board}", f"BOARD_DIR={BOARDS / board}", f"BUILD={output}"]
    jobs = f"-j{_JOBS}"
    return [
        ["make", "-C", str(source / "mpy-cross"), jobs],
        [*port, *what, "submodules"],
        [*port, jobs, *what],
    ]


def within(tools, source, command):
    """Return the command line that runs a command with what toolchain() has found."""
    if not tools:
        return command
    if tools != CONTAINER:
        return ["bash", "-c", f'. "$0" >/dev/null && {shlex.join(command)}', tools]
    # At the same paths as here, and as the same user: what is built belongs to who builds it.
    volumes = [f"--volume={folder}:{folder}" for folder in dict.fromkeys((ROOT, source))]
    user = [f"--user={os.getuid()}:{os.getgid()}", "--env=HOME=/tmp"]
    git = [f"--env={setting}" for setting in _GIT_TRUSTS]
    return ["docker", "run", "--rm", *volumes, *user, *git, CONTAINER, *command]


def check_size(application, table=BOARDS / "partitions.csv"):
    """Say how much of its partition an application takes. Raises BuildError where it is more."""
    room = min(part.size for part in read_partitions(table) if part.kind == "app")
    size = application.stat().st_size
    if size > room:
        raise BuildError(
            f"the application has {size:,} bytes, {size - room:,} more than its partition"
            f" in {table.relative_to(ROOT)}"
        )
    return f"The application takes {size:,} of {room:,} bytes, {room - size:,} are left."


def _run(command):
    # What `make` was told here is not for MicroPython's, nor are our modules for the ESP-IDF's.
    ours = {"MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "BOARD", "PORT"}
    ours |= {"PYTHON", "PYTHONPATH"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    status = subprocess.run(command, env=environment, check=False).returncode
    if status:
        raise BuildError(f"status {status} of: {shlex.join(command)}")
