"""The `plughub` command."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from plughub.cli import AsJson, ShowKeys, guarded
from plughub.devices import DevicesFile
from plughub.wire.cli import decode_frames, proxy_device

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


app.command("decode", rich_help_panel=_WIRE)(decode_frames)
app.command("proxy", rich_help_panel=_WIRE)(proxy_device)


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
