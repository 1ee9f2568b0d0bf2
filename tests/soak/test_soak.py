"""Half an hour in a home where everything goes wrong, and a quiet one after it, in a time that
passes at once.

PLUGHUB_SOAK_SEEDS=1,2,3 has it go wrong in other ways as well.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("home_under_faults.py")
#: A press may wait for a seat, for a connection and for a confirmation: 2 s each, and some more.
PRESS_S = 7.0
_VERDICT = re.compile("local key|paired again|protocol version")


@pytest.mark.parametrize("seed", os.environ.get("PLUGHUB_SOAK_SEEDS", "1").split(","))
def test_24_plugs_on_ten_sockets_under_faults(tmp_path, seed):
    result = subprocess.run(
        [sys.executable, str(SCRIPT), seed, "30"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr
    report = json.loads(result.stdout.splitlines()[-1])
    assert len(report["faults"]) == 9 and sum(report["faults"].values()) > 100
    # No task dies, no socket leaks, and there are never more than the board has.
    assert report["crashes"] == [] and report["late"] == []
    assert report["most_sockets"] <= 10 and report["left_open"] == 0
    # Every press is confirmed or has failed in its time.
    assert report["confirmed"] > 200 and report["slowest_s"] <= PRESS_S
    assert report["failed"] < report["confirmed"] / 4
    # No press fails on a plug in order, and nobody is sent to fetch a key.
    assert report["failed_in_order"] == []
    verdicts = [line for line in result.stdout.splitlines()[:-1] if _VERDICT.search(line)]
    assert verdicts == []
    assert report["pages"] > 50
    # The broker knows in the end what every plug is, after all that it has done to the hub.
    assert len(report["broker_faults"]) == 6 and report["wrong_on_broker"] == []
    # Who is to stay connected is back in the end: one of the sockets is the broker's.
    assert len(report["lasting"]) == 3
    assert not set(report["lasting"]) & set(report["offline"])
    # The home's kWh are those of the plugs' own meters within 1 %.
    drawn = sum(drawn for drawn, _ in report["energy"].values())
    counted = sum(counted for _, counted in report["energy"].values())
    assert abs(counted - drawn) <= drawn / 100, report["energy"]
