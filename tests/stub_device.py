"""A device that does at once what it is told, for tests of what is built on devices."""

from tuya.changes import Observed


class StubDevice(Observed):
    """`written` keeps (dps, confirm) of each set(); `on_set(dps)` may act as the device would."""

    def __init__(self, dps=None):
        super().__init__()
        self.dps = dict(dps or {})
        self.written = []
        self.refreshed = []
        self.on_set = lambda dps: None

    async def set(self, dps, confirm=True):
        self.written.append((dps, confirm))
        if confirm:
            self.take(dps)
        self.on_set(dps)

    async def refresh(self, dps):
        self.refreshed.append(dps)

    async def status(self):
        return dict(self.dps)


def refuses(call, *words):
    """Assert that `call` raises a ValueError that says all `words`."""
    try:
        call()
    except ValueError as e:
        for word in words:
            assert word in str(e), str(e)
    else:
        raise AssertionError("it was taken")


async def refuses_async(awaitable, *words):
    """The same for a coroutine."""
    try:
        await awaitable
    except ValueError as e:
        for word in words:
            assert word in str(e), str(e)
    else:
        raise AssertionError("it was taken")
