"""`plughub rules` as a newcomer runs it."""

import json

import pytest
from typer.testing import CliRunner

from plughub import ROOT
from plughub.__main__ import app

EXAMPLE = ROOT / "rules.example.json"
TRACE = ROOT / "trace.example.csv"


def run(*arguments):
    result = CliRunner().invoke(app, ["rules", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_week_of_the_example():
    status, output = run(EXAMPLE, "--start", "2026-11-16", "--trace", TRACE)
    assert status == 0, output
    for line in (
        "Mon 16 Nov 06:30:00  coffee on  (rule morning)",
        "Mon 16 Nov 07:15:00  coffee off  (timer)",
        "Mon 16 Nov 19:43:00  notice: the washing machine is done",
        "Mon 16 Nov 19:53:00  washer off  (rule washer-done)",
        "Wed 18 Nov 20:00:05  heater off  (rule heater-cut)",
        "Wed 18 Nov 20:10:00  heater off  (lock)",
        "Sat 21 Nov 10:30:00  pump off  (rule pump-max)",
        "Sun 22 Nov 23:30:00  porch off  (timer)",
        "rule heater-cut has run: it keeps heater off until somebody clears it",
        "rule morning has run: it is due at Mon 06:30",
    ):
        assert line in output, output
    assert "Sat 21 Nov 06:30" not in output
    assert "7 days in " in output


def test_faults_are_told_and_the_rest_runs(tmp_path):
    book = json.loads(EXAMPLE.read_text())
    book["rules"][0]["at"] = "6:3"
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(book))
    status, output = run(path, "--start", "2026-11-16", "--days", 1)
    assert status == 1
    assert "rules.json: rules[0].at: expected a time" in output
    assert "porch on  (rule porch)" in output and "coffee" not in output


@pytest.mark.parametrize(
    "text", ["13:00, pc", "25:00, pc, 5", "13:00, pc, much", "xy 13:00, pc, 5"]
)
def test_a_trace_that_is_none_is_one_clear_line(tmp_path, text):
    path = tmp_path / "trace.csv"
    path.write_text(text + "\n")
    status, output = run(EXAMPLE, "--trace", path)
    assert status == 1 and "entry 1: expected TIME, NAME, VALUE" in output


def test_a_home_of_ones_own(tmp_path):
    home = {"plugs": [{"name": "lamp", "id": "bf0123456789abcdefghij"}]}
    (tmp_path / "config.json").write_text(json.dumps(home))
    rules = {"rules": [{"id": "a", "at": "12:00", "do": {"plug": "lamp", "set": "on"}}]}
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    arguments = (tmp_path / "rules.json", "--config", tmp_path / "config.json", "--days", 1)
    status, output = run(*arguments)
    assert status == 0 and "12:00:00  lamp on  (rule a)" in output


def test_devices_of_all_kinds_are_invented_too(tmp_path):
    cold = {"climate": "bath", "temperature": "<18"}
    rules = [
        {"id": "wake", "at": "06:30", "do": {"bulb": "hall", "brightness": "20%", "for": "10m"}},
        {"id": "shade", "at": "07:00", "do": {"cover": "blind", "position": "40%"}},
        {"id": "cold", "when": cold, "do": {"outlet": "fan", "set": "off"}},
        {"id": "warm", "at": "08:00", "do": {"climate": "bath", "target": 21}},
    ]
    (tmp_path / "rules.json").write_text(json.dumps({"rules": rules}))
    (tmp_path / "trace.csv").write_text("05:00, fan, on\n09:00, bath, current=17.5\n")
    arguments = ("--days", 1, "--start", "2026-11-16", "--trace", tmp_path / "trace.csv")
    status, output = run(tmp_path / "rules.json", *arguments)
    assert status == 0, output
    for line in (
        "06:30:00  hall brightness 20  (rule wake)",
        "06:40:00  hall off  (timer)",
        "07:00:00  blind position 40  (rule shade)",
        "08:00:00  bath target 21  (rule warm)",
        "09:00:00  fan off  (rule cold)",
    ):
        assert line in output, output
