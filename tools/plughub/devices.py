"""The devices that a person has, in a devices.json such as `tinytuya wizard` writes."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from plughub.cli import NOT_FOUND, Failure
from plughub.private_file import write_private_bytes

NAME = "devices.json"
PORT = 6668
#: What each command that needs devices takes.
DevicesFile = Annotated[
    Path | None,
    typer.Option(
        "--devices",
        envvar="PLUGHUB_DEVICES",
        help="The devices.json to use, here or in your folder of settings if none is named.",
    ),
]


@dataclass
class Known:
    """One device of the file. `raw`: its entry as it stands there."""

    id: str
    name: str = ""
    key: str = field(default="", repr=False)
    address: str | None = None
    version: str | None = None
    port: int = PORT
    mapping: dict[str, Any] = field(default_factory=dict)
    category: str = ""
    product: str = ""
    parent: str | None = None  # id of its gateway, where it is a sub-device
    cid: str | None = None  # what the gateway calls it
    raw: dict[str, Any] = field(default_factory=dict, repr=False)


def default_path():
    """Return where the file is: here if there is one, else in the person's folder of settings."""
    here = Path(NAME)
    return here if here.exists() else Path(typer.get_app_dir("plughub")) / NAME


def load(path=None):
    """Return [Known] of a devices.json. Raises Failure for one that is missing or is none."""
    return [known(entry) for entry in load_entries(path)]


def load_entries(path=None):
    """Return the entries of a devices.json as they stand there. Raises Failure as load() does."""
    path = path or default_path()
    try:
        entries = read_json(path)
    except FileNotFoundError:
        text = f"{path} does not exist: `plughub keys` makes it, or name yours with --devices"
        raise Failure(text, NOT_FOUND) from None
    if isinstance(entries, dict):
        entries = entries.get("devices")
    if not isinstance(entries, list):
        raise Failure(f"{path} is no devices.json: it is a list of devices")
    return [entry for entry in entries if isinstance(entry, dict) and _text(entry, "id")]


def read_json(path):
    """Return what a JSON file holds. Raises Failure, and FileNotFoundError as it is."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as e:
        raise Failure(f"{path} cannot be read: {e}", NOT_FOUND) from None
    except ValueError as e:
        raise Failure(f"{path} is no JSON: {e}") from None


def known(entry):
    """Return the Known of one entry of a devices.json or snapshot.json."""
    version = _text(entry, "version") or _text(entry, "ver")
    mapping = entry.get("mapping")
    port = entry.get("port")
    return Known(
        id=_text(entry, "id"),
        name=_text(entry, "name"),
        key=_text(entry, "key"),
        address=_text(entry, "ip") or None,
        version=version or None,
        port=port if isinstance(port, int) else PORT,
        mapping=mapping if isinstance(mapping, dict) else {},
        category=_text(entry, "category"),
        product=_text(entry, "product_name"),
        parent=_text(entry, "parent") or None,
        cid=_text(entry, "node_id") or None,
        raw=entry,
    )


def save(entries, path=None):
    """Write entries as `tinytuya wizard` does, for nobody else to read. Returns the path."""
    return write_private(entries, path or default_path())


def write_private(value, path):
    """Write JSON with keys or passwords in it, as write_private_bytes() does. Returns the path."""
    text = json.dumps(value, indent=4, ensure_ascii=False) + "\n"
    return write_private_bytes(text.encode(), path)


def find(devices, word):
    """Return the one device that `word` means: its name, its id, or a beginning of either.

    Raises Failure when it is none, or could be several.
    """
    wanted = word.casefold()
    for matches in (
        lambda device: wanted in (device.name.casefold(), device.id.casefold()),
        lambda device: device.name.casefold().startswith(wanted) or device.id.startswith(word),
    ):
        found = [device for device in devices if matches(device)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"{device.name} ({device.id})" for device in found)
            raise Failure(f"{word} could be several: {names}", NOT_FOUND)
    names = ", ".join(device.name or device.id for device in devices) or "none"
    raise Failure(f"there is no device {word}; known are: {names}", NOT_FOUND)


def _text(entry, name):
    value = entry.get(name)
    return str(value) if isinstance(value, (str, int, float)) and value is not True else ""
