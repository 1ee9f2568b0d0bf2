"""Says of a rule, in words, what it does and why it has not done it."""

from hub.clock.location import local
from hub.rules.engine import paused
from hub.targets.target import in_words

_MEASURES = {18: ("mA", 1), 19: ("W", 10), 20: ("V", 10)}
_TENTHS = ("", 10)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def describe(rule, engine, timers):
    """Return {"id", "enabled", "safety", "fired": Unix time or None, "why", "steps", "pending",
    "locks": names, "paused"}: why, steps and pending in words.
    """
    return {
        "id": rule.id,
        "enabled": rule.is_enabled,
        "safety": rule.is_safety,
        "fired": engine.recall(rule, "fired"),
        "why": why(rule, engine),
        "steps": plan(rule),
        "pending": _pending(rule, engine, timers),
        "locks": _locks(rule, engine),
        "paused": rule.paused_at is not None,
    }


def plan(rule):
    """Return what a rule does, a sentence for each step."""
    return [_sentence(step) for step in rule.steps]


def why(rule, engine):
    """Return why a rule has not run now, or what it waits for."""
    now = engine.now()
    unix = engine.unix()
    if not rule.is_enabled:
        return "it is switched off"
    if rule.paused_at is not None:
        return "it %s: it ran too often" % paused(rule)
    locked = _locks(rule, engine)
    if locked and rule.kind != "limit":
        return "it keeps %s off until somebody clears it" % " and ".join(locked)
    needs_clock = rule.window or rule.kind == "clock"
    if needs_clock and unix is None:
        return "the time is not known yet"
    if rule.kind == "clock":
        if rule.due is None:
            return "its moment does not come"
        return "it is due at %s" % _moment(rule.due)
    if rule.kind == "condition":
        return _condition_rule(rule, engine, now, unix)
    if rule.kind == "limit":
        return _limit(rule, engine, now)
    if rule.kind == "message":
        return "it waits for a message at %s" % rule.topic + _window(rule, unix)
    return "it waits for its button or pin" + _window(rule, unix)


def _condition_rule(rule, engine, now, unix):
    when = rule.when
    name = rule.watched
    value, _ = engine.home.read(name, when.dp)
    is_now = "%s is %s" % (name, _value(when.dp, value))
    if not rule.is_armed and when.holds:
        return "it has run, and waits for the opposite: " + is_now
    if rule.after and not rule.is_primed:
        after = rule.after
        return "first %s has to be %s; %s" % (name, _wanted(after), is_now)
    if value is None:
        return "it is not known whether %s is %s" % (name, _wanted(when))
    if not when.holds:
        return "%s; it waits for %s" % (is_now, _wanted(when))
    held = (now - when.since) // 1000
    if held * 1000 < when.hold_ms:
        return "%s, for %d of %d s" % (is_now, held, when.hold_ms // 1000)
    return is_now + _window(rule, unix)


def _limit(rule, engine, now):
    on, _ = engine.home.read(rule.watched, None)
    left = rule.left_ms(now) // 1000
    if on and rule.max_on:
        return "%s may be on for another %d s" % (rule.watched, max(0, left))
    if on is False and rule.min_off and left > 0:
        return "%s has to rest for another %d s" % (rule.watched, left)
    return "%s is %s" % (rule.watched, _value(None, on))


def _window(rule, unix):
    if not rule.window:
        return ""
    may, until = rule.may_run(unix)
    end = " until %s" % _moment(until) if until else ""
    return "; its time lets it run%s" % end if may else "; its time does not let it run%s" % end


def _wanted(condition):
    if condition.dp is None or condition.dp == 0 or _is_equality(condition.dp):
        text = _value(condition.dp, condition.above)
    else:
        unit, steps = _MEASURES.get(condition.dp, _TENTHS)
        side = "above" if condition.above else "below"
        text = ("%s %s %s" % (side, _number(condition.limit, steps), unit)).rstrip()
    return text + (" for %d s" % (condition.hold_ms // 1000) if condition.hold_ms else "")


def _value(dp, value):
    if value is None:
        return "unknown"
    if dp is None:
        return "on" if value else "off"
    if dp == 0:
        return "online" if value else "offline"
    if _is_equality(dp):
        return "%s%s" % ("" if value else "not ", dp.replace("=", " ", 1))
    unit, steps = _MEASURES.get(dp, _TENTHS)
    return ("at %s %s" % (_number(value, steps), unit)).rstrip()


def _is_equality(dp):
    return isinstance(dp, str) and "=" in dp


def _number(value, steps):
    return "%d" % (value // steps) if value % steps == 0 else "%.1f" % (value / steps)


def _pending(rule, engine, timers):
    now = engine.now()
    unix = engine.unix()
    found = [
        "in %d s: %s" % (due.left_ms(now, unix) // 1000, _sentence(owner.steps[i]))
        for due, owner, i in engine.pending
        if owner is rule
    ]
    for name in timers.begun_by(rule.cause) if timers else ():
        found.append("in %d s: %s is turned back" % (timers.left_s(name), name))
    return found


def _locks(rule, engine):
    return [name for name in engine.locks if rule.id in engine.locks[name]]


def _sentence(step):
    delay, verb, name = step[:3]
    text = "after %d s " % delay if delay else ""
    if verb == "do":
        text += "%s: %s" % (name, in_words(step[3]))
        return text + (" for %d s" % step[4] if step[4] else "")
    if verb == "lock":
        return text + "keep %s off until it is cleared" % name
    if verb == "notify":
        return text + "say: %s" % name
    if verb == "publish":
        return text + "send to %s: %s" % (name, step[3])
    return text + "cancel what rule %s still has to do" % name


def _moment(unix):
    seconds = local(unix)
    day = _DAYS[(seconds // 86400 + 3) % 7]
    return "%s %02d:%02d" % (day, seconds // 3600 % 24, seconds // 60 % 60)
