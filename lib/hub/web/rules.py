"""Routes for rules, and for the inputs that they ask about."""

from hub.system.store import RULES_FILE, exists
from hub.web.config import change, entries_of
from hub.web.http import Problem, Response, json_list
from tuya.port import const

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


async def put_rules(hub, request):
    """Change the rules: as put_config() does, with "warnings". ?dry=1 only checks them."""
    arguments = lambda: entries_of(request), request.flag("dry")
    result = await change("change_rules", hub, *arguments)
    if hub.engine and result["applied"]:
        hub.engine.step()  # so that the next request sees when they are due
    return result


async def list_states(hub, request):
    """Return of each rule what it did last, what it will do next, and why it has not run."""
    from hub.rules.explain import describe

    rules = list(hub.rules.values())
    return Response(json_list(describe(rule, hub.engine, hub.timers()) for rule in rules))


async def get_state(hub, request):
    """Return the same of one rule."""
    return _state(hub, _find(hub, request))


async def run(hub, request):
    """Run a rule now. With ?dry=1 nothing is done: {"would": what it would do, "why"}."""
    request.json_object()
    rule = _find(hub, request)
    if request.flag("dry"):
        from hub.rules.explain import plan, why

        return {"would": plan(rule), "why": why(rule, hub.engine)}
    if not rule.is_enabled:
        raise Problem(409, "%s is disabled; enable it in rules.json first" % rule.cause)
    hub.engine.fire(rule)
    return _state(hub, rule)


async def cancel(hub, request):
    """Cancel what a rule still has to do."""
    request.json_object()
    rule = _find(hub, request)
    hub.engine.cancel(rule)
    return _state(hub, rule)


async def clear(hub, request):
    """Unlock what a rule has locked, and end its pause."""
    request.json_object()
    rule = _find(hub, request)
    hub.engine.clear(rule)
    return _state(hub, rule)


async def list_inputs(hub, request):
    """Return the inputs that rules ask about: [{"name", "on"}]."""
    return [value.state() for value in hub.inputs.values()]


async def put_input(hub, request):
    """Set an input: {"on": true, false, or null for unknown}."""
    value = request.json_object("on")
    name = request.path[3]
    if name not in hub.inputs:
        raise Problem(404, "No rule asks about an input %s" % name)
    on = value.get("on", "missing")
    if on is not None and not isinstance(on, bool):
        raise Problem(400, 'Expected {"on": true, false or null}')
    hub.inputs[name].put(on)
    return hub.inputs[name].state()


def _find(hub, request):
    rule = hub.rules.get(request.path[3])
    if not rule:
        raise Problem(404, "There is no rule called %s" % request.path[3])
    return rule


def _state(hub, rule):
    from hub.rules.explain import describe

    return describe(rule, hub.engine, hub.timers())
