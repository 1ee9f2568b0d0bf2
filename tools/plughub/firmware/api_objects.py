"""The things that the API speaks of, as JSON Schema 2020-12, and what they are made of."""

from hub.targets.kinds.kind import WORDS

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
NUMBER = {"type": "number"}
TIME = {"type": "integer", "description": "Unix time"}


def an_object(required, **properties):
    """Return the schema of an object with these fields alone; `required`: their names, or all."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties) if required is all else list(required),
        "additionalProperties": False,
    }


def nullable(schema, description=None):
    found = schema | {"type": [schema["type"], "null"]}
    return found | {"description": description} if description else found


def a_list(items):
    return {"type": "array", "items": items}


def a_named(name):
    return {"$ref": f"#/components/schemas/{name}"}


ON = nullable(FLAG, "null: not known")
LOCK = nullable(TEXT, "why it stays off")
CAUSE = nullable(TEXT, "who made it so")
SEQ = COUNT | {"description": "grows with each change"}
TIMER = nullable(COUNT, "s until it is turned back")
NAMES = a_list(TEXT)
SECONDS = {"type": "integer", "minimum": 1, "maximum": 86400}
KWH = nullable(NUMBER, "kWh")
NOTHING = an_object(())
#: As config.json and rules.json have them; docs say what they may hold.
FILE = {"type": "object", "minProperties": 1}

PLAIN = {"type": ["boolean", "number", "string", "null"]}
VALUES = {
    "type": "object",
    "additionalProperties": PLAIN,
    "description": "what it has besides on and off; of all but outlets",
}
# What every plug has; only some have "values".
_OF_PLUGS = (
    *("name", "id", "kind", "on", "online", "reason", "power", "voltage", "current", "energy"),
    *("today", "yesterday", "countdown", "timer", "lock", "cause", "fault", "age", "address"),
    *("version", "shared", "seq"),
)

#: Those that have a name in the description.
SCHEMAS = {
    "Plug": an_object(
        _OF_PLUGS,
        name=TEXT,
        id=TEXT,
        kind=TEXT | {"enum": list(WORDS)},
        room=TEXT | {"description": "where somebody has said it"},
        cloud=an_object(all, set=TEXT, time=TIME)
        | {"description": "what Tuya's cloud has taken for it while it is offline"},
        values=VALUES,
        on=ON,
        online=FLAG,
        reason=nullable(TEXT, "why it is offline"),
        power=nullable(NUMBER, "W"),
        voltage=nullable(NUMBER, "V"),
        current=nullable(NUMBER, "A"),
        energy=KWH,
        today=KWH,
        yesterday=KWH,
        countdown=nullable(COUNT, "s of the plug's own countdown"),
        timer=TIMER,
        lock=LOCK,
        cause=CAUSE,
        fault=nullable({"type": "integer"}, "bits, 0 for none"),
        age=nullable(COUNT, "s since the plug was heard"),
        address=nullable(TEXT),
        version=nullable(TEXT, "of Tuya's protocol"),
        shared=FLAG | {"description": "it shares a connection with other plugs"},
        seq=SEQ,
    ),
    "Outlet": an_object(
        all,
        name=TEXT,
        plug=TEXT | {"description": "the strip that it is of"},
        dp=COUNT,
        on=ON,
        online=FLAG,
        reason=nullable(TEXT, "why it is offline"),
        countdown=nullable(COUNT, "s of its own countdown"),
        timer=TIMER,
        lock=LOCK,
        cause=CAUSE,
        seq=SEQ,
    ),
    "Relay": an_object(all, name=TEXT, on=ON, lock=LOCK, cause=CAUSE, timer=TIMER, seq=SEQ),
    "Group": an_object(all, name=TEXT, on=ON, members=NAMES, timer=TIMER),
    "Scene": an_object(all, name=TEXT, set={"type": "object"}, timer=TIMER),
    "Rule": an_object(
        all,
        id=TEXT,
        enabled=FLAG,
        safety=FLAG,
        fired=nullable(TIME),
        why=TEXT,
        steps=NAMES,
        pending=NAMES,
        locks=NAMES,
        paused=FLAG,
    ),
    "Input": an_object(all, name=TEXT, on=ON),
    "Problem": an_object(
        ("status", "title", "detail"),
        status={"type": "integer"},
        title=TEXT,
        detail=TEXT,
        type=TEXT,
        faults=NAMES | {"description": "of a configuration or rules, each with its place"},
    ),
}
