"""The paths of the API, and where each is answered.

A row is (method, path, "module.function", scope, switch), with * in the path for a name. The scope
is that of a token; "open" is for everybody, or for whom the function lets in. The switch is the
one of "web" in the configuration that has to be on.
"""

from .http import Problem

ROWS = (
    ("GET", "/events", "routes.events", "read", ""),
    ("GET", "/api/v1/events", "routes.events", "read", ""),
    ("GET", "/api/v1/plugs/*", "routes.one", "read", ""),
    ("PUT", "/api/v1/plugs/*/switch", "routes.switch", "control", ""),
    ("POST", "/api/v1/plugs/*/toggle", "routes.toggle", "control", ""),
    ("GET", "/api/v1/relays/*", "routes.one", "read", ""),
    ("PUT", "/api/v1/relays/*/switch", "routes.switch", "control", ""),
    ("POST", "/api/v1/relays/*/toggle", "routes.toggle", "control", ""),
    ("GET", "/api/v1/groups/*", "routes.one", "read", ""),
    ("PUT", "/api/v1/groups/*/switch", "routes.switch", "control", ""),
    ("POST", "/api/v1/groups/*/toggle", "routes.toggle", "control", ""),
    ("GET", "/api/v1/plugs", "look.targets", "read", ""),
    ("GET", "/api/v1/relays", "look.targets", "read", ""),
    ("GET", "/api/v1/groups", "look.targets", "read", ""),
    ("GET", "/api/v1/scenes", "look.targets", "read", ""),
    ("POST", "/api/v1/scenes/*/run", "manage.run", "control", ""),
    ("POST", "/api/v1/plugs/*/release", "manage.release", "admin", ""),
    ("POST", "/api/v1/plugs/*/refresh", "manage.refresh", "control", ""),
    ("GET", "/api/v1/plugs/*/history", "manage.get_history", "read", ""),
    ("GET", "/api/v1/plugs/*/settings", "manage.get_settings", "read", ""),
    ("PUT", "/api/v1/plugs/*/settings", "manage.put_settings", "admin", ""),
    ("GET", "/api/v1/plugs/*/dps", "manage.get_dps", "read", ""),
    ("PUT", "/api/v1/plugs/*/dps", "manage.put_dps", "admin", ""),
    ("PUT", "/api/v1/plugs/*/key", "config.put_key", "admin", ""),
    ("GET", "/api/v1/openapi.json", "look.openapi", "open", ""),
    ("PUT", "/api/v1/password", "access.put_password", "open", ""),
    ("POST", "/api/v1/login", "access.login", "open", ""),
    ("POST", "/api/v1/logout", "access.logout", "read", ""),
    ("GET", "/api/v1/tokens", "access.tokens", "admin", ""),
    ("POST", "/api/v1/tokens", "access.make_token", "admin", ""),
    ("DELETE", "/api/v1/tokens/*", "access.revoke_token", "admin", ""),
    ("GET", "/api/v1/history", "look.histories", "read", ""),
    ("GET", "/api/v1/system", "look.system", "read", ""),
    ("GET", "/api/v1/log", "look.lines", "read", ""),
    ("POST", "/api/v1/restart", "manage.restart", "admin", ""),
    ("GET", "/api/v1/config", "config.get_config", "admin", ""),
    ("PUT", "/api/v1/config", "config.put_config", "admin", ""),
    ("POST", "/api/v1/config/confirm", "config.confirm_config", "admin", ""),
    ("POST", "/api/v1/config/undo", "config.undo_config", "admin", ""),
    ("PUT", "/api/v1/rules", "config.put_rules", "admin", ""),
    ("GET", "/api/v1/rules", "rules.get_rules", "read", ""),
    ("GET", "/api/v1/rules/states", "rules.all_states", "read", ""),
    ("GET", "/api/v1/rules/*", "rules.one_state", "read", ""),
    ("POST", "/api/v1/rules/*/run", "rules.run", "control", ""),
    ("POST", "/api/v1/rules/*/cancel", "rules.cancel", "control", ""),
    ("POST", "/api/v1/rules/*/clear", "rules.clear", "control", ""),
    ("GET", "/api/v1/inputs", "rules.inputs", "read", ""),
    ("PUT", "/api/v1/inputs/*", "rules.put_input", "control", ""),
    ("PUT", "/api/v1/time", "rules.put_time", "control", ""),
    ("GET", "/", "look.page", "open", ""),
    ("GET", "/health", "look.health", "open", ""),
    ("GET", "/metrics", "compat.metrics.metrics", "open", "metrics"),
    ("GET", "/p/*/cm", "compat.tasmota.command", "open", "tasmota"),
    ("POST", "/p/*/cm", "compat.tasmota.command", "open", "tasmota"),
    ("GET", "/switch/*", "compat.esphome.get_switch", "open", "esphome"),
    ("POST", "/switch/*/turn_on", "compat.esphome.turn", "open", "esphome"),
    ("POST", "/switch/*/turn_off", "compat.esphome.turn", "open", "esphome"),
    ("POST", "/switch/*/toggle", "compat.esphome.turn", "open", "esphome"),
    ("GET", "/sensor/*", "compat.esphome.get_sensor", "open", "esphome"),
)
_METHODS = ("GET", "PUT", "POST", "DELETE")


def resolve(hub, request):
    """Return "module.function" for a request, whose sender may ask for it. Raises Problem."""
    keys = _keys(request.path)
    row = _find(request.method, keys)
    if row and (not row[4] or hub.door.settings[row[4]]):
        if row[3] != "open":
            hub.door.admit(request, row[3])
        return row[2]
    methods = ", ".join([method for method in _METHODS if _find(method, keys)])
    if methods and not (row and row[4]):
        raise Problem(405, "Not done this way", "use " + methods, "Allow: %s\r\n" % methods)
    raise Problem(404, "Nothing is here", "/" + "/".join(request.path))


def _keys(path):
    """Return what may stand in the table for a path."""
    keys = ["/" + "/".join(path)]
    at = 3 if path[:2] == ["api", "v1"] else 1
    if len(path) > at:
        keys.append("/" + "/".join(path[:at] + ["*"] + path[at + 1 :]))
    return keys


def _find(method, keys):
    for key in keys:
        for row in ROWS:
            if row[1] == key and row[0] == method:
                return row
    return None
