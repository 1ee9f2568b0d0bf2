"""What `plughub serve` does."""

import contextlib
import sys

from plughub import passphrase
from plughub.serve import first, limits
from plughub.serve.asking import Asking, proxies_of
from plughub.serve.gpio import pin_class
from plughub.serve.home import Home
from plughub.serve.machine import Machine, install
from plughub.serve.notify import Service
from plughub.serve.vault import protect


def serve(path, place, devices_path, proxies, is_audited, protection=None):
    """Serve a home until a signal comes. Raises Failure.

    `place`: a listening.Place; `proxies`: texts of their networks; `protection` of keys and
    passwords as vault.protect() takes it.
    """
    proxies = proxies_of(proxies)
    if devices_path:
        devices_path = devices_path.resolve()
    # What the hub prints is its log: none of it is a result.
    with contextlib.redirect_stdout(sys.stderr), Home(path) as home:
        service = Service()
        machine = Machine(pin_class(), service.feed)
        install(machine)
        limits.lift()
        limits.raise_open_files()
        protect(protection, _passphrase)
        if home.is_new:
            first.furnish(home, devices_path)
        from plughub.serve.running import run  # which wants the modules of a board

        run(machine, service, place.listen, Asking(proxies, is_audited))


def _passphrase(is_new):
    ask = passphrase.new if is_new else passphrase.known
    return ask("Passphrase of the keys and passwords here")
