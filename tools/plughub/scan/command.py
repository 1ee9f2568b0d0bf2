"""Shows what a look at the network finds, while it goes on."""

import asyncio
import json
from dataclasses import asdict

from rich.live import Live
from rich.table import Table

from plughub import devices
from plughub.cli import NOT_FOUND, Failure, console, errors, print_json
from plughub.scan.look import Look, addresses_of


def scan(seconds, ranges, file, config, is_json):
    """Look for devices; return the exit code."""
    known = _known(file)
    configured = _configured(config)
    look = Look(seconds, addresses_of(ranges))
    asyncio.run(_show(look, known, configured, is_json))
    rows = _rows(look, known, configured)
    if is_json:
        print_json(rows)
    elif not rows:
        errors.print(
            "Nothing was found. Devices announce themselves every 8 s, while nobody is connected; "
            "those of another network need its range: plughub scan 192.168.2.0/24"
        )
    return 0 if rows else NOT_FOUND


async def _show(look, known, configured, is_json):
    if is_json or not console.is_terminal:
        await look.run()
        if not is_json and look.seen:
            console.print(_table(_rows(look, known, configured), configured))
        return
    with Live(console=console, auto_refresh=False) as live:
        await look.run_and(
            lambda: live.update(_table(_rows(look, known, configured), configured), refresh=True)
        )


def _rows(look, known, configured):
    """Return what is shown of each, for programs as well."""
    rows = []
    for seen in sorted(look.seen.values(), key=_by_address):
        device = known.get(seen.id)
        row = asdict(seen) | {
            "name": device.name if device else "",
            "key": bool(device and device.key),
        }
        if configured is not None:
            row["configured"] = seen.id in configured
        rows.append(row)
    return rows


def _table(rows, configured):
    table = Table(caption=f"{len(rows)} found", caption_justify="left")
    for column in ("name", "address", "id", "version", "product", "key"):
        table.add_column(column, overflow="fold")
    if configured is not None:
        table.add_column("in the configuration")
    for row in rows:
        cells = [row["name"], row["address"], row["id"] or "port 6668 is open", row["version"]]
        cells += [row["product"], "known" if row["key"] else ("no" if row["id"] else "")]
        if configured is not None:
            cells.append("yes" if row["configured"] else "no")
        table.add_row(*cells)
    return table


def _by_address(seen):
    return [int(part) if part.isdigit() else 0 for part in seen.address.split(".")]


def _known(file):
    try:
        return {device.id: device for device in devices.load(file)}
    except Failure:
        if file:
            raise
        return {}  # who has no keys yet looks around all the same


def _configured(config):
    if not config:
        return None
    try:
        plugs = json.loads(config.read_text()).get("plugs", [])
        return {plug["id"] for plug in plugs}
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        raise Failure(f"{config} is no config.json of a hub") from None
