"""How long things take, beside the smallest server that the same board can run. Nothing of it is
asserted: a board may be as slow as it likes."""

import statistics

from board.deployed import HERE

_ROUNDS = 15
_PRESSES = 40


def test_times_from_press_to_confirmed(board, report):
    """The fake plug answers at once, so all of it is the pin, the hub and the network."""
    took = [board.press() for _ in range(_PRESSES)]
    _report_ms(report, "press to confirmed", took)
    echoed = _echoed(board)
    _report_ms(report, "a message to this PC and back", echoed)


def _echoed(board):
    host = board.config["plugs"][0]["address"]
    port = board.world.start_echo(host)
    source = (HERE / "smallest_client.py").read_text()
    source = source.replace('_HOST, _PORT = "", 0', f"_HOST, _PORT = {host!r}, {port}")
    board.run("smallest_client.py", source.encode())
    return [float(board.console.ask("echo", r"@ echo ([\d.]+)")[1][1]) for _ in range(_PRESSES)]


def _report_ms(report, name, took):
    p50, p95 = (sorted(took)[len(took) * percent // 100] for percent in (50, 95))
    report.value(f"{name}, p50 and p95, ms", f"{p50:.0f}, {p95:.0f}")


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
