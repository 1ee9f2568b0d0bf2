"""Builds the description of the API from the table of paths that the board itself uses."""

import importlib
import inspect
import json

import zopfli.gzip

from hub import VERSION
from hub.web import routes
from plughub.firmware.api_answers import TEXTS, answer
from plughub.firmware.api_objects import NOTHING, SCHEMAS
from plughub.firmware.api_sent import BINARY, BODIES, BYTES, HEADERS, PARAMETERS

_KIND_OF_NAME = {
    "plugs": "plug",
    "outlets": "outlet",
    "relays": "relay",
    "groups": "group",
    "scenes": "scene",
}
_TAGS = {
    "plugs": "what can be switched",
    "device": "what bulbs, covers, thermostats and others have besides",
    "home": "rooms, and what was drawn in years",
    "rules": "rules and inputs",
    "config": "the configuration",
    "login": "password, logins and tokens",
    "backup": "all of a home in one file",
    "update": "another firmware or other code, over the air",
    "mqtt": "the broker",
    "lookup": "what is looked up seldom",
    "setup": "the first start, without a PC",
    "system": "the board itself",
    "events": "what happens, as it happens",
    "page": "files of the firmware",
    "compat": "programs made for other devices",
}


def build_openapi():
    """Return the description as gzip bytes; the same sources give the same bytes."""
    return zopfli.gzip.compress(json.dumps(describe(), separators=(",", ":")).encode())


def describe():
    """Return the description, OpenAPI 3.1."""
    described = {}
    # Of several rows for a path the one without a switch is what most hubs do.
    for method, path, function, scope, switch in routes.ROWS:
        if switch == "tinytuya":
            continue  # who asks for these knows them from there
        operations = described.setdefault(path.replace("*", "{" + _name_in(path) + "}"), {})
        if method.lower() not in operations or not switch:
            operations[method.lower()] = _operation(method, path, function, scope, switch)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plughub", "version": VERSION},
        "paths": described,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": SCHEMAS,
        },
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
    }


def _operation(method, path, function, scope, switch):
    kind = "application/json"
    content = {"content": {TEXTS.get(function, kind): {"schema": answer(path, function)}}}
    operation = {
        "operationId": _operation_id(method, path, function),
        "summary": _summary(function),
        "tags": [function.split(".")[0]],
        "responses": {
            "200": {"description": "done"} | content,
            "default": {
                "description": "a problem",
                "content": {
                    "application/problem+json": {
                        "schema": {"$ref": "#/components/schemas/Problem"}
                    }
                },
            },
        },
        "security": [] if scope == "open" else [{"token": []}],
    }
    if switch:
        operation["description"] = f'Only with "{switch}": true in "web" of the configuration.'
    parameters = []
    if "*" in path:
        place = {"in": "path", "required": True, "schema": {"type": "string"}}
        parameters.append({"name": _name_in(path)} | place)
    if function in PARAMETERS:
        name, schema, text = PARAMETERS[function]
        parameters.append({"name": name, "in": "query", "schema": schema, "description": text})
    if function in HEADERS:
        name, text = HEADERS[function]
        place = {"in": "header", "schema": {"type": "string"}}
        parameters.append({"name": name, "description": text} | place)
    if function == "compat.tasmota.command":
        words = {"in": "query", "required": True, "schema": {"type": "string"}}
        parameters.append({"name": "cmnd"} | words)
    if parameters:
        operation["parameters"] = parameters
    if method in ("PUT", "POST") and path.startswith("/api/"):
        schema = BODIES.get(function, NOTHING)
        sent = BINARY if function in BYTES else kind
        operation["requestBody"] = {"required": True, "content": {sent: {"schema": schema}}}
    return operation


def _operation_id(method, path, function):
    """Return a name such as "switchRelay": that of the function, and of what it is for."""
    module, _, name = function.rpartition(".")
    words = name.split("_")
    kind = path.split("/")[3] if module == "plugs" else module
    if module == "compat.esphome_kinds":
        domain = path.split("/")[1]
        verb = path.rsplit("/", 1)[-1] if method == "POST" else "get"
        words = [*verb.split("_"), domain]
    elif words[-1] in ("target", "targets"):
        words[-1:] = [kind if words[-1] == "targets" else _KIND_OF_NAME[kind]]
    elif function == "config.put_name":
        words = ["put", _KIND_OF_NAME[path.split("/")[3]], "name"]
    elif words[-1] in ("state", "states"):
        words.insert(-1, "rule")
    elif len(words) == 1 and module in ("plugs", "rules"):
        words.append(kind.rstrip("s"))
    elif function == "compat.esphome.turn":
        words = [*path.rsplit("/", 1)[-1].split("_"), "switch"]
    elif function == "compat.tasmota.command":
        words.insert(0, method.lower())
    elif path == "/events":
        words.append("short")
    return words[0] + "".join(word.title() for word in words[1:])


def _summary(function):
    module, _, name = function.rpartition(".")
    found = getattr(importlib.import_module(f"hub.web.{module}"), name)
    return (inspect.getdoc(found) or "").split("\n")[0].rstrip(".")


def _name_in(path):
    before = path.split("*")[0].strip("/").split("/")[-1]
    return _KIND_OF_NAME.get(before, "name")
