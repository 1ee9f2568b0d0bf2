"""Shows an examination as a checklist that fills while one looks."""

import asyncio
import contextlib
from dataclasses import asdict

from rich.live import Live
from rich.table import Table

from plughub import devices
from plughub.cli import FAILED, console, print_json
from plughub.doctor.examination import LINES, examine
from plughub.doctor.steps import State

_SIGNS = {
    State.OK: "[green]✓[/]",
    State.BAD: "[red]✗[/]",
    State.NOTE: "[yellow]![/]",
    State.SKIPPED: "[dim]-[/]",
}


def doctor(word, file, may_write, is_json):
    """Examine one device, or all of them; return the exit code."""
    everybody = devices.load(file)
    chosen = [devices.find(everybody, word)] if word else everybody
    reports = [asyncio.run(_examine(known, everybody, may_write, is_json)) for known in chosen]
    if is_json:
        print_json(reports)
    return FAILED if any(report["cause"] for report in reports) else 0


async def _examine(known, everybody, may_write, is_json):
    steps = {}
    # What goes to a file or another program is told once, at the end.
    live = Live(_table(known, steps), console=console, auto_refresh=False)
    with live if console.is_terminal and not is_json else contextlib.nullcontext():

        def tell(step):
            steps[step.name] = step
            live.update(_table(known, steps), refresh=live.is_started)

        verdict = await examine(known, everybody, tell, may_write)
    if not is_json:
        if not console.is_terminal:
            console.print(_table(known, steps))
        if verdict.cause:
            console.print(f"{verdict.seen}.", style="bold", markup=False)
            console.print(verdict.advice, markup=False)
        else:
            console.print("Nothing is wrong with it.", style="bold green")
    return {
        "name": known.name,
        "id": known.id,
        "steps": [asdict(step) for step in steps.values()],
        **asdict(verdict),
    }


def _table(known, steps):
    table = Table(title=known.name or known.id, title_justify="left", show_header=False)
    for name in LINES:
        step = steps.get(name)
        table.add_row(_SIGNS[step.state] if step else " ", name, step.seen if step else "")
    return table
