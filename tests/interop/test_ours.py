"""Our own client comes through all that the bench sends clients through, on every interpreter."""

import sys

import pytest
from interpreters import need_micropython

from bench.survival import our_command, run


@pytest.mark.parametrize("interpreter", ["CPython", 64, 32])
async def test_we_survive_everything(interpreter):
    program = sys.executable if interpreter == "CPython" else need_micropython(interpreter)
    table = await run({"ours": our_command(program)})
    assert len(table) >= 50
    failures = {name: row["ours"] for name, row in table.items() if row["ours"] != "ok"}
    assert not failures
