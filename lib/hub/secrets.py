"""Keys and passwords of a configuration, apart from it. They stand in a file of their own."""

#: Stands for a secret that is not shown; put in its place, it means that it stays.
MASK = "***"


def split(raw):
    """Return (`raw` without its secrets, those): {"wifi": password, "plugs": {id: key}}."""
    secrets = {}
    public = dict(raw)
    wifi = raw.get("wifi")
    if isinstance(wifi, dict):
        if isinstance(wifi.get("password"), str) and wifi["password"] != MASK:
            secrets["wifi"] = wifi["password"]
        public["wifi"] = {key: wifi[key] for key in wifi if key != "password"}
    plugs = raw.get("plugs")
    if isinstance(plugs, list):
        public["plugs"] = [_without_key(plug, secrets) for plug in plugs]
    return public, secrets


def join(public, secrets):
    """Return a configuration with the secrets that belong to it; its own ones stand."""
    raw = dict(public)
    keys = secrets.get("plugs")
    plugs = raw.get("plugs")
    if isinstance(keys, dict) and isinstance(plugs, list):
        raw["plugs"] = [_with_key(plug, keys) for plug in plugs]
    wifi = raw.get("wifi")
    if isinstance(wifi, dict) and "wifi" in secrets and wifi.get("password") is None:
        raw["wifi"] = dict(wifi)
        raw["wifi"]["password"] = secrets["wifi"]
    return raw


def masked(public, secrets):
    """Return a configuration without its secrets, with stars where there is one."""
    keys = {id: MASK for id in secrets.get("plugs") or ()}
    return join(public, {"plugs": keys, "wifi": MASK} if "wifi" in secrets else {"plugs": keys})


def plugs_of(raw):
    """Return the plugs of a configuration as JSON has it, those that are objects."""
    plugs = raw.get("plugs")
    return [plug for plug in plugs if isinstance(plug, dict)] if isinstance(plugs, list) else []


def _without_key(plug, secrets):
    if not isinstance(plug, dict) or "key" not in plug:
        return plug
    is_known = plug["key"] != MASK
    if is_known and isinstance(plug["key"], str) and isinstance(plug.get("id"), str):
        secrets.setdefault("plugs", {})[plug["id"]] = plug["key"]
    return {key: plug[key] for key in plug if key != "key"}


def _with_key(plug, keys):
    if not isinstance(plug, dict) or not isinstance(plug.get("id"), str):
        return plug
    if plug.get("key") is None and plug["id"] in keys:
        plug = dict(plug)
        plug["key"] = keys[plug["id"]]
    return plug
