"""The plug that real clients meet, and the way to the clients that are not Python.

Node packages: copy package.json and package-lock.json from here to build/node and run
`npm ci --prefix build/node`, or name another node_modules in PLUGHUB_NODE_MODULES.
"""

import asyncio
import importlib
import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakeplug import FakePlug

ROOT = Path(__file__).parents[2]
DEADLINE_S = 20


def missing(what):
    """A client that is not installed: a skip at a developer's desk, a failure in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


@pytest.fixture
def make_plug():
    def make(version, **settings):
        dps = {1: True, 9: 0, 18: 417, 19: 957, 20: 2304}
        settings = {
            "id": "bf0123456789abcdefghij",
            "key": "0123456789abcdef",
            "dps": dps,
        } | settings
        return FakePlug(version=version, **settings)

    return make


@pytest.fixture
def python_client():
    """`python_client("tinytuya")` imports a client."""

    def load(name):
        try:
            return importlib.import_module(name)
        except ImportError:
            return missing(name)

    return load


@pytest.fixture
def node():
    """`async with node(script, *arguments) as process` runs a script beside the node clients.

    `script` is a path under node_modules or a file of this folder.
    """
    modules = Path(os.environ.get("PLUGHUB_NODE_MODULES", ROOT / "build/node/node_modules"))
    program = shutil.which("node") or missing("node")
    if not (modules / "tuyapi").is_dir():
        missing(f"tuyapi in {modules}")

    @asynccontextmanager
    async def run(script, *arguments):
        here = Path(__file__).parent / script
        path = here if here.exists() else modules / script
        if not path.exists():
            missing(path)
        process = await asyncio.create_subprocess_exec(
            program,
            path,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"NODE_PATH": str(modules), "NO_UPDATE_NOTIFIER": "1"},
        )
        try:
            async with asyncio.timeout(DEADLINE_S):
                yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    return run
