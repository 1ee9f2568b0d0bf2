"""Runs FLASH/boot.py and FLASH/main.py unmodified, as the board does after a reset.

    micropython run.py FLASH COMMANDS        python3 run.py FLASH COMMANDS

The environment variable PLUGHUB_PATH names further folders to import from (colons between
them), before what is frozen into the interpreter; with PLUGHUB_DEAF no devices are heard, deaf.py.
Standard input and output are the board's console. Commands come from a pipe of that number, what
happens to pins goes to standard output: control.py.
"""

import os
import sys

HERE = __file__.rsplit("/", 1)[0]
CPYTHON = sys.implementation.name == "cpython"


def set_up(flash):
    """Make imports find what the board has, and the flash the current folder."""
    if not HERE.startswith("/"):
        raise SystemExit("run.py must be called by its whole path")
    extra = os.getenv("PLUGHUB_PATH")
    paths = ["", "lib"] + (extra.split(":") if extra else [])
    if CPYTHON:
        # The standard library first: the simulator's time and socket are for MicroPython.
        sys.path[0:1] = [HERE + "/cpython"] + paths
        sys.path.append(HERE)
        import shim

        shim.install()
    else:
        # The interpreter may have the simulator frozen into it, which spares the heap.
        sys.path[:] = [".frozen/simulator", HERE] + paths + [".frozen"]
    os.chdir(flash)


def execute(name):
    exec(_compiled(name), {"__name__": "__main__"})


def _compiled(name):
    # The board keeps no source of what runs.
    with open(name) as file:
        return compile(file.read(), name, "exec")


def main():
    set_up(sys.argv[1])
    # What belongs to the simulator must not count as the firmware's heap; asyncio is the latter's.
    import gc

    gc.collect()
    before = gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
    import asyncio  # noqa: F401

    gc.collect()
    of_firmware = gc.mem_alloc() - before if before else 0
    import control
    import idf_heap

    control.prepare()
    for name in ("errno", "esp32", "machine", "network", "select", "socket", "time"):
        __import__(name)
    sys.modules["esp32"].restart()
    idf_heap.begin(of_firmware)
    if idf_heap.is_board():
        import board_gc

        sys.modules["gc"] = board_gc
    try:
        execute("boot.py")
    except Exception as e:
        sys.print_exception(e)
        print("boot.py failed: main.py is not run")
        return
    control.start(int(sys.argv[2]))
    execute("main.py")


main()
