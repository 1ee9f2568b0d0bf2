"""Rules that want opposite things of the same target at the same time, where that can be known."""


def wish_of(rule, index, id):
    """Return what of a rule matters for conflicts(), None where nothing does.

    (index, id: which it is in the file, when it surely runs, ((name, verb), ...) of what it sets
    without delay)
    """
    if not rule["enabled"] or "window" in rule or "after" in rule:
        return None
    if "moment" in rule:
        days, jitter = rule["clock"][:2]
        when = None if jitter else (rule["moment"], days)
    else:
        when = rule["when"][:4] if "when" in rule else None
    wishes = []
    for step in rule["steps"]:
        if step[0]:
            break
        if step[1] == "do" and step[3] in ("on", "off"):
            wishes.append((step[2], step[3]))
    return (index, id, when, tuple(wishes)) if when and wishes else None


def conflicts(wishes, groups):
    """Return a sentence for each conflict; `groups`: {name: names of its members}."""
    found = []
    for i, (*place, when, wanted) in enumerate(wishes):
        for *other_place, other_when, other_wanted in wishes[:i]:
            if _meet(when, other_when):
                for name in _torn(_apart(wanted, groups), _apart(other_wanted, groups)):
                    text = "%s and %s want opposite things of %s at the same time"
                    found.append(text % (_named(*other_place), _named(*place), name))
    return found


def _named(index, id):
    return "rules[%d] (%s)" % (index, id)


def _meet(when, other):
    """Tell whether there is a moment at which both surely run."""
    if len(when) != len(other):
        return False
    if len(when) == 2:
        return when[0] == other[0] and when[1] & other[1] != 0
    name, dp, above, limit = when
    other_name, other_dp, other_above, other_limit = other
    if (name, dp) != (other_name, other_dp):
        return False
    if above == other_above:
        return True  # from the higher of the limits on, or below the lower one
    return limit + 1 < other_limit if above else other_limit + 1 < limit


def _apart(wanted, groups):
    """Return {name: verb}, groups taken apart."""
    return {name: verb for target, verb in wanted for name in groups.get(target, (target,))}


def _torn(wishes, others):
    return [name for name in wishes if name in others and wishes[name] != others[name]]
