"""What `plughub keys` has done, for people and for programs. Keys only for who has asked."""

from rich import box
from rich.table import Table
from rich.text import Text

from plughub.cli import console, errors, shown_key
from plughub.keys.merge import GONE, NEW, NEW_KEY, RENAMED, shown_name


def show(found, merged, files, plan, pruned, shows_keys):
    """Print the changes as a table, and where everything is now."""
    counts = [(merged.count(kind), kind) for kind in (NEW, NEW_KEY, RENAMED, GONE)]
    news = ", ".join(f"{count} {kind}" for count, kind in counts if count) or "nothing has changed"
    text = f"{_devices(len(found.entries))} in {found.source}: {news}"
    console.print(text, markup=False, soft_wrap=True)
    rows = [row for row in merged.changes if row[0] or shows_keys]
    if rows:
        console.print(_table(rows, shows_keys))
    console.print(
        f"{files[0]} holds {_devices(len(merged.entries))}", markup=False, soft_wrap=True
    )
    if merged.count(GONE):
        console.print("what is gone is dropped" if pruned else "what is gone stays: see --prune")
    if plan:
        _show_plan(plan, files[1])
    warn(found, merged)


def _show_plan(plan, path):
    news = [("added", plan.added), ("updated", plan.updated)]
    text = "; ".join(f"{word}: {', '.join(names)}" for word, names in news if names)
    console.print(f"{path}: {text or 'nothing has changed'}", markup=False, soft_wrap=True)
    for name, why in plan.left_out:
        console.print(f"  not in it: {name}, {why}", markup=False, soft_wrap=True)


def warn(found, merged):
    """Print to stderr what is missing."""
    for text in found.warnings:
        errors.print(text, style="yellow", markup=False, soft_wrap=True)
    keyless = [shown_name(device) for device in merged.present() if not device.key]
    if keyless:
        text = f"without a local key: {', '.join(keyless)}"
        errors.print(text, style="yellow", markup=False, soft_wrap=True)


def _table(rows, shows_keys):
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("change", "name", "id", *(["local key"] if shows_keys else [])):
        table.add_column(heading, overflow="fold")
    for kinds, device, former in rows:
        change = ", ".join(kinds)
        if RENAMED in kinds:
            change += f" (was {former})"
        cells = [change, shown_name(device), device.id, *([device.key] if shows_keys else [])]
        table.add_row(*(Text(cell) for cell in cells))  # names may look like markup
    return table


def as_data(found, merged, files, plan, shows_keys):
    """Return the same as a value for JSON."""
    data = {
        "source": found.source,
        "region": found.region,
        "devices_file": str(files[0]),
        "devices": [
            {
                "id": device.id,
                "name": device.name,
                "key": shown_key(device.key, shows_keys),
                "category": device.category,
                "product": device.product,
                "sub": device.raw.get("sub") is True,
                "parent": device.parent,
                "changes": list(kinds),
                "former_name": former if RENAMED in kinds else None,
            }
            for kinds, device, former in merged.changes
        ],
        "warnings": found.warnings,
    }
    if plan:
        data["config"] = {
            "file": str(files[1]),
            "added": plan.added,
            "updated": plan.updated,
            "left_out": [{"name": name, "why": why} for name, why in plan.left_out],
        }
    return data


def _devices(count):
    return f"{count} device" if count == 1 else f"{count} devices"
