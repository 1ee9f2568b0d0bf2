"""The plugs: those with a local key, whether they are heard, and which the hub shall have."""

import asyncio
import os
import time
from dataclasses import replace

from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from plughub import ask, devices
from plughub.cli import console, errors
from plughub.keys import hub_config
from plughub.keys.merge import shown_name
from plughub.scan.look import Look

# Devices announce themselves every 5 to 8 s.
_LISTEN_S = 9


def ask_for(path, config):
    """Ask which plugs the hub shall have; return the hub_config.Plan of `config` with them.

    Without a devices.json at `path` the keys are fetched first. Raises Failure.
    """
    known = _known(path)
    seen = _look({device.id for device in known if not device.parent})
    for device in (seen[id] for id in seen if id not in {device.id for device in known}):
        errors.print(
            f"There is one without a local key: {device.id} at {device.address}. "
            "`plughub keys` fetches it.",
            style="yellow",
            markup=False,
        )
    found = [_found(device, seen.get(device.id)) for device in known]
    offers = [device for device in found if not hub_config.plan(config, [device]).left_out]
    if not offers:
        errors.print("No plug with a local key that the hub could switch.", style="yellow")
        return hub_config.plan(config, [])
    offers.sort(key=lambda device: (device.id not in seen, shown_name(device).casefold()))
    console.print(_table(offers, seen))
    chosen = ask.several("Which ones, such as 1,3-5 (Enter: all of them)", len(offers))
    return hub_config.plan(config, [offers[index] for index in chosen])


def _known(path):
    """Return the [Known] of devices.json, from Tuya's cloud or another's file if there is none."""
    path = path or devices.default_path()
    if path.exists():
        known = devices.load(path)
        console.print(f"{path} has {len(known)} devices.", markup=False, soft_wrap=True)
        if not ask.yes("Fetch the local keys again, for what is new or was paired again?", False):
            return known
    from plughub.keys.command import Source, fetch_keys

    named = [os.environ.get(f"TUYA_{name}") for name in ("CLIENT_ID", "CLIENT_SECRET", "REGION")]
    fetch_keys(Source(None, *named), path)
    return devices.load(path)


def _look(wanted):
    """Return {id: scan.look.Seen} of the devices that are heard, until all that are wanted are."""
    look = Look(_LISTEN_S)
    columns = TextColumn("{task.description}"), BarColumn()
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("Listening for plugs", total=_LISTEN_S)
        began = time.monotonic()
        asyncio.run(
            look.run_and(
                lambda: progress.update(task, completed=time.monotonic() - began),
                lambda: bool(wanted) and wanted <= look.seen.keys(),
            )
        )
    return {seen.id: seen for seen in look.seen.values() if seen.id}


def _found(device, seen):
    """Return a Known with what it says of itself, which is newer than the file."""
    if not seen:
        return device
    return replace(device, address=seen.address, version=seen.version or device.version)


def _table(offers, seen):
    table = Table()
    for column in ("", "name", "address", "version", "on the network"):
        table.add_column(column, overflow="fold")
    for number, device in enumerate(offers, 1):
        cells = [str(number), shown_name(device), device.address or "", device.version or ""]
        cells.append("yes" if device.id in seen else "not heard")
        table.add_row(*(Text(cell) for cell in cells))
    return table
