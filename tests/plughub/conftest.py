"""A folder for a person's files."""

import pytest


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
