"""Code beside what is frozen: kept when all is well, taken back when not, cut off on its way."""

import time

import pytest
from board.deployed import PORT

from plughub import ROOT
from plughub.firmware.code_set import make_set

# Another version, of which all but this line is what is frozen.
GOOD = 'VERSION = "9.9.9"\n__path__ = ".frozen/hub"\n'
BROKEN = 'raise ImportError("this update is broken")\n'
_BEGIN = """
from codeset import choice
try:
    print(choice.begin_trial(%d))
except ValueError as e:
    print(e)
"""
_SWEEP = """
import os
for name in os.listdir("sets"):
    os.remove("sets/" + name)
os.rmdir("sets")
"""
_TRIAL_S = 120


@pytest.fixture
def sets(any_board):
    """Puts sets on the board; afterwards it has none."""
    made = []
    console = any_board.console

    def put(source, version, size=None):
        """Put one beside what runs and begin its trial, cut off after `size` bytes; return what
        the board says of it.
        """
        console.hold()
        any_board.runs = None
        mpy = int(console.execute("import sys; print(sys.implementation._mpy)"))
        if not made:
            console.execute('import os; os.mkdir("sets")')
        made.append(len(made) + 1)
        data = make_set({"hub/__init__.py": source.encode()}, mpy, version)
        console.write_file(f"sets/{made[-1]}.set", data[:size])
        return console.execute(_BEGIN % made[-1]).strip()

    yield put
    console.hold()
    any_board.runs = None
    console.execute(_SWEEP)


def start(board):
    """Start the board as it comes out of the box, with our plugs."""
    board.run("main.py", (ROOT / "main.py").read_bytes())


def test_what_cannot_even_be_started_is_taken_back_and_told(any_board, sets):
    assert sets(BROKEN, "9.9.8") == "9.9.8"
    console = any_board.console
    console.write_file("main.py", (ROOT / "main.py").read_bytes())
    console.reset()
    # boot.py says so first, then what takes it back.
    console.expect("this update is broken")
    at = next(i for i, (_, text) in enumerate(console.lines) if "is broken" in text)
    console.expect("this update is broken", after=at + 1)
    console.expect("MicroPython|rst:0x", after=at + 1)
    start(any_board)
    faults = any_board.get("/api/v1/system")["faults"]
    assert any("update 9.9.8 was taken back" in fault for fault in faults), faults
    assert any("this update is broken" in fault for fault in faults), faults
    assert any_board.get("/api/v1/system")["version"] != "9.9.8"


def test_what_was_cut_off_while_it_was_written_never_runs(any_board, sets):
    assert sets(GOOD, "9.9.9", size=150).startswith("it has 150 of ")
    start(any_board)
    assert any_board.get("/api/v1/system")["version"] != "9.9.9"


def a_minute(any_board, sets, report):
    """What runs well for a minute is kept, and runs after a cut of the power too."""
    assert sets(GOOD, "9.9.9") == "9.9.9"
    start(any_board)
    assert any_board.get("/api/v1/system")["version"] == "9.9.9"
    began = time.monotonic()
    while not any("update is kept" in line["text"] for line in any_board.get("/api/v1/log")):
        assert time.monotonic() - began < _TRIAL_S
        time.sleep(2)
    report.value("seconds until an update was kept", round(time.monotonic() - began))
    any_board.console.hold()
    any_board.runs = None
    start(any_board)
    assert any_board.get("/api/v1/system")["version"] == "9.9.9"


# A simulated board has no more to say of it than tests/plughub/board/test_deploy.py, which need
# not wait for a minute.
if PORT:
    test_what_runs_well_for_a_minute_is_kept = a_minute
