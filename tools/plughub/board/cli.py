"""The commands for a board: what they take. Each loads what it needs."""

from pathlib import Path
from typing import Annotated

import typer

from plughub.cli import console, guarded
from plughub.devices import DevicesFile

Port = Annotated[str, typer.Argument(help="The board: /dev/ttyUSB0, socket://host:port ...")]
Where = Annotated[
    str,
    typer.Argument(
        metavar="BOARD",
        help="Its serial port (/dev/ttyUSB0, COM3, socket://host:port), or its page "
        "(http://192.168.1.20, plughub.local).",
    ),
]
Firmware = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A stock MicroPython .bin.")
]
FirmwareOrStock = Annotated[
    Path | None,
    typer.Argument(
        exists=True,
        dir_okay=False,
        help="A stock MicroPython .bin; without it one is fetched for the board's chip.",
    ),
]
Config = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Put this config.json on it too.")
]
Rules = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Put this rules.json on it too.")
]


@guarded
def setup(
    port: Annotated[
        str | None, typer.Argument(help="The board's port; it is found without.")
    ] = None,
    firmware: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A stock MicroPython .bin; one is fetched without."
        ),
    ] = None,
    devices: DevicesFile = None,
):
    """Set a board up: firmware, Wi-Fi, plugs, buttons."""
    from plughub.setup.command import set_up

    set_up(port, firmware, devices)


@guarded
def flash(
    port: Port,
    firmware: FirmwareOrStock = None,
    config: Config = None,
    rules: Rules = None,
    erase: Annotated[
        bool, typer.Option("--erase", help="Erase all flash first, files included.")
    ] = False,
    stock: Annotated[
        bool, typer.Option("--stock", help="Write the .bin as it is, without the hub.")
    ] = False,
):
    """Freeze the hub into a stock .bin, and write it to an ESP32.

    The files on the board stay, unless --erase is given, or --config or --rules replace them.
    """
    from plughub.board.flash import flash as flash_to
    from plughub.firmware.image import WITHOUT_FILES

    status = flash_to(port, firmware, stock, erase, config, rules)
    if not (status or stock or config or rules):
        console.print(WITHOUT_FILES, soft_wrap=True)
    raise typer.Exit(status)


@guarded
def deploy(
    port: Port,
    config: Config = None,
    rules: Rules = None,
    code: Annotated[
        bool, typer.Option("--code", help="The code of lib too, on trial: to develop.")
    ] = False,
):
    """Put configuration and rules on a board, and start its hub.

    The hub itself is frozen into the firmware: see flash and image.
    """
    from plughub.board.deploy import deploy as deploy_to

    raise typer.Exit(deploy_to(port, config, rules, code))


@guarded
def image(
    firmware: Firmware,
    out: Annotated[Path, typer.Argument(dir_okay=False, help="The .bin to write.")],
    config: Config = None,
    rules: Rules = None,
):
    """Freeze the hub into a stock .bin, as a file for esptool."""
    from plughub.firmware.image import make_image

    raise typer.Exit(make_image(firmware, out, config, rules))


@guarded
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
    update_key: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            envvar="PLUGHUB_UPDATE_KEY",
            help="The RSA key by which updates over the air are proved, a PEM file.",
        ),
    ] = None,
):
    """Build MicroPython with the hub in it, with an ESP-IDF."""
    from plughub.firmware.idf import build_firmware
    from plughub.update.file import modulus_of

    modulus = modulus_of(update_key) if update_key else b""
    raise typer.Exit(build_firmware(board, micropython, idf, modulus))


@guarded
def logs(
    board: Where,
    follows: Annotated[
        bool, typer.Option("--follow", "-f", help="Print what comes, until Ctrl-C.")
    ] = False,
):
    """Print what a board has told.

    By its address it is the log of the hub. A serial port tells only what comes from now on, and
    is followed in any case.
    """
    from plughub.board import console as serial_console
    from plughub.board import ports, remote

    if ports.is_port(board):
        tell = lambda line: console.print(line, markup=False, soft_wrap=True)  # noqa: E731
        serial_console.follow(board, tell)
    else:
        remote.print_log(board, console, follows)


@guarded
def identify(board: Where):
    """Have a board blink, to see which one it is."""
    from plughub.board import ports, remote
    from plughub.board.blink import blink

    told = blink(board) if ports.is_port(board) else remote.identify(board)
    console.print(told, markup=False, soft_wrap=True)


@guarded
def rename(
    board: Annotated[str, typer.Argument(metavar="ADDRESS", help="The hub's: plughub.local ...")],
    old: Annotated[str, typer.Argument(help="A plug, relay, group or scene, or the hub itself.")],
    new: Annotated[str, typer.Argument(help="What it shall be called.")],
):
    """Call a plug otherwise, or the hub itself.

    Buttons, groups, scenes and rules go on with it, and so do its kWh.
    """
    from plughub.board import remote

    console.print(remote.rename(board, old, new), markup=False, soft_wrap=True)


@guarded
def open_prompt(port: Port):
    """Open MicroPython's prompt on a board."""
    from plughub.board.console import interact

    raise typer.Exit(interact(port))
