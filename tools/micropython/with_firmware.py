"""What the frozen interpreter of the tests holds: event loop, firmware and simulated board."""

# ruff: noqa: F821 - MicroPython's makemanifest.py defines what is called here

include("asyncio_alone.py")
include("../../firmware/manifest.py")
# In flash, so that next to nothing of the heap is the simulator's: see tools/simulator/run.py.
package(
    "simulator",
    files=(
        *("board_gc.py", "control.py", "deaf.py", "errno.py", "esp32.py", "idf_heap.py"),
        *("machine.py", "network.py", "select.py", "socket.py", "time.py"),
    ),
    base_path="..",
    opt=2,
)
