"""The paths of the API that few ask for, and where each is answered. Loaded for one request."""

#: {"METHOD /path": "module.function"}, * for a name.
PATHS = {
    "GET /": "look.page",
    "GET /health": "look.health",
    "GET /api/v1/plugs": "look.targets",
    "GET /api/v1/relays": "look.targets",
    "GET /api/v1/groups": "look.targets",
    "GET /api/v1/scenes": "look.targets",
    "GET /api/v1/system": "look.system",
    "GET /api/v1/log": "look.lines",
    "GET /api/v1/config": "look.config",
    "POST /api/v1/scenes/*/run": "manage.run",
    "POST /api/v1/restart": "manage.restart",
    "POST /api/v1/plugs/*/release": "manage.release",
    "GET /api/v1/plugs/*/history": "manage.get_history",
    "GET /api/v1/plugs/*/settings": "manage.get_settings",
    "PUT /api/v1/plugs/*/settings": "manage.put_settings",
    "PUT /api/v1/config": "configure.put_config",
    "POST /api/v1/config/confirm": "configure.confirm_config",
    "PUT /api/v1/plugs/*/key": "configure.put_key",
    "PUT /api/v1/rules": "configure.put_rules",
    "GET /api/v1/rules": "rules.get_rules",
    "GET /api/v1/rules/states": "rules.all_states",
    "GET /api/v1/rules/*": "rules.one_state",
    "POST /api/v1/rules/*/run": "rules.run",
    "POST /api/v1/rules/*/cancel": "rules.cancel",
    "POST /api/v1/rules/*/clear": "rules.clear",
    "GET /api/v1/inputs": "rules.inputs",
    "PUT /api/v1/inputs/*": "rules.put_input",
    "PUT /api/v1/time": "rules.put_time",
}
_METHODS = ("GET", "PUT", "POST", "DELETE")


def allowed(keys, known):
    """Return the methods with which something is at one of these paths; `known`: more paths."""
    return [
        method
        for method in _METHODS
        if any(["%s /%s" % (method, key) in table for key in keys for table in (PATHS, known)])
    ]
