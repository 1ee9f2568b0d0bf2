"""Rules that want opposite things of the same target at the same time, where that can be known."""


def conflicts(rules, groups):
    """Return a sentence for each pair of rules; `groups`: {name: names of its members}."""
    found = []
    for i, rule in enumerate(rules):
        for other in rules[:i]:
            if rule["enabled"] and other["enabled"] and _meet(rule, other):
                for name in _torn(_wishes(rule, groups), _wishes(other, groups)):
                    text = "%s and %s want opposite things of %s at the same time"
                    found.append(text % (other["at"], rule["at"], name))
    return found


def _meet(rule, other):
    """Tell whether there is a moment at which both surely run."""
    if "window" in rule or "window" in other:
        return False
    if "moment" in rule and "moment" in other:
        days, jitter = rule["clock"][:2]
        other_days, other_jitter = other["clock"][:2]
        is_same = rule["moment"] == other["moment"] and not (jitter or other_jitter)
        return is_same and days & other_days != 0
    if not ("when" in rule and "when" in other) or "after" in rule or "after" in other:
        return False
    name, dp, above, limit = rule["when"][:4]
    other_name, other_dp, other_above, other_limit = other["when"][:4]
    if (name, dp) != (other_name, other_dp):
        return False
    if above == other_above:
        return True  # from the higher of the limits on, or below the lower one
    return limit + 1 < other_limit if above else other_limit + 1 < limit


def _wishes(rule, groups):
    """Return {name: verb} of what it sets without delay, groups taken apart."""
    wishes = {}
    for step in rule["steps"]:
        if step[0]:
            break
        if step[1] == "do" and step[3] in ("on", "off"):
            for name in groups.get(step[2], (step[2],)):
                wishes[name] = step[3]
    return wishes


def _torn(wishes, others):
    return [name for name in wishes if name in others and wishes[name] != others[name]]
