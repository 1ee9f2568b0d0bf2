"""The commands for a board: what they take. Each loads what it needs."""

from pathlib import Path
from typing import Annotated

import typer

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
    from plughub.board.flash import flash as flash_to

    raise typer.Exit(flash_to(port, firmware, stock, erase, config, rules))


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
    from plughub.board.deploy import deploy as deploy_to

    raise typer.Exit(deploy_to(port, config, rules, code))


def image(
    firmware: Firmware,
    out: Annotated[Path, typer.Argument(dir_okay=False, help="The .bin to write.")],
    config: Config = None,
    rules: Rules = None,
):
    """Freeze the hub into a stock .bin, as a file for esptool."""
    from plughub.firmware.image import make_image

    raise typer.Exit(make_image(firmware, out, config, rules))


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
    from plughub.firmware.idf import build_firmware

    raise typer.Exit(build_firmware(board, micropython, idf))
