"""What a rule does: its steps, as people write them and as the engine has them."""

from hub.config import expect
from hub.targets.action import SCHEMA, check_action

_NOTIFY = (("notify", "note", ...), ("delay", "duration", None))
_CANCEL = (("cancel", "rule_id", ...), ("delay", "duration", None))
_STEP = SCHEMA + (("delay", "duration", None), ("lock", ("one_of", "until-cleared"), None))


def steps_of(raw, place, checker, names):
    """Return [[delay in s, verb, ...]] as the Engine wants them; what is wrong is told `checker`.

    `names`: {kind: names of targets}.
    """
    if raw is None or raw == []:
        checker.fault(place, "missing")
        return []
    steps = []
    for i, entry in enumerate(raw if isinstance(raw, list) else [raw]):
        at = "%s[%d]" % (place, i) if isinstance(raw, list) else place
        steps += _step(entry, at, checker, names)
    return steps


def _step(raw, at, checker, names):
    for verb, table in (("notify", _NOTIFY), ("cancel", _CANCEL)):
        if isinstance(raw, dict) and verb in raw:
            item = checker.item(raw, table, at)
            if not item:
                return []
            return [[item["delay"] or 0, verb, item[verb]]]
    action = check_action(checker, raw, at, names, _STEP)
    if not action:
        return []
    name, verb = action["name"], action["set"]
    steps = []
    delay = expect.seconds(raw.get("delay")) or 0
    if "payload" in action:
        return [[delay, verb, name, action["payload"]]]
    if raw.get("lock"):
        if verb != "off" or raw.get("group") or raw.get("scene"):
            checker.fault(at + ".lock", "only a plug or a relay that is set off can be locked")
        steps.append([delay, "lock", name])
        delay = 0
    steps.append([delay, "do", name, verb, action["for"], action["retrigger"]])
    return steps
