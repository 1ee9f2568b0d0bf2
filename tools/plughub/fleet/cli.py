"""The command `plughub fleet`: what it takes."""

from pathlib import Path
from typing import Annotated

import typer

from plughub.cli import AsJson, guarded


@guarded
def fleet(
    broker: Annotated[str, typer.Argument(help="The broker: 192.168.1.10, broker.home:1883 ...")],
    base: Annotated[
        list[str] | None,
        typer.Option(help="What the topics of the hubs begin with; + stands for any level."),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(help="The user there; PLUGHUB_MQTT_PASSWORD has the password, or it asks."),
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Who vouches for it, where it has TLS."),
    ] = None,
    has_devices: Annotated[bool, typer.Option("--devices", help="Each device, too.")] = False,
    is_json: AsJson = False,
):
    """List the hubs on an MQTT broker, and how many of their devices answer."""
    from plughub.fleet import command

    raise typer.Exit(command.show(broker, base or ["+"], user, ca, has_devices, is_json))
