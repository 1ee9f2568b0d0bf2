"""The paths of the API for rules, inputs and the time."""

from tuya.port import const, is_plausible, known_time, unix_time

from ..system.store import RULES_FILE, exists
from .events import pieces
from .http import Problem, Response

_CHUNK = const(512)


async def get_rules(hub, request):
    """Return the rules as their file has them."""
    if not exists(RULES_FILE):
        return {"rules": []}
    return Response(_read(RULES_FILE))


def _read(path):
    with open(path, "rb") as file:
        data = file.read(_CHUNK)
        while data:
            yield data
            data = file.read(_CHUNK)


async def all_states(hub, request):
    """Return of each rule what it did last, what it still has to do, and why it did not run."""
    from ..rules.explain import describe

    rules = list(hub.rules.values())
    return Response(pieces(describe(rule, hub.engine, hub.held) for rule in rules))


async def one_state(hub, request):
    """Return the same of one rule."""
    return _state(hub, _find(hub, request))


async def run(hub, request):
    """Run a rule now. With ?dry=1 nothing is done: {"would": what it would do, "why"}."""
    request.json()
    rule = _find(hub, request)
    if request.query == "dry=1":
        from ..rules.explain import plan, why

        return {"would": plan(rule), "why": why(rule, hub.engine)}
    if not rule.is_enabled:
        raise Problem(409, "It does not run", "%s is switched off" % rule.name)
    hub.engine.fire(rule)
    return _state(hub, rule)


async def cancel(hub, request):
    """Have a rule forget what it still has to do."""
    request.json()
    rule = _find(hub, request)
    hub.engine.cancel(rule)
    return _state(hub, rule)


async def clear(hub, request):
    """Unlock what a rule has locked, and end its pause."""
    request.json()
    rule = _find(hub, request)
    hub.engine.clear(rule)
    return _state(hub, rule)


async def inputs(hub, request):
    """Return what rules ask about: [{"name", "on"}]."""
    return [value.state() for value in hub.inputs.values()]


async def put_input(hub, request):
    """Say what an input is: {"on": true, false, or null for unknown}."""
    value = request.json()
    name = request.path[3]
    if name not in hub.inputs:
        raise Problem(404, "Nothing is here", "no rule asks for an input %s" % name)
    if not isinstance(value, dict) or value.get("on", 0) not in (True, False, None):
        raise Problem(400, "Not understood", 'expected JSON {"on": true, false or null}')
    hub.inputs[name].put(value["on"])
    return hub.inputs[name].state()


async def put_time(hub, request):
    """Take the time from a browser, {"time": Unix time}, while there is no better one."""
    value = request.json()
    seconds = value.get("time") if isinstance(value, dict) else None
    if known_time() is not None:
        return {"time": unix_time(), "taken": False}
    from ..clock.ntp import set_rtc

    if type(seconds) is not int or not is_plausible(seconds):
        raise Problem(400, "Not understood", 'expected JSON {"time": Unix time in seconds}')
    set_rtc(seconds)
    if hub.engine:
        hub.engine.wake()
    return {"time": unix_time(), "taken": True}


def _find(hub, request):
    rule = hub.rules.get("rule " + request.path[3])
    if not rule:
        raise Problem(404, "Nothing is here", "no rule is called %s" % request.path[3])
    return rule


def _state(hub, rule):
    from ..rules.explain import describe

    return describe(rule, hub.engine, hub.held)
