"""Watches the heap that Wi-Fi and lwIP live on: what can go goes before the network does."""

from hub.log import WARNING, log
from hub.system.memory import IDF_LOW
from tuya.port import const, sleep_ms

_ROUND_MS = const(1000)
# What is low for a moment only, while a page goes out, is none of our business.
_LOW_ROUNDS = const(2)
# With this little nothing is received that could give memory back: the network is gone for good.
_DEAD_ROUNDS = const(10)
_ENOUGH = IDF_LOW + 2000
# Bytes without which sockets and select() fail.
_DEAD = const(2500)


async def guard(memory, let_go, restart, beat):
    """Have `let_go()` called where the network lacks memory, `restart(why)` where it has died.

    For ever; `memory` is a Memory, `beat` the supervisor's.
    """
    low = dead = 0
    while True:
        beat()
        memory.note()
        free = memory.idf()[0]
        dead = dead + 1 if free < _DEAD else 0
        if free < IDF_LOW:
            low += 1
        elif free > _ENOUGH:
            low = 0
        if low == _LOW_ROUNDS:
            log("the network has %d bytes left: event streams are closed" % free, WARNING)
        if low >= _LOW_ROUNDS:
            let_go()
        if dead >= _DEAD_ROUNDS:
            restart("the network had no memory left")
            dead = 0
        await sleep_ms(_ROUND_MS)
