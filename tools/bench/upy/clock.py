"""A clock in microseconds, on MicroPython and on CPython."""

import time

if hasattr(time, "ticks_us"):
    clock_us = time.ticks_us
    elapsed_us = time.ticks_diff
else:

    def clock_us():
        return time.perf_counter_ns() // 1000

    def elapsed_us(end, start):
        return end - start
