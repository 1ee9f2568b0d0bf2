"""The same without asyncio, for scripts on a PC: each call returns when it is done.

    with tuya.sync.Outlet("bf0123456789abcdefghij", "192.168.1.55", "0123456789abcdef") as plug:
        plug.turn_on()
        print(plug.power)

Each class has what the one of its name in tuya has. A thread of its own keeps the connection from
the beginning of `with` to its end. Not for MicroPython, which has no such threads.
"""

import asyncio
import functools
import inspect
import threading

import tuya

_LEAVE_S = 5
_LONG_MS = 3600000

# What a Device has of each object and not of its class.
_ATTRIBUTES = ("id", "address", "port", "version", "dps", "online", "error", "is_connected")
# What belongs to those who share its event loop.
_OF_OTHERS = (
    *("run", "take", "tell", "subscribe", "unsubscribe", "end_changes", "on_push", "heard_at"),
    *("reply_ms", "child", "online_children", "status_of", "write_to", "cid", "is_gateway"),
)


class _Loop:
    """An event loop in a thread, which runs what others wait for."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def wait(self, coroutine):
        """Return the result of a coroutine, which has its own deadline."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # whoever presses Ctrl-C waits for it no more
            raise

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_LEAVE_S)
        self._loop.close()


class Device:
    """As tuya.Device."""

    _kind = None  # what the device does, on top of it: as tuya.Outlet

    def __init__(self, id, address, key, version="3.3", port=6668):
        self._device = tuya.Device(id, address, key, version, port)
        self._loop = None

    def __enter__(self):
        self._loop = _Loop()
        self._loop.wait(self._device.__aenter__())
        return self

    def __exit__(self, *exception):
        loop, self._loop = self._loop, None
        try:
            loop.wait(self._device.__aexit__(*exception))
            loop.wait(asyncio.sleep(0))  # what was cancelled ends
        finally:
            loop.close()

    def changes(self, timeout=None):
        """Return an iterator of {number: value}, what changes from now on.

        An empty one says that `online` or `error` did. It ends when nothing has changed for
        `timeout` seconds.
        """
        ms = _LONG_MS if timeout is None else int(timeout * 1000)
        return self._turns(self._wait(_soon(self._device.changes)), ms, timeout is not None)

    def _turns(self, changes, ms, ends):
        try:
            while True:
                changed = self._wait(changes.within(ms))
                if changed is not None:
                    yield changed
                elif ends:
                    return
        finally:
            if self._loop:
                self._wait(_soon(changes.close))

    def _wait(self, coroutine):
        if not self._loop:
            coroutine.close()
            raise tuya.Offline("nothing connects it: use it inside `with`")
        return self._loop.wait(coroutine)


async def _soon(function):
    """Call what must be called in the event loop."""
    return function()


def _stand_in(name, found, inner):
    """Return what stands for a member of another class; `inner` finds the object that has it."""
    if inspect.iscoroutinefunction(found):

        @functools.wraps(found)
        def wait(self, *arguments, **options):
            return self._wait(getattr(inner(self), name)(*arguments, **options))

        return wait
    if inspect.isfunction(found):

        @functools.wraps(found)
        def call(self, *arguments, **options):
            return getattr(inner(self), name)(*arguments, **options)

        return call
    return property(lambda self: getattr(inner(self), name), doc=inspect.getdoc(found))


def _give(made, kind, inner):
    for name, found in inspect.getmembers(kind):
        if not (name.startswith("_") or name in _OF_OTHERS or name in vars(made)):
            setattr(made, name, _stand_in(name, found, inner))


def _made(kind, *options):
    """Return the class of a kind; `options`: the names of what it takes beyond a Device's."""

    def __init__(self, id, address, key, version="3.3", port=6668, **more):
        unknown = set(more) - set(options)
        if unknown:
            raise TypeError(f"{kind.__name__} takes no {', '.join(sorted(unknown))}")
        Device.__init__(self, id, address, key, version, port)
        self._kind = kind(self._device, **more)

    made = type(kind.__name__, (Device,), {"__init__": __init__, "__doc__": kind.__doc__})
    made.__module__ = __name__
    _give(made, kind, lambda self: self._kind)
    return made


for _name in _ATTRIBUTES:
    setattr(Device, _name, _stand_in(_name, None, lambda self: self._device))
_give(Device, tuya.Device, lambda self: self._device)

Outlet = _made(tuya.Outlet, "mapping")
Bulb = _made(tuya.Bulb, "kind")
Cover = _made(tuya.Cover, "mapping", "commands", "inverted")
Climate = _made(tuya.Climate, "mapping", "scale")
Infrared = _made(tuya.Infrared, "kind")
