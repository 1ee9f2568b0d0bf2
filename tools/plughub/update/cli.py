"""`plughub update` and `plughub sign`: what they take. Each loads what it needs."""

from pathlib import Path
from typing import Annotated

import typer

from plughub.cli import guarded


@guarded
def update(
    hub: Annotated[
        str, typer.Argument(metavar="HUB", help="Its name or address: plughub.local, 10.0.0.7.")
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            dir_okay=False,
            help="What sign has written, or a firmware; the code of this checkout without.",
        ),
    ] = None,
    is_unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Take it though nobody vouches for it.")
    ] = False,
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
):
    """Put another firmware, or other code, on a board over the air.

    It is written beside what runs, proved, and run on trial: what is not well within a minute is
    taken back. A stock ESP32 has room for one firmware and is changed by cable: plughub flash.
    """
    from plughub.update.command import update_hub

    update_hub(hub, file, is_unsigned, is_sure)


@guarded
def sign(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="A firmware, or an update.")],
    key: Annotated[Path, typer.Option(dir_okay=False, help="The RSA key, a PEM file.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The file to write.")],
    version: Annotated[str | None, typer.Option(help="Of what is in it.")] = None,
    board: Annotated[
        str | None, typer.Option(help="Which board it is for, such as PLUGHUB_ESP32.")
    ] = None,
):
    """Vouch for an update: a board takes it whose firmware has the public key.

    A key of your own is made by `openssl genrsa -out update.pem 3072`; `plughub firmware` takes it
    as --update-key, and freezes its public half.
    """
    from plughub.update.command import sign as write_signed

    write_signed(file, key, out, version, board)
