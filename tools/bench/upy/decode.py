"""Runs on MicroPython: what decoding a 3.5 reply of 8 DPs costs. decode.py LIB.

Prints one JSON line: microseconds of decoding and of json.loads of its text, and the bytes of heap
that one decoding leaves behind as garbage.
"""

import gc
import json
import sys
import time

sys.path.insert(0, sys.argv[1])
ROUNDS = 3000

from tuya.versions import Codec

KEY = b"0123456789abcdef"
STATUS = 0x08
TEXT = b'{"dps":{"1":true,"9":0,"17":12,"18":417,"19":957,"20":2304,"38":"memory","41":false}}'

codec = Codec("3.5", KEY)
# As a device sends it: no version header, a return code in front.
frame = bytes(codec._seal(1, 0x10, b"\0\0\0\0" + TEXT, None))


def microseconds(call, argument):
    gc.collect()
    start = time.ticks_us()
    for _ in range(ROUNDS):
        call(argument)
    return time.ticks_diff(time.ticks_us(), start) / ROUNDS


assert codec.feed(frame)[0].payload == TEXT
figures = {"decode_us": microseconds(codec.feed, frame), "json_us": microseconds(json.loads, TEXT)}
gc.collect()
gc.disable()
before = gc.mem_alloc()
codec.feed(frame)
figures["garbage"] = gc.mem_alloc() - before
print(json.dumps(figures))
