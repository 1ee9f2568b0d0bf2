"""`python -m fakeplug`: one plug, or with `home` a home full of them, on the command line."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import threading
from typing import Annotated

import typer

from fakeplug.discovery import Announcer
from fakeplug.home import Home
from fakeplug.plug import FakePlug
from fakeplug.quirks import Quirks

app = typer.Typer(add_completion=False, help=__doc__)

Version = Annotated[str, typer.Option(help="Protocol version, 3.1 to 3.5.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
QuirkList = Annotated[
    list[str], typer.Option("--quirk", help="name=value, a field of fakeplug.Quirks.")
]


Announce = Annotated[
    str, typer.Option(help="Broadcast to this address, 255.255.255.255 say, and answer requests.")
]


@app.callback(invoke_without_command=True)
def plug(
    context: typer.Context,
    version: Version = "3.3",
    id: Annotated[str, typer.Option(help="Device id.")] = "bf0123456789abcdefghij",
    key: Annotated[str, typer.Option(help="Local key, 16 characters.")] = "0123456789abcdef",
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port; 0 picks one.")] = 6668,
    quirk: QuirkList = (),
    announce: Announce = "",
):
    """Run one plug and print a line for each frame."""
    if context.invoked_subcommand:
        return
    logging.basicConfig(format="%(asctime)s %(message)s", stream=sys.stdout)
    logging.getLogger("fakeplug").setLevel(logging.DEBUG)
    dps = {1: True, 9: 0, 17: 0, 18: 417, 19: 957, 20: 2304}
    device = FakePlug(id, key, _known(version), dps, _quirks(quirk))
    asyncio.run(_run_plug(device, host, port, announce))


@app.command()
def home(
    plugs: Annotated[int, typer.Option(min=1, help="How many plugs.")] = 4,
    base_port: Annotated[int, typer.Option(help="Port of the first plug.")] = 16668,
    host: Host = "127.0.0.1",
    version: Version = "3.3",
    quirk: QuirkList = (),
    announce: Announce = "",
):
    """Run a home of plugs; print one JSON line that describes them; end with stdin."""
    rooms = Home(plugs, (_known(version),), _quirks(quirk))
    asyncio.run(_run_home(rooms, host, base_port, announce))


def _known(version):
    if version not in ("3.1", "3.2", "3.3", "3.4", "3.5"):
        raise typer.BadParameter(f"version {version} is none of 3.1 to 3.5")
    return version


def _quirks(settings):
    try:
        return Quirks.parse(settings)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


async def _run_plug(device, host, port, announce):
    ended = _end_signals()
    await device.start(host, port)
    async with device, _announced([device], announce):
        print(f"listening on {device.host}:{device.port}, version {device.version}", flush=True)
        await ended.wait()


async def _run_home(rooms, host, base_port, announce):
    ended = _end_signals()
    await rooms.start(host, base_port)
    async with rooms, _announced([socket.plug for socket in rooms.sockets], announce):
        print(json.dumps(rooms.describe()), flush=True)
        loop = asyncio.get_running_loop()
        threading.Thread(target=_watch_stdin, args=(loop, ended), daemon=True).start()
        await ended.wait()


@contextlib.asynccontextmanager
async def _announced(plugs, target):
    async with contextlib.AsyncExitStack() as stack:
        for plug in plugs if target else ():
            await stack.enter_async_context(Announcer(plug, target))
        yield


def _end_signals():
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


def _watch_stdin(loop, ended):
    # A thread, because an event loop cannot watch a file or /dev/null; os.read, because a
    # thread inside sys.stdin would hold its lock while the interpreter shuts down.
    while os.read(0, 1024):
        pass
    with contextlib.suppress(RuntimeError):  # the loop may have ended first
        loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    app()
