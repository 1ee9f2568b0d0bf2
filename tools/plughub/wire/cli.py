"""The commands `plughub decode` and `plughub proxy`: what they take. Each loads what it needs."""

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated

import typer

from plughub.cli import AsJson, ShowKeys, guarded
from plughub.devices import PORT, DevicesFile

LocalKey = Annotated[str | None, typer.Option("--key", help="A local key, and no other.")]
Version = Annotated[
    str | None, typer.Option("--version", help="3.1 to 3.5, where frames do not tell it.")
]


@guarded
def decode_frames(
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Hex, files of pcap, pcapng or hex, or - for what is piped in."),
    ] = None,
    interface: Annotated[
        str | None, typer.Option("--interface", "-i", help="Show what passes it: eth0, any ...")
    ] = None,
    device: Annotated[
        str | None, typer.Option("--device", help="Use the key of this one of devices.json.")
    ] = None,
    key: LocalKey = None,
    version: Version = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="The TCP port of the devices.")
    ] = PORT,
    file: DevicesFile = None,
    is_json: AsJson = False,
    show_keys: ShowKeys = False,
):
    """Decode what devices say: hex, captures, an interface.

    All versions from 3.1 to 3.5, and discovery. Keys are those of devices.json, or --key.

    With --json each frame is an object on a line of its own: see docs/capture.md.
    """
    from plughub.wire.decode import checked_version, decode, keyring_of

    keyring, known = keyring_of(file, device, key)
    version = checked_version(version or (known.version if known else None))
    sources = what or ([] if interface else ["-"])
    decode(sources, interface, keyring, version, port, is_json, show_keys)


@guarded
def proxy_device(
    device: Annotated[
        str, typer.Argument(help="The name or id of one of devices.json, or ADDRESS[:PORT].")
    ],
    listen: Annotated[
        str, typer.Option(help="Where clients connect to: ADDRESS:PORT, ADDRESS or PORT.")
    ] = "0.0.0.0:6668",
    write: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write what passes to a pcap file.")
    ] = None,
    key: LocalKey = None,
    version: Version = None,
    file: DevicesFile = None,
    is_json: AsJson = False,
    show_keys: ShowKeys = False,
):
    """Stand between a device and its clients, and decode both.

    Give clients this machine's address in place of the device's. Nothing is changed.
    """
    from plughub.wire.decode import checked_version, keyring_of
    from plughub.wire.proxy import address_of, is_address, parse_address, proxy

    async def serve():
        at = parse_address(device) if known is None else (await address_of(known), known.port)
        await proxy(at, listening, keyring, checked_version(version), is_json, show_keys, write)

    listening = parse_address(listen)
    keyring, known = keyring_of(file, None if is_address(device) else device, key)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
