"""The `plughub` command."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from plughub.backup.cli import backup, restore
from plughub.board import cli as board
from plughub.cli import AsJson, ShowKeys, guarded
from plughub.devices import DevicesFile
from plughub.fleet.cli import fleet
from plughub.mqtt.cli import app as mqtt
from plughub.serve.cli import serve, service
from plughub.update.cli import sign, update
from plughub.wire.cli import decode_frames, proxy_device

app = typer.Typer(no_args_is_help=True, help="Tuya plugs on the LAN.")

_DEVICES = "Your devices"
_BOARD = "The board"
_PC = "A hub on this PC"
_WIRE = "What they say"
_TRY = "Without hardware"

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


app.command("setup", rich_help_panel=_BOARD)(board.setup)
app.command("flash", rich_help_panel=_BOARD)(board.flash)
app.command("deploy", rich_help_panel=_BOARD)(board.deploy)
app.command("image", rich_help_panel=_BOARD)(board.image)
app.command("firmware", rich_help_panel=_BOARD)(board.firmware)
app.command("update", rich_help_panel=_BOARD)(update)
app.command("sign", rich_help_panel=_BOARD)(sign)
app.command("logs", rich_help_panel=_BOARD)(board.logs)
app.command("identify", rich_help_panel=_BOARD)(board.identify)
app.command("rename", rich_help_panel=_BOARD)(board.rename)
app.command("backup", rich_help_panel=_BOARD)(backup)
app.command("restore", rich_help_panel=_BOARD)(restore)
app.command("console", rich_help_panel=_BOARD)(board.open_prompt)

app.add_typer(mqtt, name="mqtt", rich_help_panel=_BOARD)

app.command("serve", rich_help_panel=_PC)(serve)
app.command("fleet", rich_help_panel=_PC)(fleet)
app.add_typer(service, name="service", rich_help_panel=_PC)

app.command("decode", rich_help_panel=_WIRE)(decode_frames)
app.command("proxy", rich_help_panel=_WIRE)(proxy_device)


@app.command(rich_help_panel=_TRY)
def run(
    plugs: Annotated[int, typer.Option(min=1, max=24, help="How many fake plugs.")] = 5,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8080,
    duration: Annotated[float | None, typer.Option(help="End after so many seconds.")] = None,
    kinds: Annotated[
        bool, typer.Option("--kinds", help="A strip, a bulb, a curtain and a thermostat too.")
    ] = False,
):
    """Run the firmware on this PC, among fake plugs."""
    from plughub.run import run as run_home

    asyncio.run(run_home(plugs, port, duration, kinds))


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
