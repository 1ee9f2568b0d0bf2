"""What of the cloud is waited for, and where it is."""

import pytest


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
