"""Runs test files on MicroPython: micropython tests/on_micropython.py LIB FILE...

A test is a function named test_*, plain or a coroutine function, with plain asserts.
"""

import asyncio
import os
import sys

# MicroPython takes a folder for a package: tests/tuya must not stand in front of lib/tuya.
# Tests may change the folder: relative paths would lead elsewhere then.
sys.path[:0] = [
    path if path[0] in "/." else os.getcwd() + "/" + path
    for path in sys.argv[1].split(":") + [__file__.rsplit("/", 1)[0]]
]


def run_file(path):
    """Run the tests of one file; return (passed, failed)."""
    folder, name = path.rsplit("/", 1)
    sys.path.append(folder)
    module = __import__(name[:-3])
    sys.path.pop()
    passed = failed = 0
    for test in sorted(dir(module)):
        if not test.startswith("test_"):
            continue
        try:
            result = getattr(module, test)()
            if hasattr(result, "send"):
                asyncio.new_event_loop()
                asyncio.run(result)
        except Exception as e:
            print("FAILED", name, test)
            sys.print_exception(e)
            failed += 1
        else:
            passed += 1
    return passed, failed


totals = [run_file(path) for path in sys.argv[2:]]
failures = sum(failed for _, failed in totals)
print("%d passed, %d failed" % (sum(passed for passed, _ in totals), failures))
sys.exit(1 if failures or not totals else 0)
