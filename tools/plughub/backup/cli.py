"""`plughub backup` and `plughub restore`: what they take. Each loads what it needs."""

from pathlib import Path
from typing import Annotated

import typer

from plughub.board.cli import Where
from plughub.cli import guarded


@guarded
def backup(
    board: Where,
    file: Annotated[
        Path | None,
        typer.Argument(dir_okay=False, help="The file to write; NAME-DATE.backup without."),
    ] = None,
    has_no_passphrase: Annotated[
        bool,
        typer.Option("--no-passphrase", help="Leave out keys and passwords, and encrypt nothing."),
    ] = False,
):
    """Keep all of a hub in one file: configuration, rules, keys, kWh.

    It is encrypted with a passphrase, which is asked for, or that of PLUGHUB_PASSPHRASE. The page
    wants its password: PLUGHUB_PASSWORD, PLUGHUB_TOKEN.
    """
    from plughub.backup.command import make_backup

    make_backup(board, file, has_no_passphrase)


@guarded
def restore(
    board: Where,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="What backup has written.")],
):
    """Put a backup on a board, in place of the home that it has.

    All of it is checked first. The password of the page stays as the board has it.
    """
    from plughub.backup.command import restore_backup

    restore_backup(board, file)
