"""The `plughub` command."""

import asyncio
import contextlib
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from plughub.cli import AsJson, ShowKeys, guarded
from plughub.devices import PORT, DevicesFile

app = typer.Typer(no_args_is_help=True, help="Tuya plugs on the LAN.")

_DEVICES = "Your devices"
_BOARD = "The board"
_WIRE = "What they say"
_TRY = "Without hardware"

Port = Annotated[str, typer.Argument(help="The board: /dev/ttyUSB0, socket://host:port ...")]
Firmware = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A stock MicroPython .bin.")
]
Config = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Put this config.json on it too.")
]
Rules = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Put this rules.json on it too.")
]
LocalKey = Annotated[str | None, typer.Option("--key", help="A local key, and no other.")]
Version = Annotated[
    str | None, typer.Option("--version", help="3.1 to 3.5, where frames do not tell it.")
]
Word = Annotated[str, typer.Argument(metavar="DEVICE", help="Its name or id, or how they begin.")]
Switch = Annotated[
    int | None, typer.Option(min=1, help="Which switch of a strip, by the number of its DP.")
]


@app.command(rich_help_panel=_DEVICES)
@guarded
def keys(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Take keys from this file: a devices.json or snapshot.json of tinytuya, what "
            "tuya-cli wizard has printed, or core.config_entries of Home Assistant."
        ),
    ] = None,
    client_id: Annotated[
        str | None,
        typer.Option(envvar="TUYA_CLIENT_ID", help="Access ID of a project at Tuya."),
    ] = None,
    client_secret: Annotated[
        str | None,
        typer.Option(
            envvar="TUYA_CLIENT_SECRET",
            help="Its secret; others on this machine can read a command line.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            envvar="TUYA_REGION",
            help="Data centre: eu, us, eu-w, us-e, sg, in, cn, or a host. It is found without.",
        ),
    ] = None,
    user_code: Annotated[
        str | None,
        typer.Option(help="Log in by the QR code instead, with this code of your app account."),
    ] = None,
    devices: DevicesFile = None,
    config: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Put the plugs into this config.json of a hub too."),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Drop devices that are gone from the source.")
    ] = False,
    as_json: AsJson = False,
    show_keys: ShowKeys = False,
):
    """Get local keys, from Tuya's cloud or another program's file.

    Without a file it asks for a project of the Tuya IoT platform. Run it again after a device was
    paired again: it tells what has changed. docs/keys.md has the way step by step.
    """
    from plughub.keys.command import Source, fetch_keys

    source = Source(file, client_id, client_secret, region, user_code)
    fetch_keys(source, devices, config, prune, as_json, show_keys)


@app.command(rich_help_panel=_DEVICES)
@guarded
def scan(
    ranges: Annotated[
        list[str] | None, typer.Argument(help="Other networks too: 192.168.2.0/24, 10.0.0.5 ...")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long to listen.")] = 9,
    file: DevicesFile = None,
    config: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A hub's, to compare with.")
    ] = None,
    is_json: AsJson = False,
):
    """List the devices on the network."""
    from plughub.scan import command

    raise typer.Exit(command.scan(seconds, ranges or [], file, config, is_json))


@app.command(rich_help_panel=_DEVICES)
@guarded
def doctor(
    device: Annotated[
        str | None, typer.Argument(metavar="[DEVICE]", help="Its name or id; all without.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Switch it over and back, to see that it does.")
    ] = False,
    file: DevicesFile = None,
    is_json: AsJson = False,
):
    """Find out why a device does not work, and what to do."""
    from plughub.doctor import command

    raise typer.Exit(command.doctor(device, file, write, is_json))


@app.command(rich_help_panel=_DEVICES)
@guarded
def get(
    device: Word,
    names: Annotated[list[str] | None, typer.Argument(help="Only these values.")] = None,
    file: DevicesFile = None,
    is_json: AsJson = False,
):
    """Print what a device reports, with units."""
    from plughub.control import command

    command.get(device, names or [], file, is_json)


@app.command("set", rich_help_panel=_DEVICES)
@guarded
def set_values(
    device: Word,
    values: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE...", help="brightness=40% colour=red 9=60")
    ],
    file: DevicesFile = None,
    is_json: AsJson = False,
):
    """Set values: brightness=40% colour=red."""
    from plughub.control import command

    command.set_values(device, values, file, is_json)


@app.command(rich_help_panel=_DEVICES)
@guarded
def on(device: Word, switch: Switch = None, file: DevicesFile = None):
    """Turn a device on."""
    from plughub.control import command

    command.turn(device, "on", switch, file)


@app.command(rich_help_panel=_DEVICES)
@guarded
def off(device: Word, switch: Switch = None, file: DevicesFile = None):
    """Turn a device off."""
    from plughub.control import command

    command.turn(device, "off", switch, file)


@app.command(rich_help_panel=_DEVICES)
@guarded
def toggle(device: Word, switch: Switch = None, file: DevicesFile = None):
    """Turn a device over: on if it is off."""
    from plughub.control import command

    command.turn(device, "toggle", switch, file)


@app.command(rich_help_panel=_DEVICES)
@guarded
def watch(device: Word, file: DevicesFile = None, is_json: AsJson = False):
    """Print what changes at a device, as it happens."""
    from plughub.control import command

    command.watch(device, file, is_json)


@app.command(rich_help_panel=_BOARD)
def flash(
    port: Port,
    firmware: Firmware,
    config: Config = None,
    rules: Rules = None,
    erase: Annotated[bool, typer.Option(help="Erase all flash first, files included.")] = False,
    stock: Annotated[bool, typer.Option(help="Write the .bin as it is, without the hub.")] = False,
):
    """Freeze the hub into a stock .bin, and write it to an ESP32.

    The files on the board stay, unless --erase is given, or --config or --rules replace them.
    """
    from plughub.flash import flash as flash_to

    raise typer.Exit(flash_to(port, firmware, stock, erase, config, rules))


@app.command(rich_help_panel=_BOARD)
def deploy(
    port: Port,
    config: Config = None,
    rules: Rules = None,
    code: Annotated[
        bool, typer.Option("--code", help="Copy lib too, and run that: to develop.")
    ] = False,
):
    """Put configuration and rules on a board, and start its hub.

    The hub itself is frozen into the firmware: see flash and image.
    """
    from plughub.deploy import deploy as deploy_to

    raise typer.Exit(deploy_to(port, config, rules, code))


@app.command(rich_help_panel=_BOARD)
def image(
    firmware: Firmware,
    out: Annotated[Path, typer.Argument(dir_okay=False, help="The .bin to write.")],
    config: Config = None,
    rules: Rules = None,
):
    """Freeze the hub into a stock .bin, as a file for esptool."""
    from plughub.image import make_image

    raise typer.Exit(make_image(firmware, out, config, rules))


@app.command(rich_help_panel=_BOARD)
def firmware(
    board: Annotated[str, typer.Option(help="One of firmware/boards.")] = "PLUGHUB_ESP32",
    micropython: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="A checkout; without it one is fetched."),
    ] = None,
    idf: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="An ESP-IDF; without it IDF_PATH, Docker."
        ),
    ] = None,
):
    """Build MicroPython with the hub in it, with an ESP-IDF."""
    from plughub.firmware import build_firmware

    raise typer.Exit(build_firmware(board, micropython, idf))


@app.command("decode", rich_help_panel=_WIRE)
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


@app.command("proxy", rich_help_panel=_WIRE)
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


@app.command(rich_help_panel=_TRY)
def run(
    plugs: Annotated[int, typer.Option(min=1, max=24, help="How many fake plugs.")] = 5,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8080,
    duration: Annotated[float | None, typer.Option(help="End after so many seconds.")] = None,
):
    """Run the firmware on this PC, among fake plugs."""
    from plughub.run import run as run_home

    asyncio.run(run_home(plugs, port, duration))


@app.command("rules", rich_help_panel=_TRY)
def run_rules(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A rules.json.")],
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days.")] = 7,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The home's config.json.")
    ] = None,
    trace: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="What the plugs draw, CSV.")
    ] = None,
):
    """Print what a rules file would do in some days."""
    from plughub.rules import simulate

    raise typer.Exit(simulate(file, days, start and start.date(), config, trace))


if __name__ == "__main__":
    app(prog_name="plughub")
