"""The paths of the API, and where each is answered. Loaded for a request that few make.

A line is "METHOD /path module.function scope switch", * in the path for a name. The scope is that
of a token; without one it is "read" to GET and "admin" for the rest. "open" is for everybody, or
for whom the function lets in. The switch is the one of "web" in the configuration that has to be
on. Texts take half the heap of a dictionary; several of them find room more easily than one.
"""

from .http import Problem

_OFTEN = """
GET /events routes.events
GET /api/v1/events routes.events
GET /api/v1/plugs/* routes.one
PUT /api/v1/plugs/*/switch routes.switch control
POST /api/v1/plugs/*/toggle routes.toggle control
GET /api/v1/relays/* routes.one
PUT /api/v1/relays/*/switch routes.switch control
POST /api/v1/relays/*/toggle routes.toggle control
GET /api/v1/groups/* routes.one
PUT /api/v1/groups/*/switch routes.switch control
POST /api/v1/groups/*/toggle routes.toggle control
"""
_TARGETS = """
GET /api/v1/plugs look.targets
GET /api/v1/relays look.targets
GET /api/v1/groups look.targets
GET /api/v1/scenes look.targets
POST /api/v1/scenes/*/run manage.run control
POST /api/v1/plugs/*/release manage.release
POST /api/v1/plugs/*/refresh manage.refresh control
GET /api/v1/plugs/*/history manage.get_history
GET /api/v1/plugs/*/settings manage.get_settings
PUT /api/v1/plugs/*/settings manage.put_settings
GET /api/v1/plugs/*/dps manage.get_dps
PUT /api/v1/plugs/*/dps manage.put_dps
PUT /api/v1/plugs/*/key configure.put_key
"""
_HUB = """
GET /api/v1/openapi.json look.openapi open
PUT /api/v1/password access.put_password open
POST /api/v1/login access.login open
POST /api/v1/logout access.logout read
GET /api/v1/tokens access.tokens admin
POST /api/v1/tokens access.make_token
DELETE /api/v1/tokens/* access.revoke_token
GET /api/v1/history look.histories
GET /api/v1/system look.system
GET /api/v1/log look.lines
POST /api/v1/restart manage.restart
GET /api/v1/config configure.get_config admin
PUT /api/v1/config configure.put_config
POST /api/v1/config/confirm configure.confirm_config
POST /api/v1/config/undo configure.undo_config
"""
_RULES = """
PUT /api/v1/rules configure.put_rules
GET /api/v1/rules rules.get_rules
GET /api/v1/rules/states rules.all_states
GET /api/v1/rules/* rules.one_state
POST /api/v1/rules/*/run rules.run control
POST /api/v1/rules/*/cancel rules.cancel control
POST /api/v1/rules/*/clear rules.clear control
GET /api/v1/inputs rules.inputs
PUT /api/v1/inputs/* rules.put_input control
PUT /api/v1/time rules.put_time control
"""
_HOME = """
GET / look.page open
GET /health look.health open
GET /metrics metrics.metrics open metrics
GET /p/*/cm tasmota.command open tasmota
POST /p/*/cm tasmota.command open tasmota
GET /switch/* esphome.get_switch open esphome
POST /switch/*/turn_on esphome.turn open esphome
POST /switch/*/turn_off esphome.turn open esphome
POST /switch/*/toggle esphome.turn open esphome
GET /sensor/* esphome.get_sensor open esphome
"""
PATHS = (_OFTEN, _TARGETS, _HUB, _RULES, _HOME)
_METHODS = ("GET", "PUT", "POST", "DELETE")


def resolve(hub, request):
    """Return "module.function" for a request, whose sender may ask for it. Raises Problem."""
    keys = _keys(request.path)
    where, scope, switch = _find(request.method, keys)
    if where and (not switch or hub.door.settings[switch]):
        if scope != "open":
            hub.door.admit(request, scope)
        return where
    methods = ", ".join([method for method in _METHODS if _find(method, keys)[0]])
    if methods and not switch:
        raise Problem(405, "Not done this way", "use " + methods, "Allow: %s\r\n" % methods)
    raise Problem(404, "Nothing is here", "/" + keys[0])


def _keys(path):
    """Return what may stand in the table for a path."""
    keys = ["/".join(path)]
    at = 3 if path[:2] == ["api", "v1"] else 1
    if len(path) > at:
        keys.append("/".join(path[:at] + ["*"] + path[at + 1 :]))
    return keys


def _find(method, keys):
    """Return (where, scope, switch), ("", "", "") of what is not there."""
    for key in keys:
        for text in PATHS:
            start = text.find("\n%s /%s " % (method, key))
            if start >= 0 and " " not in key:
                line = text[start + 1 : text.find("\n", start + 1)]
                where, scope, switch = (line + "  ").split(" ")[2:5]
                return where, scope or ("read" if method == "GET" else "admin"), switch
    return "", "", ""
