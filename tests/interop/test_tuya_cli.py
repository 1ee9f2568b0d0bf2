"""The command of @tuyapi/cli 1.18 as a client of the fake plug."""

import os

import pytest


def own_address():
    """tuya-cli has no option for the port, so each run takes a loopback address of its own."""
    return f"127.{os.getpid() % 250 + 1}.{os.getpid() // 250 % 250 + 1}.9"


@pytest.fixture
def command(node, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # where tuya-cli keeps its configuration

    async def run(plug, verb, *arguments):
        identity = ["--ip", plug.host, "--id", plug.id, "--key", plug.key.decode()]
        version = ["--protocol-version", plug.version]
        async with node("@tuyapi/cli/cli.js", verb, *identity, *version, *arguments) as process:
            output, _ = await process.communicate()
            assert process.returncode == 0
            return output.decode()

    return run


@pytest.mark.parametrize("version", ["3.1", "3.3", "3.4", "3.5"])
async def test_get_and_set(make_plug, command, version):
    plug = make_plug(version)
    await plug.start(own_address(), 6668)
    async with plug:
        assert "'19': 957" in await command(plug, "get", "--full")
        assert "Set succeeded" in await command(plug, "set", "--dps", "1", "--set", "false")
        assert plug.dps[1] is False
