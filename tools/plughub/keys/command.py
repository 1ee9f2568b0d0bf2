"""The command itself: a source, what it brings, and the files it is written to."""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from plughub import ask, devices
from plughub.cli import USAGE, Failure, errors, print_json
from plughub.keys import files, hub_config, report
from plughub.keys.merge import merge
from tuya.cloud_errors import CloudError, WrongCredentials

_SOURCES = (
    "a project of the Tuya IoT platform (docs/keys.md says how to get one)",
    "a file of tinytuya, tuya-cli or Home Assistant",
    "the Smart Life app, by a QR code",
)
_PROJECT, _FILE, _APP = range(3)
_ATTEMPTS = 3
_UNKNOWN_CLIENT = 1005
_WHAT_IS_MISSING = (
    "name a project with --client-id and --client-secret (or TUYA_CLIENT_ID and "
    "TUYA_CLIENT_SECRET in the environment), or a file to take keys from. docs/keys.md says where "
    "local keys come from."
)


@dataclass(frozen=True)
class Source:
    """Where to look: a file, a project, or an app account by its user code. All may be None."""

    file: Path | None = None
    client_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    region: str | None = None
    user_code: str | None = field(default=None, repr=False)


def fetch_keys(
    source, devices_path=None, config_path=None, prune=False, as_json=False, shows_keys=False
):
    """Bring devices.json up to date, and the plugs of a config.json if one is named.

    Prints what has changed; local keys only where it `shows_keys`. Raises Failure.
    """
    path = devices_path or devices.default_path()
    # What cannot be read is told before anybody is asked, and is not overwritten.
    old = devices.load_entries(path) if path.exists() else []
    config = hub_config.load(config_path) if config_path else None
    found = _find(source)
    merged = merge(old, found.entries, found.is_whole, prune)
    plan = None if config is None else hub_config.plan(config, merged.present())
    devices.save(merged.entries, path)
    if plan and plan.is_new:
        devices.write_private(plan.config, config_path)
    written = (path, config_path)
    if as_json:
        print_json(report.as_data(found, merged, written, plan, shows_keys))
        report.warn(found, merged)
    else:
        report.show(found, merged, written, plan, prune, shows_keys)


def _find(source):
    if not (source.file or source.client_id or source.secret or source.user_code):
        source = _asked(source)
    if source.file:
        return files.read(source.file)
    if source.user_code:
        from plughub.keys.app_login import log_in

        with _progress() as say:
            return log_in(source.client_id, source.user_code, say)
    return _from_project(source)


def _asked(source):
    if not ask.is_possible():
        raise Failure(_WHAT_IS_MISSING, USAGE)
    choice = ask.choice("Where shall the local keys come from?", _SOURCES, _PROJECT)
    if choice == _FILE:
        return replace(source, file=Path(ask.text("File")).expanduser())
    if choice == _APP:
        return replace(
            source,
            client_id=ask.text("Client ID of an app that may log in (see docs/keys.md)"),
            user_code=ask.text("User Code (Smart Life: Me, Settings, Account and Security)"),
        )
    return source


def _from_project(source):
    from plughub.keys.project import (
        Project,
        failure_of,
        fetch,
    )

    client_id, secret = source.client_id, source.secret
    is_asked = not (client_id and secret)
    if is_asked and not ask.is_possible():
        raise Failure(_WHAT_IS_MISSING, USAGE)
    attempts = _ATTEMPTS if is_asked else 1
    while True:
        attempts -= 1
        client_id = client_id or ask.text("Access ID / Client ID")
        secret = secret or ask.secret("Access Secret / Client Secret (is not shown)")
        project = Project(client_id, secret, source.region)
        try:
            with _progress() as say:
                return asyncio.run(fetch(project, say))
        except WrongCredentials as e:
            if not attempts:
                raise failure_of(e) from None
            errors.print(str(e), style="red", markup=False, soft_wrap=True)
            secret = None
            if e.code == _UNKNOWN_CLIENT:
                client_id = None
        except CloudError as e:
            raise failure_of(e) from None


@contextlib.contextmanager
def _progress():
    """Yield what tells a person at a terminal how far it is; nothing of it stays."""
    with errors.status("") as status:
        yield status.update
