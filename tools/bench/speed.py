"""Round trips in every version, ours beside the peers' and a bare echo, in turns in one run.

Writes build/bench.json, rows of {"client", "interpreter", "version", "operation", "p50_us",
"p95_us", "floor_us"}, and prints them with their ratios. The floor is the p50 of a raw asyncio
echo of the request's bytes on the same interpreter, to the same other process.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from bench.interpreters import interpreters
from bench.peer import ID, KEY, VERSIONS
from bench.peer_client import CLIENTS
from plughub import BUILD, ROOT

_TURNS = 3
_ROUNDS = 25
_TIMEOUT_S = 120
_OPERATIONS = ("status", "control", "connect")
_HERE = Path(__file__).resolve().parent
_NODE_MODULES = BUILD / "node" / "node_modules"
_OURS = "plughub"
# A stall of 40 ms on every connect of 3.4 and 3.5 is what sets them apart.
_STALLING = ("tuyapi", "rustuya")
_CONNECT_RATIO = 10


def _clients(version, ports):
    """Yield (client, interpreter, command)."""
    ours = (ROOT / "lib", version, ports[version], ports["echo"], _ROUNDS)
    for interpreter, program in interpreters():
        yield _OURS, interpreter, [program, _HERE / "upy" / "speed.py", *ours]
    for client in CLIENTS:
        if "default" not in client or version == "3.3":
            script = ("-m", "bench.peer_client", client)
            yield client, "CPython", [sys.executable, *script, version, ports[version], _ROUNDS]
    node = shutil.which("node")
    if node and _NODE_MODULES.is_dir():
        script = _HERE / "tuyapi_client.js"
        yield "tuyapi", "Node.js", [node, script, ID, KEY, version, ports[version], _ROUNDS]


def measure():
    """Return {(version, client, interpreter): {operation: [microseconds]}}."""
    peer = subprocess.Popen(
        [sys.executable, "-m", "bench.peer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    times = {}
    try:
        ports = json.loads(peer.stdout.readline())
        for _ in range(_TURNS):
            for version in VERSIONS:
                for client, interpreter, command in _clients(version, ports):
                    kept = times.setdefault((version, client, interpreter), {})
                    for operation, samples in _run(command).items():
                        kept.setdefault(operation, []).extend(samples)
    finally:
        peer.stdin.close()
        peer.wait(timeout=10)
    return times


def _run(command):
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
        env=os.environ | {"NODE_PATH": str(_NODE_MODULES)},
    )
    if done.returncode:
        raise RuntimeError(f"{command[:3]} failed: {done.stderr[-500:]}")
    return json.loads(done.stdout.splitlines()[-1])


def rows(times):
    """Return the rows of build/bench.json."""
    return [
        {
            "client": client,
            "interpreter": interpreter,
            "version": version,
            "operation": operation,
            "p50_us": round(statistics.median(samples[operation])),
            "p95_us": round(statistics.quantiles(samples[operation], n=20)[-1]),
            "floor_us": _floor(times, version, interpreter, operation),
        }
        for operation in _OPERATIONS
        for (version, client, interpreter), samples in sorted(times.items())
    ]


def _floor(times, version, interpreter, operation):
    ours = times.get((version, _OURS, interpreter)) or times[version, _OURS, "CPython"]
    return round(statistics.median(ours[f"floor {operation}"]))


def verdicts(table):
    """Yield a line for each bar: what was promised, and by how much it is kept."""
    interpreters = {row["interpreter"] for row in table if row["client"] == _OURS}
    for version in VERSIONS:
        for operation in ("status", "control"):
            yield from _beside(table, version, operation, sorted(interpreters), 1, None)
        if version >= "3.4":
            yield from _beside(
                table, version, "connect", sorted(interpreters), _CONNECT_RATIO, _STALLING
            )


def _beside(table, version, operation, interpreters, ratio, peers):
    p50 = {
        (row["client"], row["interpreter"]): row["p50_us"]
        for row in table
        if row["version"] == version and row["operation"] == operation
    }
    others = {
        client: us
        for (client, _), us in p50.items()
        if client != _OURS and "default" not in client and (peers is None or client in peers)
    }
    for interpreter in interpreters:
        ours = p50[_OURS, interpreter]
        shares = ", ".join(f"{us / ours:.1f}x {client}" for client, us in sorted(others.items()))
        kept = all(us >= ratio * ours for us in others.values())
        mark = "kept" if kept else "MISSED"
        yield f"{mark:7}{version} {operation:8}{interpreter:20}{shares}"


def main():
    table = rows(measure())
    (BUILD / "bench.json").write_text(json.dumps(table, indent=1) + "\n")
    units = "".join(f"{word:>10}" for word in ("p50 us", "p95 us", "floor us", "x floor"))
    print(f"{'version':9}{'operation':10}{'client':28}{'on':20}{units}")
    for row in table:
        ratio = row["p50_us"] / row["floor_us"]
        figures = "".join(f"{row[name]:10}" for name in ("p50_us", "p95_us", "floor_us"))
        what = f"{row['version']:9}{row['operation']:10}{row['client']:28}{row['interpreter']:20}"
        print(f"{what}{figures}{ratio:10.2f}")
    print("\nfaster than the peers, status and control; connect 10 times in 3.4 and 3.5:")
    for line in verdicts(table):
        print(line)


if __name__ == "__main__":
    main()
