"""Runs the hub on this PC: from its files to the last word, and again when it wants that."""

import asyncio
import contextlib
import importlib
import io
import signal
import sys

from hub import log
from hub.assemble import build
from hub.clock.location import local
from hub.components import schema
from hub.config.load import load, move_secrets
from hub.system import staging
from hub.system.reset import leave_reason
from hub.web.auth import create_authentication
from plughub.cli import Failure
from plughub.serve import assets
from plughub.serve.ears import Ears
from plughub.serve.limits import replace
from plughub.serve.listening import page_at
from plughub.serve.recording import record
from startup import lives

_SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK")
# What has been asked of the plugs is confirmed by then, and answers are sent.
_END_S = 2


def run(machine, service, listen, asking):
    """Serve the home in the current folder until a signal comes. Raises Failure.

    `machine`: a machine.Machine; `service`: a notify.Service; `listen(port)`: returns the socket
    of the page, where the configuration says that port; `asking`: an asking.Asking.
    """
    wait_for_assets = assets.begin_to_make()
    if str(assets.FOLDER) not in sys.path:
        sys.path.append(str(assets.FOLDER))
    wants_more = True
    with _counted():
        while wants_more:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                wants_more = runner.run(_serve(machine, service, listen, asking, wait_for_assets))


@contextlib.contextmanager
def _counted():
    """Count this start: after five that have crashed the hub comes up without plugs and pins.

    One that was ended, or was told why it cannot be, is none of them.
    """
    lives.count()
    try:
        yield
    except Failure:
        lives.approve()
        raise
    lives.approve()


def _loop_factory():
    """Return what makes the event loop: uvloop's where that is installed."""
    with contextlib.suppress(ImportError):
        return importlib.import_module("uvloop").new_event_loop
    # Of the two that Windows has this is the one that sockets of our own can be waited for in.
    return asyncio.SelectorEventLoop


async def _serve(machine, service, listen, asking, wait_for_assets):
    """Run one hub; tell whether another one is to follow."""
    ended = asyncio.Event()
    wants_more = False

    def restart():
        nonlocal wants_more
        wants_more = True
        ended.set()

    machine.restart = restart
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_signals(ended.set))
        home = _Home(listen, asking)
        await stack.enter_async_context(home.ears)
        hub = home.assemble(machine)
        stack.callback(record(hub).close)
        wait_for_assets()
        work = asyncio.create_task(hub.run())
        end = asyncio.create_task(ended.wait())
        try:
            await asyncio.sleep(0)  # its tasks have begun
            log.log(f"the page: {home.page}")
            service.tell("READY=1", f"STATUS=The page: {home.page}")
            await asyncio.wait((work, end), return_when=asyncio.FIRST_COMPLETED)
            if work.done():  # it never ends by itself
                leave_reason(f"the hub has ended with {work.exception()!r}")
                work.result()
        finally:
            service.tell("STATUS=Restarting" if wants_more else "STOPPING=1")
            end.cancel()
            await _end(hub, work)
    return wants_more


async def _end(hub, work):
    """Keep what is known, then end all that goes on."""
    hub.meters.save()
    hub.state.write()
    hub.close_streams()
    work.cancel()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.wait(others, timeout=_END_S)
    log.log("everything is saved, and has ended")


class _Home:
    """The hub of the current folder on its way: `page` is the address of its page."""

    def __init__(self, listen, asking):
        self._listen = listen
        self._asking = asking
        self._hub = None
        self.ears = Ears(self._is_known, _tell_of)
        self.page = ""

    def assemble(self, machine):
        """Return the furnished Hub. Raises Failure where its page has no port."""
        log.tell_local_time(local)
        staging.recover()
        move_secrets()
        config = load(schema())
        # Also for a page that is opened again, at another port.
        replace("hub.web.server", "listen", self._listen)
        replace("hub.web.server", "answer", self._asking.answer)
        replace("hub.web.server", "create_authentication", self._authentication)
        listener = self._listen(config["web"]["port"])
        self.page = page_at(listener)
        self._hub = build(config, machine, listener, self.ears.find)
        return self._hub

    def _authentication(self, settings, name):
        """Return the Authentication of the hub; while it has no password, print how to set one."""
        with contextlib.redirect_stdout(io.StringIO()):  # it names the address of a board
            made = create_authentication(settings, name)
        if made.setup_code:
            print(f"Set a password at {self.page} with the set-up code {made.setup_code}")
        return made

    def _is_known(self, id):
        plugs = self._hub.targets.plugs.values() if self._hub else ()
        return any(plug.device.id == id for plug in plugs)


def _tell_of(found):
    what = f"version {found.version}"
    log.log(f"a device that is not configured: {found.id} at {found.address}, {what}")


@contextlib.contextmanager
def _signals(end):
    """Have `end()` called when this process is asked to end."""
    loop = asyncio.get_running_loop()
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {}
    for number in numbers:
        try:
            loop.add_signal_handler(number, end)
        except NotImplementedError:  # Windows
            handler = lambda *_: loop.call_soon_threadsafe(end)  # noqa: E731
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number in numbers:
            if number in before:
                signal.signal(number, before[number])
            else:
                loop.remove_signal_handler(number)
