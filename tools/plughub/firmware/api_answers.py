"""What each function of the API answers, as JSON Schema 2020-12."""

from plughub.firmware.api_objects import (
    COUNT,
    FILE,
    FLAG,
    NAMES,
    NUMBER,
    PLAIN,
    TEXT,
    TIME,
    a_list,
    a_named,
    an_object,
    nullable,
)
from plughub.firmware.api_sent import ABOUT, BEGUN, BINARY

_CHANGE = {
    "applied": FLAG | {"description": "whether it is in force"},
    "restart": NAMES | {"description": "what a restart puts in force"},
    "confirm_within": nullable(COUNT, "s until it is undone, unless it is confirmed"),
}
_SETTINGS = {
    "power_on": nullable(TEXT, "off, on or memory"),
    "child_lock": nullable(FLAG),
    "countdown": nullable(COUNT, "s"),
}
_DPS = an_object(all, dps={"type": "object"})
_LOGIN = an_object(all, token=TEXT, scope=TEXT)
_POWERS = a_list(nullable(NUMBER, "W"))
_UPDATE = an_object(
    all,
    version=TEXT,
    mpy=COUNT,
    kinds=NAMES | {"description": "what can be changed here: firmware, code"},
    how=nullable(TEXT, "where nothing can"),
    signed=FLAG | {"description": "a signature can be proved"},
    piece=COUNT | {"description": "bytes"},
    incoming={"anyOf": [{"type": "null"}, an_object((*BEGUN, "at"), at=COUNT, **ABOUT)]},
    **{"for": TEXT},
)
_SYSTEM = (
    *("name", "version", "uptime", "started", "lag_ms", "connections", "pages", "rssi", "mqtt"),
    *("flash_free", "safe_mode", "secrets", "confirm", "time", "offset", "heap_used", "heap_free"),
    *("heap_free_min", "network_heap_free", "network_heap_largest", "network_heap_free_min"),
    "faults",
)
#: What comes back. "plugs.get_target" and the like answer with the kind of their path.
ANSWERS = {
    "plugs.run_scene": a_named("Scene"),
    "plugs.refresh": a_named("Plug"),
    "plugs.release": a_named("Plug"),
    "plugs.get_history": an_object(
        all,
        step=COUNT,
        power=_POWERS,
        long_step=COUNT,
        long_power=_POWERS,
        days=a_list(NUMBER | {"description": "kWh, today last"}),
    ),
    "home.archive.get_course": an_object(
        all,
        by=TEXT | {"enum": ["minute", "hour", "day"]},
        course=a_list(
            {
                "type": "array",
                "prefixItems": [
                    TIME | {"description": "when it began"},
                    nullable(NUMBER, "W"),
                    COUNT | {"description": "Wh"},
                ],
                "minItems": 3,
                "maxItems": 3,
            }
        ),
    ),
    "home.rooms.list_rooms": {"type": "object", "additionalProperties": NAMES},
    "lookup.days.get_days": an_object(
        all,
        day=nullable(COUNT, "number of today since 1970"),
        days=a_list(nullable(NUMBER, "kWh")) | {"description": "of a year at most, today last"},
    ),
    "setup.routes.list_networks": a_list(
        an_object(all, ssid=TEXT, rssi={"type": "integer", "description": "dBm"}, open=FLAG)
    ),
    "setup.routes.join_network": an_object(all, address=TEXT, name=TEXT),
    "lookup.found.list_found": a_list(an_object(all, id=TEXT, address=TEXT, version=TEXT)),
    "lookup.logbook.get_logbook": a_list(
        an_object(
            all,
            seq=COUNT,
            time=nullable(TIME),
            name=TEXT,
            on={"type": ["boolean", "string", "null"]},
            cause=TEXT,
        )
    ),
    "plugs.list_histories": an_object(
        all, step=COUNT, power={"type": "object", "additionalProperties": _POWERS}
    ),
    "device.settings.get_settings": an_object(all, faults=nullable(NAMES), **_SETTINGS),
    "device.settings.put_settings": an_object(all, faults=nullable(NAMES), **_SETTINGS),
    "device.settings.get_dps": _DPS,
    "device.settings.put_dps": _DPS,
    "device.values.get_values": {
        "type": "object",
        "additionalProperties": an_object(
            ("type", "settable", "value"),
            type=TEXT | {"enum": ["switch", "number", "enum", "text", "colour"]},
            settable=FLAG,
            value=PLAIN,
            min=NUMBER,
            max=NUMBER,
            step=NUMBER,
            unit=TEXT,
            options=NAMES,
        ),
    },
    "device.values.put_values": a_named("Plug"),
    "rules.get_rules": FILE,
    "rules.put_rules": an_object(all, warnings=NAMES, **_CHANGE),
    "rules.list_states": a_list(a_named("Rule")),
    "rules.get_state": a_named("Rule"),
    "rules.run": {"anyOf": [a_named("Rule"), an_object(all, would=NAMES, why=TEXT)]},
    "rules.cancel": a_named("Rule"),
    "rules.clear": a_named("Rule"),
    "rules.list_inputs": a_list(a_named("Input")),
    "rules.put_input": a_named("Input"),
    "config.get_config": FILE,
    "config.put_config": an_object(all, **_CHANGE),
    "config.put_key": an_object(all, **_CHANGE),
    "config.put_name": an_object(all, **_CHANGE),
    "config.undo_config": an_object(all, **_CHANGE),
    "config.confirm_config": an_object(all, confirmed=FLAG),
    "backup.restore": an_object(
        all, restarting=FLAG, missing=NAMES | {"description": "what it lacked, in words"}
    ),
    "mqtt.test": an_object(all, connected=FLAG),
    "login.routes.put_password": _LOGIN,
    "login.routes.get_challenge": an_object(all, salt=TEXT, rounds=COUNT, nonce=TEXT),
    "login.routes.login": _LOGIN,
    "login.routes.create_token": _LOGIN,
    "login.routes.logout": an_object(all, revoked=FLAG),
    "login.routes.revoke_token": an_object(all, revoked=FLAG),
    "login.routes.list_tokens": a_list(an_object(all, name=TEXT, scope=TEXT)),
    "login.users.list_users": a_list(an_object(all, name=TEXT, scope=TEXT)),
    "login.users.put_user": an_object(all, name=TEXT, scope=TEXT),
    "login.users.delete_user": an_object(all, revoked=FLAG),
    "system.health": an_object(all, ok=FLAG, version=TEXT),
    "system.identify": an_object(all, name=TEXT, led=FLAG),
    "system.restart": an_object(all, restarting=FLAG),
    "system.put_time": an_object(all, time=TIME, taken=FLAG),
    "system.get_log": a_list(
        an_object(all, seq=COUNT, level={"type": "string", "enum": ["i", "w", "e"]}, text=TEXT)
    ),
    "lookup.cloud.get_cloud": an_object(
        all,
        host=TEXT,
        month=TEXT | {"description": "such as 2026-11, in UTC"},
        after=COUNT | {"description": "s"},
        calls=COUNT,
        commands=COUNT,
        stopped=nullable(TEXT, "why nothing goes this way any more"),
    ),
    "update.routes.get_update": _UPDATE,
    "update.routes.drop": _UPDATE,
    "update.routes.begin": an_object(all, at=COUNT),
    "update.routes.take": an_object(all, at=COUNT),
    "update.routes.install": an_object(all, restarting=FLAG),
    "system.get_system": an_object(
        _SYSTEM,
        price=NUMBER | {"description": "of a kWh, where it is configured"},
        currency=TEXT,
        archive=FLAG | {"description": "true where years are kept: on a PC"},
        offset={"type": "integer", "description": "s that local time is ahead of UTC"},
        name=TEXT,
        version=TEXT,
        uptime=COUNT | {"description": "s"},
        started=TEXT | {"description": "why"},
        lag_ms=COUNT,
        connections=a_list(COUNT) | {"description": "taken, and how many there are"},
        pages=COUNT,
        rssi=nullable({"type": "integer"}, "dBm"),
        flash_free=nullable(COUNT, "bytes"),
        mqtt={
            "anyOf": [
                {"type": "null"},
                an_object(all, host=TEXT, connected=FLAG, error=nullable(TEXT)),
            ],
            "description": "the broker, where there is one",
        },
        safe_mode=FLAG,
        secrets={
            "enum": ["plain", "keyring", "passphrase"],
            "description": "what protects the file of keys and passwords",
        },
        confirm=FLAG | {"description": "network settings wait to be confirmed"},
        time=nullable(TIME),
        heap_used=COUNT,
        heap_free={"type": "integer"},
        heap_free_min={"type": "integer"},
        network_heap_free=nullable(COUNT),
        network_heap_largest=nullable(COUNT),
        network_heap_free_min=nullable(COUNT),
        faults=NAMES,
    ),
    # As Tasmota's and ESPHome's own programs know them.
    "compat.tasmota.command": {"type": "object"},
    "compat.esphome.get_switch": an_object(
        all, id=TEXT, name=TEXT, value=FLAG, state={"type": "string", "enum": ["ON", "OFF"]}
    ),
    "compat.esphome.get_sensor": an_object(
        all, id=TEXT, name=TEXT, value=nullable(NUMBER), state=TEXT
    ),
    "compat.esphome_kinds.get_state": {"type": "object"},
    "page.openapi": {"type": "object"},
    "lookup.files.manifest": {"type": "object"},
}
#: What comes back where it is not JSON.
TEXTS = {
    "events.events": "text/event-stream",
    "compat.esphome.events": "text/event-stream",
    "page.page": "text/html",
    "page.login_script": "text/javascript",
    "lookup.files.more_script": "text/javascript",
    "lookup.files.manifest": "application/manifest+json",
    "lookup.files.icon": "image/svg+xml",
    "setup.routes.setup_page": "text/html",
    "lookup.files.touch_icon": "image/png",
    "backup.script": "text/javascript",
    "backup.make_backup": BINARY,
    "compat.metrics.metrics": "text/plain",
    "compat.esphome.turn": "text/plain",
    "compat.esphome_kinds.control": "text/plain",
}
_KINDS = {
    "plugs": "Plug",
    "outlets": "Outlet",
    "relays": "Relay",
    "groups": "Group",
    "scenes": "Scene",
}


def answer(path, function):
    """Return the schema of what a function answers under a path of the table."""
    if function in ANSWERS:
        return ANSWERS[function]
    if function in TEXTS:
        return TEXT
    found = a_named(_KINDS[path.split("/")[3]])
    return a_list(found) if function == "plugs.list_targets" else found
