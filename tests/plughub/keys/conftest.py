"""Data centres on this machine, and a folder for a person's files."""

import pytest
from openapi_server import openapi_servers


@pytest.fixture
def servers(tmp_path, monkeypatch):
    with openapi_servers(tmp_path, monkeypatch) as servers:
        yield servers


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder that a person is in, without settings of the machine that runs the test."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REGION"):
        monkeypatch.delenv(f"TUYA_{name}", raising=False)
    monkeypatch.delenv("PLUGHUB_DEVICES", raising=False)
    return folder


@pytest.fixture
def pauses(monkeypatch):
    """What the cloud has been waited for, in ms; nothing is waited for really."""
    waited = []

    async def sleep_ms(web, ms):
        waited.append(ms)

    monkeypatch.setattr("plughub.keys.web.Web.sleep_ms", sleep_ms)
    return waited


@pytest.fixture
def region(monkeypatch):
    """A function that makes these (name, host) the regions that there are."""

    def set_regions(*pairs):
        monkeypatch.setattr("plughub.keys.project.HOSTS", pairs)

    return set_regions
