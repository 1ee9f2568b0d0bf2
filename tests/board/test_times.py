"""How long things take, beside the smallest server that the same board can run. Nothing of it is
asserted: a board may be as slow as it likes."""

import statistics

from board.deployed import HERE

_ROUNDS = 15
_PRESSES = 40


def test_times_from_press_to_confirmed(board, report):
    """The fake plug answers at once, so all of it is the pin, the hub and the network."""
    console = statistics.median(board.console.ask("ping", "@ ping")[0] for _ in range(_ROUNDS))
    report.value("console there and back, ms", console * 1000)
    took = sorted(board.press() for _ in range(_PRESSES))
    report.value("press to confirmed p50, ms, console included", took[_PRESSES // 2] * 1000)
    report.value("press to confirmed p95, ms, console included", took[_PRESSES * 95 // 100] * 1000)


def test_times_of_the_page_beside_the_smallest_server(board, report):
    hub = {path: _measure(board, path) for path in ("/", "/api/v1/plugs")}
    port = board.config["web"]["port"]
    source = (HERE / "smallest_server.py").read_text().replace("_PORT = 80", f"_PORT = {port}")
    board.run("smallest_server.py", source.encode())
    for path, (size, seconds) in hub.items():
        _, smallest = _measure(board, f"/{size}")
        report.value(f"GET {path}, {size} bytes, ms", seconds * 1000)
        report.value(f"GET {path}, times the smallest server's", seconds / smallest)


def _measure(board, path):
    """Return (bytes, median seconds) of GETs of a path."""
    answers = [board.request("GET", path) for _ in range(_ROUNDS)]
    assert {status for status, _, _ in answers} == {200}
    return len(answers[0][1]), statistics.median(seconds for _, _, seconds in answers)
