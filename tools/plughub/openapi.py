"""Builds the description of the API from the table of paths that the board itself uses."""

import gzip
import importlib
import inspect
import json
import re

from hub import VERSION
from hub.web import routes

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_KIND_OF_NAME = {"plugs": "plug", "relays": "relay", "groups": "group", "scenes": "scene"}


def _object(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required)}


def _nullable(kind, **more):
    return {"type": [kind, "null"]} | more


_PLUG = _object(
    ("name", "on", "online", "reason", "power", "voltage", "current", "energy", "seq"),
    name=_TEXT,
    id=_TEXT,
    on=_nullable("boolean"),
    online=_FLAG,
    reason=_nullable("string"),
    power=_nullable("number", description="W"),
    voltage=_nullable("number", description="V"),
    current=_nullable("number", description="A"),
    energy=_nullable("number", description="kWh"),
    seq={"type": "integer", "description": "grows with each change"},
)
_TARGET = _object(("name", "on"), name=_TEXT, on=_nullable("boolean"))
_SWITCH = _object(("on",), on=_FLAG) | {"additionalProperties": False}
_SWITCH["properties"]["for"] = {"type": "integer", "minimum": 1, "maximum": 86400}
_PROBLEM = _object(("status", "title", "detail"), status={"type": "integer"}, title=_TEXT)

#: What is sent and what comes back, where it is more than an object of any kind.
_BODIES = {
    "plugs.switch": _SWITCH,
    "plugs.put_dps": _object(("dps",), dps={"type": "object"}),
    "config.put_key": _object(("key",), key=_TEXT),
    "login.login": _object(("password",), password=_TEXT),
    "login.put_password": _object(("password",), password=_TEXT, code=_TEXT, old=_TEXT),
    "login.create_token": _object(("name", "scope"), name=_TEXT, scope=_TEXT),
    "rules.put_input": _object(("on",), on=_nullable("boolean")),
    "system.put_time": _object(("time",), time={"type": "integer"}),
}
_ANSWERS = {"system.health": _object(("ok", "version"), ok=_FLAG, version=_TEXT)}
_TARGETS = ("plugs.get_target", "plugs.switch", "plugs.toggle", "plugs.refresh", "plugs.release")
_LISTS = ("system.get_log", "login.list_tokens", "rules.list_states", "rules.list_inputs")
#: What comes back where it is not JSON.
_TEXTS = {
    "events.events": "text/event-stream",
    "page.page": "text/html",
    "compat.metrics.metrics": "text/plain",
    "compat.esphome.turn": "text/plain",
}


def build_openapi():
    """Return the description as gzip bytes; the same sources give the same bytes."""
    return gzip.compress(json.dumps(describe(), separators=(",", ":")).encode(), 9, mtime=0)


def describe():
    """Return the description, OpenAPI 3.1."""
    described = {}
    # Of several rows for a path the one without a switch is what most hubs do.
    for method, path, function, scope, switch in routes.ROWS:
        operations = described.setdefault(path.replace("*", "{" + _name_in(path) + "}"), {})
        if method.lower() not in operations or not switch:
            operations[method.lower()] = _operation(method, path, function, scope, switch)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plughub", "version": VERSION},
        "paths": described,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Plug": _PLUG, "Target": _TARGET, "Problem": _PROBLEM},
        },
    }


def _operation(method, path, function, scope, switch):
    kind = "application/json"
    answer = {"content": {_TEXTS.get(function, kind): {"schema": _answer(path, function)}}}
    operation = {
        "operationId": re.sub(r"\W+", "_", f"{method.lower()}{path}".replace("*", "one")),
        "summary": _summary(function),
        "responses": {
            "200": {"description": "done"} | answer,
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
    if "*" in path:
        operation["parameters"] = [
            {"name": _name_in(path), "in": "path", "required": True, "schema": _TEXT}
        ]
    if method in ("PUT", "POST") and path.startswith("/api/"):
        schema = _BODIES.get(function, {"type": "object"})
        operation["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    return operation


def _answer(path, function):
    plug = {"$ref": "#/components/schemas/Plug"}
    target = {"$ref": "#/components/schemas/Target"}
    one = plug if path.startswith("/api/v1/plugs") else target
    if function in _TARGETS:
        return one
    if function == "plugs.list_targets":
        return {"type": "array", "items": {"type": "object"} if "scenes" in path else one}
    if function in _LISTS:
        return {"type": "array", "items": {"type": "object"}}
    if function in _TEXTS:
        return _TEXT
    return _ANSWERS.get(function, {"type": "object"})


def _summary(function):
    module, _, name = function.rpartition(".")
    found = getattr(importlib.import_module(f"hub.web.{module}"), name)
    return (inspect.getdoc(found) or "").split("\n")[0].rstrip(".")


def _name_in(path):
    before = path.split("*")[0].strip("/").split("/")[-1]
    return _KIND_OF_NAME.get(before, "name")
