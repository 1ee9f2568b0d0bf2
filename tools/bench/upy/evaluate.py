"""What it costs to look at rules: evaluate.py LIB:TOOLS FILE prints us.

FILE holds the JSON of [configuration, rules].
"""

import json
import sys

sys.path[:0] = sys.argv[1].split(":")

import time

import hub.log
from simulator.room import Room

ROUNDS = 200


def per_round(step):
    began = time.ticks_us()
    for _ in range(ROUNDS):
        step()
    return time.ticks_diff(time.ticks_us(), began) // ROUNDS


def all_changed():
    home.engine.touch(names)
    home.engine.step()


hub.log.print = lambda *words: None
with open(sys.argv[2]) as file:
    config, rules = json.load(file)
home = Room(config, rules, 1795000000)
assert not home.faults, home.faults
for name in home.things:
    home.watts(name, 100)
home.run(60)
names = list(home.things)
figures = {"all_20_rules": per_round(all_changed), "nothing_due": per_round(home.engine.step)}
began = time.ticks_ms()
home.run(7 * 86400)
figures["a_week_ms"] = time.ticks_diff(time.ticks_ms(), began)
print(json.dumps(figures))
