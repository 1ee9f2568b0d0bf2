"""The commands `plughub serve` and `plughub service`: what they take."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from plughub.cli import guarded
from plughub.devices import DevicesFile

Folder = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="PLUGHUB_HOME",
        file_okay=False,
        help="The folder of its configuration and state; your own folder for data without.",
    ),
]
Host = Annotated[
    str,
    typer.Option(
        envvar="PLUGHUB_HOST",
        help="The address at which the page is served: :: for IPv6 and IPv4, 127.0.0.1 for this "
        "PC alone.",
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        envvar="PLUGHUB_PORT",
        min=1,
        max=65535,
        help="Port of the page; that of the configuration without, which is 8080 unless it says "
        "another.",
    ),
]

Pem = typer.Option(exists=True, dir_okay=False, help="A file in PEM: the page is HTTPS then.")

service = typer.Typer(no_args_is_help=True, help="The hub on this PC as a service.")


@guarded
def serve(
    home: Folder = None,
    host: Host = "0.0.0.0",
    port: Port = None,
    certificate: Annotated[Path | None, Pem] = None,
    key: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Its key, where that is another file."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            envvar="PLUGHUB_PROXY",
            help="The address or network of a reverse proxy that says who asks.",
        ),
    ] = None,
    is_audited: Annotated[
        bool,
        typer.Option("--audit", envvar="PLUGHUB_AUDIT", help="Tell of each change who wanted it."),
    ] = False,
    secrets: Annotated[
        Literal["plain", "keyring", "passphrase"] | None,
        typer.Option(
            envvar="PLUGHUB_SECRETS",
            help="What protects keys and passwords in the home from now on: only the rights of "
            "their file, the keyring of this PC, or a passphrase.",
        ),
    ] = None,
    devices: DevicesFile = None,
):
    """Run the hub on this PC, without a board.

    The first start asks which plugs it shall have; where nobody is at a terminal it takes all of
    devices.json. What it tells goes to standard error.
    """
    from plughub.serve.command import serve as serve_home
    from plughub.serve.listening import Place
    from plughub.serve.tls import context_of

    place = Place(host, port, certificate and context_of(certificate, key))
    serve_home(home, place, devices, proxy or [], is_audited, secrets)


@service.command()
@guarded
def install(
    is_of_system: Annotated[
        bool,
        typer.Option("--system", help="For the whole machine, as a user of its own; as root."),
    ] = False,
    has_pins: Annotated[
        bool, typer.Option("--gpio", help="Let it use the pins of a Raspberry Pi.")
    ] = False,
    home: Folder = None,
    host: Host = "0.0.0.0",
    port: Port = None,
    is_printed: Annotated[
        bool, typer.Option("--print", help="Print it, and write nothing.")
    ] = False,
):
    """Have the hub started with this PC: a unit of systemd, an agent of launchd.

    Says what starts it; nothing is started. On Windows it says what to type.
    """
    from plughub.serve.service import install as install_service

    install_service(is_of_system, has_pins, home, host, port, is_printed)
