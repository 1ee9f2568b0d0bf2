"""`make bench`: round trips, ours beside tinytuya's and a bare echo, in turns in one run.

Writes build/bench.json, rows of {"client", "interpreter", "version", "operation", "p50_us",
"p95_us", "floor_us"}, and prints them with their ratios. The floor is the p50 of a raw asyncio
echo of the request's bytes on the same interpreter, to the same other process.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from plughub import BUILD, ROOT
from plughub.checkout import find_micropython

_TURNS = 4
_ROUNDS = 60
_TIMEOUT_S = 120
_OPERATIONS = ("status", "control", "connect")
_OURS = Path(__file__).resolve().parent / "upy" / "speed.py"


def _clients():
    """Yield (client, interpreter, command) with the command taking (plug port, echo port)."""
    for interpreter, program in (
        ("CPython", sys.executable),
        ("MicroPython 64-bit", find_micropython(64)),
        ("MicroPython 32-bit", find_micropython(32)),
    ):
        if program:
            yield (
                *("plughub", interpreter),
                lambda plug, echo, program=program: [
                    program,
                    _OURS,
                    ROOT / "lib",
                    plug,
                    echo,
                    _ROUNDS,
                ],
            )
    for wait in ("none", "default"):
        yield (
            *(f"tinytuya, sendWait {wait}", "CPython"),
            lambda plug, _echo, wait=wait: [
                *(sys.executable, "-m", "bench.tinytuya_client", plug, _ROUNDS, wait),
            ],
        )


def measure():
    """Return {(client, interpreter): {operation: [microseconds]}}."""
    peer = subprocess.Popen(
        [sys.executable, "-m", "bench.peer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        plug, echo = json.loads(peer.stdout.readline())
        times = {}
        for _ in range(_TURNS):
            for client, interpreter, command in _clients():
                output = subprocess.run(
                    [str(word) for word in command(plug, echo)],
                    capture_output=True,
                    text=True,
                    timeout=_TIMEOUT_S,
                    check=True,
                ).stdout
                kept = times.setdefault((client, interpreter), {})
                for operation, samples in json.loads(output.splitlines()[-1]).items():
                    kept.setdefault(operation, []).extend(samples)
    finally:
        peer.stdin.close()
        peer.wait(timeout=10)
    return times


def rows(times):
    """Return the rows of build/bench.json."""
    return [
        {
            "client": client,
            "interpreter": interpreter,
            "version": "3.3",
            "operation": operation,
            "p50_us": round(statistics.median(samples[operation])),
            "p95_us": round(statistics.quantiles(samples[operation], n=20)[-1]),
            "floor_us": round(
                statistics.median(times["plughub", interpreter][f"floor {operation}"])
            ),
        }
        for operation in _OPERATIONS
        for (client, interpreter), samples in times.items()
    ]


def main():
    table = rows(measure())
    (BUILD / "bench.json").write_text(json.dumps(table, indent=1) + "\n")
    units = "".join(f"{word:>10}" for word in ("p50 us", "p95 us", "floor us", "x floor"))
    print(f"{'operation':10}{'client':24}{'on':20}{units}")
    for row in table:
        ratio = row["p50_us"] / row["floor_us"]
        figures = "".join(f"{row[name]:10}" for name in ("p50_us", "p95_us", "floor_us"))
        print(
            f"{row['operation']:10}{row['client']:24}{row['interpreter']:20}{figures}{ratio:10.2f}"
        )


if __name__ == "__main__":
    main()
