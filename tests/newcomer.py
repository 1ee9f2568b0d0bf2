"""The `plughub` command as a person runs it: a process in a folder."""

import asyncio
import sys

from plughub import ROOT

_END_S = 60


def start(folder, *words):
    """Start the command; return the process, whose output and errors are pipes."""
    return asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "plughub", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT / 'lib'}:{ROOT / 'tools'}", "COLUMNS": "200"},
    )


async def run(folder, *words):
    """Run the command to its end; return (status, what it has printed, what it complains of)."""
    process = await start(folder, *words)
    output, errors = await asyncio.wait_for(process.communicate(), _END_S)
    assert b"Traceback" not in errors, errors.decode()
    return process.returncode, output.decode(), errors.decode()
