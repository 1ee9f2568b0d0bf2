"""Several targets as one: a group is on when one of them is, a scene sets each as it says."""

import asyncio

from tuya.errors import TuyaError

from .action import Action, run


class Group:
    """`members`: names of targets; `find(name)` returns a target and raises KeyError."""

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

    async def switch(self, on):
        """Switch all at the same time. Raises the error of the first that did not, at the end."""
        await _all([self._find(name).switch(on) for name in self.members])

    def state(self):
        return {"name": self.name, "on": self.on, "members": self.members}


class Scene:
    """`wanted`: {name of a target: verb}. Switching it on is to set the scene."""

    on = heading = False

    def __init__(self, name, wanted, find):
        self.name = name
        self.wanted = wanted
        self._find = find

    @property
    def members(self):
        """The names of all that it sets, groups taken apart."""
        names = []
        for name in self.wanted:
            names += getattr(self._find(name), "members", (name,))
        return names

    async def switch(self, on):
        """Set all at the same time; there is nothing to do for off. Raises as a group does."""
        if on:
            wanted = self.wanted
            await _all([run(Action(name, wanted[name]), self._find(name)) for name in wanted])

    def state(self):
        return {"name": self.name, "set": self.wanted}


async def _all(coroutines):
    results = await asyncio.gather(*coroutines, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, TuyaError):
            raise result
    for result in results:
        if isinstance(result, TuyaError):
            raise result
