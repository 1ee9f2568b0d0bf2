"""A pin in memory, with the calls of machine.Pin."""


class Pin:
    IRQ_FALLING, IRQ_RISING = 2, 1

    def __init__(self, level=0):
        self.level = level
        self.levels = []  # those that were written
        self.handler = None

    def value(self, level=None):
        if level is None:
            return self.level
        self.level = level
        self.levels.append(level)
        return None

    def irq(self, handler=None, trigger=0):
        self.handler = handler

    def drive(self, *levels):
        """The world holds the pin at these levels, one after the other."""
        for level in levels:
            self.level = level
            if self.handler:
                self.handler(self)
