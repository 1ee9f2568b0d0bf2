"""What is sent to each function of the API and what it answers, as JSON Schema 2020-12."""

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_NUMBER = {"type": "number"}
_TIME = {"type": "integer", "description": "Unix time"}


def _object(required, **properties):
    """Return the schema of an object with these fields alone; `required`: their names, or all."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties) if required is all else list(required),
        "additionalProperties": False,
    }


def _nullable(schema, description=None):
    found = schema | {"type": [schema["type"], "null"]}
    return found | {"description": description} if description else found


def _list(items):
    return {"type": "array", "items": items}


def _named(name):
    return {"$ref": f"#/components/schemas/{name}"}


_ON = _nullable(_FLAG, "null: not known")
_LOCK = _nullable(_TEXT, "why it stays off")
_CAUSE = _nullable(_TEXT, "who made it so")
_SEQ = _COUNT | {"description": "grows with each change"}
_TIMER = _nullable(_COUNT, "s until it is turned back")
_NAMES = _list(_TEXT)
_SECONDS = {"type": "integer", "minimum": 1, "maximum": 86400}
_KWH = _nullable(_NUMBER, "kWh")
NOTHING = _object(())
#: As config.json and rules.json have them; docs say what they may hold.
_FILE = {"type": "object", "minProperties": 1}

#: Those that have a name in the description.
SCHEMAS = {
    "Plug": _object(
        all,
        name=_TEXT,
        id=_TEXT,
        on=_ON,
        online=_FLAG,
        reason=_nullable(_TEXT, "why it is offline"),
        power=_nullable(_NUMBER, "W"),
        voltage=_nullable(_NUMBER, "V"),
        current=_nullable(_NUMBER, "A"),
        energy=_KWH,
        today=_KWH,
        yesterday=_KWH,
        countdown=_nullable(_COUNT, "s of the plug's own countdown"),
        timer=_TIMER,
        lock=_LOCK,
        cause=_CAUSE,
        fault=_nullable({"type": "integer"}, "bits, 0 for none"),
        age=_nullable(_COUNT, "s since the plug was heard"),
        address=_nullable(_TEXT),
        version=_nullable(_TEXT, "of Tuya's protocol"),
        shared=_FLAG | {"description": "it shares a connection with other plugs"},
        seq=_SEQ,
    ),
    "Relay": _object(all, name=_TEXT, on=_ON, lock=_LOCK, cause=_CAUSE, timer=_TIMER, seq=_SEQ),
    "Group": _object(all, name=_TEXT, on=_ON, members=_NAMES, timer=_TIMER),
    "Scene": _object(all, name=_TEXT, set={"type": "object"}, timer=_TIMER),
    "Rule": _object(
        all,
        id=_TEXT,
        enabled=_FLAG,
        safety=_FLAG,
        fired=_nullable(_TIME),
        why=_TEXT,
        steps=_NAMES,
        pending=_NAMES,
        locks=_NAMES,
        paused=_FLAG,
    ),
    "Input": _object(all, name=_TEXT, on=_ON),
    "Problem": _object(
        ("status", "title", "detail"),
        status={"type": "integer"},
        title=_TEXT,
        detail=_TEXT,
        type=_TEXT,
        faults=_NAMES | {"description": "of a configuration or rules, each with its place"},
    ),
}

SCHEMAS["Plug"]["properties"]["room"] = _TEXT | {"description": "where somebody has said it"}
_CHANGE = {
    "applied": _FLAG | {"description": "whether it is in force"},
    "restart": _NAMES | {"description": "what a restart puts in force"},
    "confirm_within": _nullable(_COUNT, "s until it is undone, unless it is confirmed"),
}
_SETTINGS = {
    "power_on": _nullable(_TEXT, "off, on or memory"),
    "child_lock": _nullable(_FLAG),
    "countdown": _nullable(_COUNT, "s"),
}
_DPS = _object(all, dps={"type": "object"})
_LOGIN = _object(all, token=_TEXT, scope=_TEXT)
_POWERS = _list(_nullable(_NUMBER, "W"))
_HEX = {"type": "string", "pattern": "^([0-9a-f]{2})+$"}
_KDF = _object(
    all,
    name={"const": "scrypt"},
    n={"type": "integer", "minimum": 2, "description": "a power of two"},
    r={"type": "integer", "minimum": 1},
    p={"type": "integer", "minimum": 1, "maximum": 4},
    salt=_HEX | {"minLength": 16, "maxLength": 64},
)
#: What is sent and comes back where it is bytes.
BINARY = "application/octet-stream"

#: What is sent, where it is more than {}.
BODIES = {
    "plugs.switch": _object(("on",), **{"on": _FLAG, "for": _SECONDS}),
    "plugs.release": _object((), seconds=_SECONDS | {"maximum": 3600}),
    "plugs.put_settings": _object(
        (),
        power_on=_TEXT | {"enum": ["off", "on", "memory"]},
        child_lock=_FLAG,
        countdown=_COUNT | {"maximum": 86400},
    )
    | {"minProperties": 1},
    "plugs.put_dps": _object(
        all,
        dps={
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^([1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$"},
            "additionalProperties": {"type": ["boolean", "number", "string"]},
        },
    ),
    "config.put_config": _FILE,
    "config.put_key": _object(("key",), key=_TEXT | {"minLength": 16, "maxLength": 16}),
    "config.put_name": _object(("name",), name=_TEXT | {"minLength": 1, "maxLength": 40}),
    "mqtt.test": _FILE,
    "rules.put_rules": _FILE,
    "rules.put_input": _object(("on",), on=_ON),
    "backup.make_backup": {
        "anyOf": [NOTHING, _object(all, kdf=_KDF, nonce=_TEXT, key=_HEX, proof=_TEXT)]
    },
    "backup.restore": _TEXT | {"description": "a backup as it is"},
    "login.routes.login": {
        "anyOf": [_object(all, nonce=_TEXT, proof=_TEXT), _object(all, password=_TEXT)]
    },
    "login.routes.put_password": _object(("password",), password=_TEXT, code=_TEXT, old=_TEXT),
    "login.routes.create_token": _object(
        all,
        name=_TEXT | {"minLength": 1, "maxLength": 32, "not": {"pattern": "^login "}},
        scope=_TEXT | {"enum": ["read", "control", "admin"]},
    ),
    "login.users.put_user": _object(
        all,
        password=_TEXT | {"minLength": 8, "maxLength": 64},
        scope=_TEXT | {"enum": ["read", "control", "admin"]},
    ),
    "system.put_time": _object(all, time=_TIME | {"minimum": 1760000000, "maximum": 4102444799}),
}
#: The header that may be sent besides, and what it is; the body is bytes then.
HEADERS = {
    "backup.restore": ("Backup-Key", "NONCE KEY PROOF of an encrypted one: see docs/backup.md"),
}
#: The one parameter that a query may have.
PARAMETERS = {
    "home.archive.get_course": ("since", _TIME | {"minimum": 0}, "31 days without it"),
    "config.put_config": ("dry", _FLAG, "only check it"),
    "rules.put_rules": ("dry", _FLAG, "only check them"),
    "rules.run": ("dry", _FLAG, "only say what it would do"),
    "system.get_log": (
        "after",
        _COUNT | {"maximum": 999999999},
        "leave out the lines up to that seq",
    ),
}

#: What comes back. "plugs.get_target" and the like answer with the kind of their path.
ANSWERS = {
    "plugs.run_scene": _named("Scene"),
    "plugs.refresh": _named("Plug"),
    "plugs.release": _named("Plug"),
    "plugs.get_history": _object(
        all,
        step=_COUNT,
        power=_POWERS,
        long_step=_COUNT,
        long_power=_POWERS,
        days=_list(_NUMBER | {"description": "kWh, today last"}),
    ),
    "home.archive.get_course": _object(
        all,
        by=_TEXT | {"enum": ["minute", "hour", "day"]},
        course=_list(
            {
                "type": "array",
                "prefixItems": [
                    _TIME | {"description": "when it began"},
                    _nullable(_NUMBER, "W"),
                    _COUNT | {"description": "Wh"},
                ],
                "minItems": 3,
                "maxItems": 3,
            }
        ),
    ),
    "home.rooms.list_rooms": {"type": "object", "additionalProperties": _NAMES},
    "plugs.list_histories": _object(
        all, step=_COUNT, power={"type": "object", "additionalProperties": _POWERS}
    ),
    "plugs.get_settings": _object(all, faults=_nullable(_NAMES), **_SETTINGS),
    "plugs.put_settings": _object(all, faults=_nullable(_NAMES), **_SETTINGS),
    "plugs.get_dps": _DPS,
    "plugs.put_dps": _DPS,
    "rules.get_rules": _FILE,
    "rules.put_rules": _object(all, warnings=_NAMES, **_CHANGE),
    "rules.list_states": _list(_named("Rule")),
    "rules.get_state": _named("Rule"),
    "rules.run": {"anyOf": [_named("Rule"), _object(all, would=_NAMES, why=_TEXT)]},
    "rules.cancel": _named("Rule"),
    "rules.clear": _named("Rule"),
    "rules.list_inputs": _list(_named("Input")),
    "rules.put_input": _named("Input"),
    "config.get_config": _FILE,
    "config.put_config": _object(all, **_CHANGE),
    "config.put_key": _object(all, **_CHANGE),
    "config.put_name": _object(all, **_CHANGE),
    "config.undo_config": _object(all, **_CHANGE),
    "config.confirm_config": _object(all, confirmed=_FLAG),
    "backup.restore": _object(
        all, restarting=_FLAG, missing=_NAMES | {"description": "what it lacked, in words"}
    ),
    "mqtt.test": _object(all, connected=_FLAG),
    "login.routes.put_password": _LOGIN,
    "login.routes.get_challenge": _object(all, salt=_TEXT, rounds=_COUNT, nonce=_TEXT),
    "login.routes.login": _LOGIN,
    "login.routes.create_token": _LOGIN,
    "login.routes.logout": _object(all, revoked=_FLAG),
    "login.routes.revoke_token": _object(all, revoked=_FLAG),
    "login.routes.list_tokens": _list(_object(all, name=_TEXT, scope=_TEXT)),
    "login.users.list_users": _list(_object(all, name=_TEXT, scope=_TEXT)),
    "login.users.put_user": _object(all, name=_TEXT, scope=_TEXT),
    "login.users.delete_user": _object(all, revoked=_FLAG),
    "system.health": _object(all, ok=_FLAG, version=_TEXT),
    "system.identify": _object(all, name=_TEXT, led=_FLAG),
    "system.restart": _object(all, restarting=_FLAG),
    "system.put_time": _object(all, time=_TIME, taken=_FLAG),
    "system.get_log": _list(
        _object(all, seq=_COUNT, level={"type": "string", "enum": ["i", "w", "e"]}, text=_TEXT)
    ),
    "system.get_system": _object(
        all,
        name=_TEXT,
        version=_TEXT,
        uptime=_COUNT | {"description": "s"},
        started=_TEXT | {"description": "why"},
        lag_ms=_COUNT,
        connections=_list(_COUNT) | {"description": "taken, and how many there are"},
        pages=_COUNT,
        rssi=_nullable({"type": "integer"}, "dBm"),
        flash_free=_nullable(_COUNT, "bytes"),
        mqtt={
            "anyOf": [
                {"type": "null"},
                _object(all, host=_TEXT, connected=_FLAG, error=_nullable(_TEXT)),
            ],
            "description": "the broker, where there is one",
        },
        safe_mode=_FLAG,
        confirm=_FLAG | {"description": "network settings wait to be confirmed"},
        time=_nullable(_TIME),
        heap_used=_COUNT,
        heap_free={"type": "integer"},
        heap_free_min={"type": "integer"},
        network_heap_free=_nullable(_COUNT),
        network_heap_largest=_nullable(_COUNT),
        network_heap_free_min=_nullable(_COUNT),
        faults=_NAMES,
    ),
    # As Tasmota's and ESPHome's own programs know them.
    "compat.tasmota.command": {"type": "object"},
    "compat.esphome.get_switch": _object(
        all, id=_TEXT, name=_TEXT, value=_FLAG, state={"type": "string", "enum": ["ON", "OFF"]}
    ),
    "compat.esphome.get_sensor": _object(
        all, id=_TEXT, name=_TEXT, value=_nullable(_NUMBER), state=_TEXT
    ),
    "page.openapi": {"type": "object"},
}
#: What comes back where it is not JSON.
TEXTS = {
    "events.events": "text/event-stream",
    "compat.esphome.events": "text/event-stream",
    "page.page": "text/html",
    "page.login_script": "text/javascript",
    "backup.script": "text/javascript",
    "backup.make_backup": BINARY,
    "compat.metrics.metrics": "text/plain",
    "compat.esphome.turn": "text/plain",
}
_KINDS = {"plugs": "Plug", "relays": "Relay", "groups": "Group", "scenes": "Scene"}


def answer(path, function):
    """Return the schema of what a function answers under a path of the table."""
    if function in TEXTS:
        return _TEXT
    if function in ANSWERS:
        return ANSWERS[function]
    found = _named(_KINDS[path.split("/")[3]])
    return _list(found) if function == "plugs.list_targets" else found
