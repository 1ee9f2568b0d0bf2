"""Builds the rules from what the checks have made of them. Loaded for a moment."""

from tuya.port import const, known_time, ticks_ms

from ..pins.input import Input

_PATIENCE_MS = const(120000)


def build_rule(hub, spec, poll_ms):
    """Make a rule of the hub, and its engine with the first one."""
    if not hub.engine:
        _build_engine(hub, poll_ms)
    engine = hub.engine
    if "when" in spec and not _is_known(hub, spec["when"][0]):
        name = spec["when"][0]
        hub.inputs[name] = Input(name, hub.broadcast)
    rule = hub.rules[spec["name"]] = kind_of(spec)(engine, spec)
    engine.begin(rule)


def _build_engine(hub, poll_ms):
    from .context import RuleHome
    from .engine import Rules

    home = RuleHome(hub, poll_ms)
    hub.engine = Rules(hub.rules, home, hub.state, ticks_ms, known_time)
    hub.supervisor.add("rules", hub.engine.run, _PATIENCE_MS, hub.broadcast)


def _is_known(hub, name):
    try:
        return bool(hub.inputs.get(name) or hub.target(name))
    except KeyError:
        return False


def kind_of(spec):
    """Return the class of a rule."""
    if "when" in spec:
        from .condition import ConditionRule

        return ConditionRule
    if "moment" in spec:
        from .clock_rule import ClockRule

        return ClockRule
    if "limit" in spec:
        from .limit import Limit

        return Limit
    from .rule import Rule

    return Rule
