"""Ports that no other process is given, nor any connection."""

import asyncio
import socket
import sys

import pytest

from fakeplug import ports
from fakeplug.ports import free_port
from plughub import ROOT

_ASK = "from fakeplug.ports import free_port; print(*(free_port() for _ in range(100)))"


async def test_no_two_processes_are_given_the_same_port():
    asking = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _ASK),
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT / "tools")},
        )
        for _ in range(3)
    ]
    given = [port for process in asking for port in (await process.communicate())[0].split()]
    assert len(given) == len(set(given)) == 300


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Only two ports are given here, and by nobody else."""
    monkeypatch.setattr(ports, "_TURN", tmp_path / "turn")
    monkeypatch.setattr(ports, "_FIRST", 65530)
    monkeypatch.setattr(ports, "_COUNT", 2)


@pytest.mark.usefixtures("two")
def test_a_port_that_is_taken_is_passed_over():
    with socket.create_server(("127.0.0.1", ports._FIRST)):
        assert [free_port(), free_port()] == [ports._FIRST + 1] * 2


@pytest.mark.usefixtures("two")
def test_what_somebody_has_written_over_begins_anew(tmp_path):
    first = free_port()
    (tmp_path / "turn").write_text("nonsense")
    assert free_port() == first and free_port() > first
