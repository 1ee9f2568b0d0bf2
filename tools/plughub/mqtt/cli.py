"""The commands `plughub mqtt preview`, `publish` and `clear`: what they take."""

from pathlib import Path
from typing import Annotated

import typer

from plughub.cli import AsJson, guarded

Config = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help='A hub\'s config.json with "mqtt".')
]
Plain = Annotated[
    list[str] | None,
    typer.Option("--no-meter", metavar="NAME", help="This plug measures nothing."),
]

app = typer.Typer(no_args_is_help=True, help="What Home Assistant finds of a hub, over MQTT.")


@app.command()
@guarded
def preview(config: Config, no_meter: Plain = None, is_json: AsJson = False):
    """Print what the hub of a configuration would announce.

    A hub knows itself which plugs have a meter; here all do but those of --no-meter.
    """
    from plughub.mqtt import command

    command.preview(config, no_meter or [], is_json)


@app.command()
@guarded
def publish(config: Config, no_meter: Plain = None):
    """Announce it now, on the broker of the configuration, and the version that is on this PC.

    The hub announces itself whenever it connects, and when Home Assistant starts. Which version is
    the newest it does not know: told so here, Home Assistant shows when there is an update.
    """
    from plughub.mqtt import command

    command.publish(config, no_meter or [])


@app.command()
@guarded
def clear(
    config: Config,
    is_dry: Annotated[bool, typer.Option("--dry", help="Only print what would go.")] = False,
):
    """Take back all that a hub has left on its broker: its devices go from Home Assistant.

    For a hub that is gone for good, or had another name. One that runs announces itself again.
    """
    from plughub.mqtt import command

    command.clear(config, is_dry)
