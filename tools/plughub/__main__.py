"""The `plughub` command."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Tuya plugs on the LAN.")

Port = Annotated[
    str, typer.Argument(help="What mpremote takes: /dev/ttyUSB0, socket://host:port ...")
]


@app.command()
def run(
    plugs: Annotated[int, typer.Option(min=1, max=24, help="How many fake plugs.")] = 5,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8080,
    duration: Annotated[float | None, typer.Option(help="End after so many seconds.")] = None,
):
    """Run the firmware on this PC, in a home of fake plugs."""
    from plughub.run import run as run_home

    asyncio.run(run_home(plugs, port, duration))


@app.command()
def deploy(
    port: Port,
    config: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Copy this config.json too.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Copy this rules.json too.")
    ] = None,
):
    """Compile the firmware and copy to a board what differs there."""
    from plughub.deploy import deploy as deploy_to

    raise typer.Exit(deploy_to(port, config, rules))


@app.command()
def flash(
    port: Port,
    firmware: Annotated[Path, typer.Argument(exists=True, help="A stock MicroPython .bin.")],
    erase: Annotated[bool, typer.Option(help="Erase all flash first, files included.")] = False,
):
    """Write a stock MicroPython firmware to an ESP32."""
    from plughub.flash import flash as flash_to

    raise typer.Exit(flash_to(port, firmware, erase))


@app.command("rules")
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
    """Print what a rules file would do, over days that pass in a second."""
    from plughub.rules import simulate

    raise typer.Exit(simulate(file, days, start and start.date(), config, trace))


if __name__ == "__main__":
    app(prog_name="plughub")
