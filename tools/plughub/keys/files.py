"""Keys from a file of another program: tinytuya, tuya-cli, or Home Assistant."""

import ipaddress
import json
import re

import json5

from plughub.cli import NOT_FOUND, Failure
from plughub.keys import home_assistant
from plughub.keys.found import Found, name_of, with_parents
from tuya.cloud_points import is_id

_SIZE_MAX = 20_000_000
_LENIENT_MAX = 100_000  # a thousand devices; JSON5 takes 5 s for these
# What others call the fields of a devices.json, the first that says something is meant.
_FIELDS = (
    ("name", ("name", "friendly_name")),
    ("id", ("id", "gwId", "device_id")),
    ("key", ("key", "local_key")),
    ("mac", ("mac",)),
    ("uuid", ("uuid",)),
    ("sn", ("sn",)),
    ("category", ("category",)),
    ("product_name", ("product_name",)),
    ("product_id", ("product_id", "productKey")),
    ("model", ("model",)),
    ("icon", ("icon",)),
    ("node_id", ("node_id", "cid")),
    ("parent", ("parent", "gateway_id")),
)
_FORMS = (
    "a devices.json or snapshot.json of tinytuya, what `tuya-cli wizard` has printed, or "
    ".storage/core.config_entries of Home Assistant"
)


def read(path):
    """Return the Found of a file. Raises Failure for one that is of no known form."""
    value = _parsed(_text_of(path), path)
    if home_assistant.is_storage(value):
        source, items = "Home Assistant", home_assistant.devices(value)
    else:
        source = path.name
        items = value.get("devices") if isinstance(value, dict) else value
    if not isinstance(items, list):
        raise Failure(f"{path} is not understood: it has to be {_FORMS}")
    entries = [entry for item in items if isinstance(item, dict) for entry in _entries(item)]
    if not entries:
        raise Failure(f"{path} has no device in it", NOT_FOUND)
    return Found(source, with_parents(entries))


def _text_of(path):
    try:
        if path.stat().st_size > _SIZE_MAX:
            raise Failure(f"{path} is too large: it has to be {_FORMS}")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise Failure(f"{path} cannot be read: {e}", NOT_FOUND) from None


def _parsed(text, path):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    # tuya-cli prints objects of JavaScript, and questions before them.
    listing = re.search(r"^[ \t]*([\[{].*[\]}])", text[:_LENIENT_MAX], re.MULTILINE | re.DOTALL)
    # Most listings have no templates: those are tried once.
    candidates = dict.fromkeys([listing[1], _without_templates(listing[1])]) if listing else ()
    for candidate in candidates:
        try:
            return json5.loads(candidate)
        except (ValueError, RecursionError):
            pass
    raise Failure(f"{path} is neither JSON nor JSON5: it has to be {_FORMS}")


def _without_templates(text):
    """Replace `texts` in backticks, which Node.js prints where both quotes are in a text."""
    return re.sub(
        r": `([^`]*)`", lambda found: ": " + json.dumps(found[1].replace("\\\\", "\\")), text
    )


def _entries(item):
    """Yield the entries of one device of a file, and of those behind it."""
    entry = {}
    for name, others in _FIELDS:
        value = next((item[other] for other in others if _says_something(item.get(other))), "")
        if value or name in ("name", "key"):
            entry[name] = name_of(value) if name == "name" else value
    if not is_id(entry.get("id")):
        return
    if item.get("sub") is True or "node_id" in entry:
        entry["sub"] = True
    address = (
        _address(item.get("ip")) or _address(item.get("last_ip")) or _address(item.get("host"))
    )
    if address:
        entry["ip"] = address
    version = _version(item.get("version", item.get("ver", item.get("protocol_version"))))
    if version:
        entry["version"] = version
    if isinstance(item.get("port"), int):
        entry["port"] = item["port"]
    if isinstance(item.get("mapping"), dict) and item["mapping"]:
        entry["mapping"] = item["mapping"]
    yield entry
    behind = item.get("subDevices")
    above = {"key": entry["key"], "parent": entry["id"], "sub": True}
    for child in behind if isinstance(behind, list) else ():
        if isinstance(child, dict):
            yield from _entries(above | child | {"subDevices": None})  # nothing is behind those


def _says_something(value):
    return isinstance(value, str) and bool(value.strip())


def _address(value):
    try:
        return str(ipaddress.IPv4Address(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _version(value):
    version = str(value)
    return version if version in ("3.1", "3.2", "3.3", "3.4", "3.5") else None
