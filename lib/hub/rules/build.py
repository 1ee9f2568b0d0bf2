"""The component "rules": builds them from what the checks have made of them."""

from hub.pins.input import Input
from tuya.port import const, known_time, ticks_ms

_TIMEOUT_MS = const(120000)


def build(hub, spec, config):
    """Return a rule, and make the engine of the hub with the first one."""
    if not hub.engine:
        _build_engine(hub, config["poll"] * 1000)
    engine = hub.engine
    if "when" in spec and not _is_known(hub, spec["when"][0]):
        name = spec["when"][0]
        hub.inputs[name] = Input(name, hub.broadcast)
    rule = kind_of(spec)(engine, spec)
    engine.begin(rule)
    return rule


def _build_engine(hub, poll_ms):
    from hub.rules.context import Context
    from hub.rules.engine import Engine

    hub.engine = Engine(hub.rules, Context(hub, poll_ms), hub.state, ticks_ms, known_time)
    hub.supervisor.add("rules", hub.engine.run, _TIMEOUT_MS, hub.broadcast)


def _is_known(hub, name):
    try:
        return bool(hub.inputs.get(name) or hub.targets.find(name))
    except KeyError:
        return False


def kind_of(spec):
    """Return the class of a rule."""
    if "when" in spec:
        from hub.rules.condition import ConditionRule

        return ConditionRule
    if "moment" in spec:
        from hub.rules.clock_rule import ClockRule

        return ClockRule
    if "limit" in spec:
        from hub.rules.limit import Limit

        return Limit
    if "mqtt" in spec:
        from hub.rules.message_rule import MessageRule

        return MessageRule
    from hub.rules.rule import Rule

    return Rule
