"""Which harm comes next: by chance, yet none is left out for long."""


def in_rounds(kinds, dice):
    """Yield of each kind one in a round, in an order drawn by chance. For ever."""
    while True:
        yield from dice.sample(kinds, len(kinds))
