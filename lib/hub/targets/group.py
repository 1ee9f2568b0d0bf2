"""Several targets as one: groups and scenes."""

from hub.targets.target import Target, Unfit, in_words, wanted


class Group(Target):
    """Is on when one of its members is.

    `members`: names of targets; `find(name)` returns a target and raises KeyError.
    """

    def __init__(self, name, members, find):
        self.name = name
        self.members = members
        self._find = find

    @property
    def on(self):
        """True when one of them is on, None when that is known of none."""
        states = [self._find(name).on for name in self.members]
        return True if True in states else False if False in states else None

    @property
    def heading(self):
        """What a toggle turns around: where one is on or will be, all go off."""
        return any([self._find(name).heading for name in self.members])

    def parts(self, verb):
        """Return [(name, verb)] of what a verb makes of the members: all become the same.

        Values are for those who take them. Raises Unfit where nobody does.
        """
        if isinstance(verb, dict):
            able = [name for name in self.members if self._find(name).takes(verb)]
            if not able:
                raise Unfit("nothing in %s takes %s" % (self.name, in_words(verb)))
            return [(name, verb) for name in able]
        become = "on" if wanted(verb, self) else "off"
        return [(name, become) for name in self.members]

    def state(self):
        return {"name": self.name, "on": self.on, "members": self.members}


class Scene(Target):
    """`wanted`: {name of a target: verb, or values}. Switching it on is to set the scene."""

    on = False

    def __init__(self, name, wanted):
        self.name = name
        self.wanted = wanted

    def parts(self, verb):
        """Return [(name, verb)] of what it sets; there is nothing to do for off."""
        return [] if verb == "off" else list(self.wanted.items())

    def state(self):
        return {"name": self.name, "set": self.wanted}


def error_of_members(error, names, failed):
    """Return the error of the first of those that have failed, saying which it is.

    `names`: of all that were to be switched, `failed`: indices of those that were not.
    """
    done = [name for i, name in enumerate(names) if i not in failed]
    others = [names[i] for i in failed[1:]]
    text = "%s: %s" % (names[failed[0]], error.seen)
    if others:
        text += "; not switched either: %s" % ", ".join(others)
    return type(error)(text + ("; switched: %s" % ", ".join(done) if done else ""))
