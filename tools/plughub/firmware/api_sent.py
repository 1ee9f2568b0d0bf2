"""What is sent to each function of the API, as JSON Schema 2020-12."""

from plughub.firmware.api_objects import (
    COUNT,
    FILE,
    FLAG,
    NOTHING,
    ON,
    SECONDS,
    TEXT,
    TIME,
    an_object,
)

_HEX = {"type": "string", "pattern": "^([0-9a-f]{2})+$"}
_KDF = an_object(
    all,
    name={"const": "scrypt"},
    n={"type": "integer", "minimum": 2, "description": "a power of two"},
    r={"type": "integer", "minimum": 1},
    p={"type": "integer", "minimum": 1, "maximum": 4},
    salt=_HEX | {"minLength": 16, "maxLength": 64},
)
#: What is sent and comes back where it is bytes.
BINARY = "application/octet-stream"

#: What an update says of itself, and what of that it has to say: see hub/update/about.py.
ABOUT = {
    "plughub": {"const": "update"},
    "kind": TEXT | {"enum": ["firmware", "code"]},
    "version": TEXT,
    "for": TEXT | {"description": "the board, or the number of .mpy files"},
    "size": COUNT | {"description": "bytes"},
    "sha256": _HEX,
    "signature": TEXT | {"description": "hexadecimal, by RSA: see docs/updates.md"},
    "unsigned": FLAG | {"description": "take it though nobody vouches for it"},
}
BEGUN = tuple(name for name in ABOUT if name not in ("signature", "unsigned"))
#: What is sent, where it is more than {}.
BODIES = {
    "update.routes.begin": an_object(BEGUN, **ABOUT),
    "update.routes.take": TEXT | {"description": "a piece as it is"},
    "plugs.switch": an_object(("on",), **{"on": FLAG, "for": SECONDS}),
    "plugs.release": an_object((), seconds=SECONDS | {"maximum": 3600}),
    "device.settings.put_settings": an_object(
        (),
        power_on=TEXT | {"enum": ["off", "on", "memory"]},
        child_lock=FLAG,
        countdown=COUNT | {"maximum": 86400},
    )
    | {"minProperties": 1},
    "device.settings.put_dps": an_object(
        all,
        dps={
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^([1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$"},
            "additionalProperties": {"type": ["boolean", "number", "string"]},
        },
    ),
    "device.values.put_values": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 8,
        "additionalProperties": {"type": ["boolean", "number", "string"]},
    },
    "setup.routes.join_network": an_object(
        ("ssid",), ssid=TEXT | {"minLength": 1, "maxLength": 32}, password=TEXT, country=TEXT
    ),
    "config.put_config": FILE,
    "config.put_key": an_object(("key",), key=TEXT | {"minLength": 16, "maxLength": 16}),
    "config.put_name": an_object(("name",), name=TEXT | {"minLength": 1, "maxLength": 40}),
    "mqtt.test": FILE,
    "rules.put_rules": FILE,
    "rules.put_input": an_object(("on",), on=ON),
    "backup.make_backup": {
        "anyOf": [NOTHING, an_object(all, kdf=_KDF, nonce=TEXT, key=_HEX, proof=TEXT)]
    },
    "backup.restore": TEXT | {"description": "a backup as it is"},
    "login.routes.login": {
        "anyOf": [an_object(all, nonce=TEXT, proof=TEXT), an_object(all, password=TEXT)]
    },
    "login.routes.put_password": an_object(("password",), password=TEXT, code=TEXT, old=TEXT),
    "login.routes.create_token": an_object(
        all,
        name=TEXT | {"minLength": 1, "maxLength": 32, "not": {"pattern": "^login "}},
        scope=TEXT | {"enum": ["read", "control", "admin"]},
    ),
    "login.users.put_user": an_object(
        all,
        password=TEXT | {"minLength": 8, "maxLength": 64},
        scope=TEXT | {"enum": ["read", "control", "admin"]},
    ),
    "system.put_time": an_object(all, time=TIME | {"minimum": 1760000000, "maximum": 4102444799}),
}
#: Whose body is bytes.
BYTES = ("backup.restore", "update.routes.take")
#: The header that may be sent besides, and what it is.
HEADERS = {
    "backup.restore": ("Backup-Key", "NONCE KEY PROOF of an encrypted one: see docs/backup.md"),
}
#: The one parameter that a query may have.
PARAMETERS = {
    "home.archive.get_course": ("since", TIME | {"minimum": 0}, "31 days without it"),
    "config.put_config": ("dry", FLAG, "only check it"),
    "rules.put_rules": ("dry", FLAG, "only check them"),
    "rules.run": ("dry", FLAG, "only say what it would do"),
    "update.routes.take": ("at", COUNT, "where the piece begins"),
    "system.get_log": (
        "after",
        COUNT | {"maximum": 999999999},
        "leave out the lines up to that seq",
    ),
}
