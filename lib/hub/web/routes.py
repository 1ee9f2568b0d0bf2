"""The table of paths, and the answer to each request. Errors are problem+json, never a 200."""

from hub.web.http import Problem, Response
from tuya.port import compact_json, const

# (method, path, "module.function", scope, switch), with * in the path for a name. The scope is
# that of the token that is needed; with "open" there is none, or the function itself checks who
# asks. The switch is one of "web" in the configuration: a row counts only while its switch is on.
# The first row that fits is taken.
ROWS = (
    ("GET", "/events", "compat.esphome.events", "read", "esphome"),
    ("GET", "/events", "events.events", "read", ""),
    ("GET", "/api/v1/events", "events.events", "read", ""),
    ("GET", "/api/v1/plugs", "plugs.list_targets", "read", ""),
    ("GET", "/api/v1/plugs/*", "plugs.get_target", "read", ""),
    ("PUT", "/api/v1/plugs/*/switch", "plugs.switch", "control", ""),
    ("POST", "/api/v1/plugs/*/toggle", "plugs.toggle", "control", ""),
    ("POST", "/api/v1/plugs/*/refresh", "plugs.refresh", "control", ""),
    ("GET", "/api/v1/plugs/*/history", "plugs.get_history", "read", ""),
    ("GET", "/api/v1/plugs/*/days", "lookup.days.get_days", "read", ""),
    ("GET", "/api/v1/plugs/*/course", "home.archive.get_course", "read", ""),
    ("GET", "/api/v1/plugs/*/settings", "device.settings.get_settings", "read", ""),
    ("PUT", "/api/v1/plugs/*/settings", "device.settings.put_settings", "admin", ""),
    ("GET", "/api/v1/plugs/*/dps", "device.settings.get_dps", "read", ""),
    ("PUT", "/api/v1/plugs/*/dps", "device.settings.put_dps", "admin", ""),
    ("PUT", "/api/v1/plugs/*/key", "config.put_key", "admin", ""),
    ("PUT", "/api/v1/plugs/*/name", "config.put_name", "admin", ""),
    ("POST", "/api/v1/plugs/*/release", "plugs.release", "admin", ""),
    ("GET", "/api/v1/plugs/*/values", "device.values.get_values", "read", ""),
    ("PUT", "/api/v1/plugs/*/values", "device.values.put_values", "control", ""),
    ("GET", "/api/v1/outlets", "plugs.list_targets", "read", ""),
    ("GET", "/api/v1/outlets/*", "plugs.get_target", "read", ""),
    ("PUT", "/api/v1/outlets/*/switch", "plugs.switch", "control", ""),
    ("POST", "/api/v1/outlets/*/toggle", "plugs.toggle", "control", ""),
    ("PUT", "/api/v1/outlets/*/name", "config.put_name", "admin", ""),
    ("GET", "/api/v1/relays", "plugs.list_targets", "read", ""),
    ("GET", "/api/v1/relays/*", "plugs.get_target", "read", ""),
    ("PUT", "/api/v1/relays/*/switch", "plugs.switch", "control", ""),
    ("POST", "/api/v1/relays/*/toggle", "plugs.toggle", "control", ""),
    ("PUT", "/api/v1/relays/*/name", "config.put_name", "admin", ""),
    ("GET", "/api/v1/groups", "plugs.list_targets", "read", ""),
    ("GET", "/api/v1/groups/*", "plugs.get_target", "read", ""),
    ("PUT", "/api/v1/groups/*/switch", "plugs.switch", "control", ""),
    ("POST", "/api/v1/groups/*/toggle", "plugs.toggle", "control", ""),
    ("PUT", "/api/v1/groups/*/name", "config.put_name", "admin", ""),
    ("GET", "/api/v1/scenes", "plugs.list_targets", "read", ""),
    ("POST", "/api/v1/scenes/*/run", "plugs.run_scene", "control", ""),
    ("PUT", "/api/v1/scenes/*/name", "config.put_name", "admin", ""),
    ("GET", "/api/v1/rooms", "home.rooms.list_rooms", "read", ""),
    ("GET", "/api/v1/history", "plugs.list_histories", "read", ""),
    ("GET", "/api/v1/found", "lookup.found.list_found", "admin", ""),
    ("GET", "/api/v1/rules", "rules.get_rules", "read", ""),
    ("PUT", "/api/v1/rules", "rules.put_rules", "admin", ""),
    ("GET", "/api/v1/rules/states", "rules.list_states", "read", ""),
    ("GET", "/api/v1/rules/*", "rules.get_state", "read", ""),
    ("POST", "/api/v1/rules/*/run", "rules.run", "control", ""),
    ("POST", "/api/v1/rules/*/cancel", "rules.cancel", "control", ""),
    ("POST", "/api/v1/rules/*/clear", "rules.clear", "control", ""),
    ("GET", "/api/v1/inputs", "rules.list_inputs", "read", ""),
    ("PUT", "/api/v1/inputs/*", "rules.put_input", "control", ""),
    ("GET", "/api/v1/config", "config.get_config", "admin", ""),
    ("PUT", "/api/v1/config", "config.put_config", "admin", ""),
    ("POST", "/api/v1/config/confirm", "config.confirm_config", "admin", ""),
    ("POST", "/api/v1/config/undo", "config.undo_config", "admin", ""),
    ("POST", "/api/v1/backup", "backup.make_backup", "admin", ""),
    ("POST", "/api/v1/restore", "backup.restore", "admin", ""),
    ("POST", "/api/v1/mqtt/test", "mqtt.test", "admin", ""),
    ("PUT", "/api/v1/password", "login.routes.put_password", "open", ""),
    ("GET", "/api/v1/login", "login.routes.get_challenge", "open", ""),
    ("POST", "/api/v1/login", "login.routes.login", "open", ""),
    ("POST", "/api/v1/logout", "login.routes.logout", "read", ""),
    ("GET", "/api/v1/tokens", "login.routes.list_tokens", "admin", ""),
    ("POST", "/api/v1/tokens", "login.routes.create_token", "admin", ""),
    ("DELETE", "/api/v1/tokens/*", "login.routes.revoke_token", "admin", ""),
    ("GET", "/api/v1/update", "update.routes.get_update", "read", ""),
    ("POST", "/api/v1/update", "update.routes.begin", "admin", ""),
    ("PUT", "/api/v1/update", "update.routes.take", "admin", ""),
    ("DELETE", "/api/v1/update", "update.routes.drop", "admin", ""),
    ("POST", "/api/v1/update/install", "update.routes.install", "admin", ""),
    ("GET", "/api/v1/cloud", "lookup.cloud.get_cloud", "read", ""),
    ("GET", "/api/v1/users", "login.users.list_users", "admin", ""),
    ("PUT", "/api/v1/users/*", "login.users.put_user", "admin", ""),
    ("DELETE", "/api/v1/users/*", "login.users.delete_user", "admin", ""),
    ("GET", "/api/v1/system", "system.get_system", "read", ""),
    ("GET", "/api/v1/log", "system.get_log", "read", ""),
    ("GET", "/api/v1/logbook", "lookup.logbook.get_logbook", "read", ""),
    ("PUT", "/api/v1/time", "system.put_time", "control", ""),
    ("POST", "/api/v1/identify", "system.identify", "control", ""),
    ("POST", "/api/v1/restart", "system.restart", "admin", ""),
    ("GET", "/api/v1/openapi.json", "page.openapi", "open", ""),
    ("GET", "/", "page.page", "open", ""),
    ("GET", "/setup", "setup.routes.setup_page", "open", ""),
    ("GET", "/api/v1/networks", "setup.routes.list_networks", "open", ""),
    ("POST", "/api/v1/wifi", "setup.routes.join_network", "open", ""),
    ("GET", "/more.js", "lookup.files.more_script", "open", ""),
    ("GET", "/manifest.json", "lookup.files.manifest", "open", ""),
    ("GET", "/icon.svg", "lookup.files.icon", "open", ""),
    ("GET", "/icon.png", "lookup.files.touch_icon", "open", ""),
    ("GET", "/login.js", "page.login_script", "open", ""),
    ("GET", "/backup.js", "backup.script", "open", ""),
    ("GET", "/health", "system.health", "open", ""),
    ("GET", "/metrics", "compat.metrics.metrics", "open", "metrics"),
    ("GET", "/p/*/cm", "compat.tasmota.command", "open", "tasmota"),
    ("POST", "/p/*/cm", "compat.tasmota.command", "open", "tasmota"),
    ("GET", "/switch/*", "compat.esphome.get_switch", "open", "esphome"),
    ("POST", "/switch/*/turn_on", "compat.esphome.turn", "open", "esphome"),
    ("POST", "/switch/*/turn_off", "compat.esphome.turn", "open", "esphome"),
    ("POST", "/switch/*/toggle", "compat.esphome.turn", "open", "esphome"),
    ("GET", "/sensor/*", "compat.esphome.get_sensor", "open", "esphome"),
    ("GET", "/light/*", "compat.esphome_kinds.get_state", "open", "esphome"),
    ("POST", "/light/*/turn_on", "compat.esphome_kinds.control", "open", "esphome"),
    ("POST", "/light/*/turn_off", "compat.esphome_kinds.control", "open", "esphome"),
    ("POST", "/light/*/toggle", "compat.esphome_kinds.control", "open", "esphome"),
    ("GET", "/cover/*", "compat.esphome_kinds.get_state", "open", "esphome"),
    ("POST", "/cover/*/open", "compat.esphome_kinds.control", "open", "esphome"),
    ("POST", "/cover/*/close", "compat.esphome_kinds.control", "open", "esphome"),
    ("POST", "/cover/*/stop", "compat.esphome_kinds.control", "open", "esphome"),
    ("POST", "/cover/*/toggle", "compat.esphome_kinds.control", "open", "esphome"),
    ("POST", "/cover/*/set", "compat.esphome_kinds.control", "open", "esphome"),
    ("GET", "/climate/*", "compat.esphome_kinds.get_state", "open", "esphome"),
    ("POST", "/climate/*/set", "compat.esphome_kinds.control", "open", "esphome"),
    ("GET", "/devices", "compat.tinytuya.list_devices", "open", "tinytuya"),
    ("GET", "/device/*", "compat.tinytuya.get_device", "open", "tinytuya"),
    ("GET", "/numdevices", "compat.tinytuya.count_devices", "open", "tinytuya"),
    ("GET", "/offline", "compat.tinytuya.list_offline", "open", "tinytuya"),
    ("GET", "/status/*", "compat.tinytuya.get_status", "open", "tinytuya"),
    ("GET", "/turnon/*", "compat.tinytuya.turn", "open", "tinytuya"),
    ("GET", "/turnon/*/*", "compat.tinytuya.turn", "open", "tinytuya"),
    ("GET", "/turnoff/*", "compat.tinytuya.turn", "open", "tinytuya"),
    ("GET", "/turnoff/*/*", "compat.tinytuya.turn", "open", "tinytuya"),
    ("GET", "/set/*/*/*", "compat.tinytuya.set_value", "open", "tinytuya"),
    ("GET", "/delayoff/*", "compat.tinytuya.delay_off", "open", "tinytuya"),
    ("GET", "/delayoff/*/*/*", "compat.tinytuya.delay_off", "open", "tinytuya"),
)
# Functions of the API that look at the query. Whoever expects more of it is told so: "?dry" that
# is not understood would be done.
_WITH_QUERY = const(
    (
        "home.archive.get_course",
        "config.put_config",
        "rules.put_rules",
        "rules.run",
        "system.get_log",
        "update.routes.take",
    )
)
# A GET that may switch: HEAD must not.
_UNSAFE = const(
    (
        "compat.tasmota.command",
        "compat.tinytuya.turn",
        "compat.tinytuya.set_value",
        "compat.tinytuya.delay_off",
    )
)
_ON_A_PC = "This is for a hub on a PC; the firmware of a board has none"
_BY_CABLE = "This firmware is changed by cable: plughub flash, or the page for that"
# What one request may take of the heap at most. With less than this left none is begun: a heap
# that grows beyond its budget takes the network's.
_REQUEST_LEFT = const(4500)


async def answer(hub, request):
    """Return the Response to a Request. Raises Problem."""
    if hub.portal and hub.portal.is_lost(request.peer, request.headers.get("host", "")):
        place = "http://%s/setup" % hub.portal.address
        raise Problem(302, "The set-up is at " + place, "Location: %s\r\n" % place)
    hub.authentication.check_sender(request.headers)
    path = resolve(hub.authentication, request)
    if request.query and request.path[0] == "api" and path not in _WITH_QUERY:
        raise Problem(400, "No parameters are expected here, behind a question mark")
    module, _, name = path.rpartition(".")
    # Collecting garbage takes time, and is left out while there is plenty without it.
    if hub.memory.note() < 2 * _REQUEST_LEFT and hub.memory.left() < _REQUEST_LEFT:
        detail = "The board has too little memory left; try again, or restart it"
        raise Problem(503, detail, "Retry-After: 2\r\n")
    # A module is loaded by the first request for it.
    try:
        function = getattr(__import__("hub.web." + module, None, None, (name,)), name)
    except ImportError:  # see firmware/manifest.py
        by_cable = module.startswith("update")
        raise Problem(404, _BY_CABLE if by_cable else _ON_A_PC) from None
    result = await function(hub, request)
    if not isinstance(result, Response):
        result = Response(compact_json(result).encode())
    if request.method == "HEAD":
        result.drop_body()
    return result


def resolve(authentication, request):
    """Return "module.function" for a Request that is authorized. Raises Problem."""
    switches = authentication.settings
    paths = _paths(request.path)
    methods = []
    for method, path, function, scope, switch in ROWS:
        if path not in paths or (switch and not switches[switch]):
            continue
        if method == request.method or (
            request.method == "HEAD" and method == "GET" and function not in _UNSAFE
        ):
            if scope != "open":
                authentication.authorize(request, scope)
            return function
        if method not in methods:
            methods.append(method)
    if methods:
        allowed = ", ".join(methods)
        detail = "%s is not possible here; use %s" % (request.method, allowed)
        raise Problem(405, detail, "Allow: %s\r\n" % allowed)
    raise Problem(404, "There is nothing at /" + "/".join(request.path))


def _paths(segments):
    """Return the paths of the table that a request's path may stand for."""
    at = 3 if segments[:2] == ["api", "v1"] else 1
    candidates = [segments]
    if len(segments) > at:
        candidates.append(segments[:at] + ["*"] + segments[at + 1 :])
    if at == 1 and len(segments) > 2:
        candidates.append(segments[:1] + ["*"] * (len(segments) - 1))
    # Only a name, for which the star stands, may have an escaped slash.
    plain = [parts for parts in candidates if not any(["/" in part for part in parts])]
    return ["/" + "/".join(parts) for parts in plain]
