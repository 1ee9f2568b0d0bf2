"""The hub on the platform of a PC: its own tests there, and the types for each system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from interpreters import missing

from plughub import ROOT

#: Those that are about the very limits that a PC does not have.
_OF_A_BOARD = (
    "config/test_schema.py::test_a_whole_configuration",
    "test_log.py::test_the_last_lines_are_kept_and_memory_does_not_grow",
    "web/login/test_passwords.py::test_tokens_and_logins_have_a_bound_each_and_old_logins_make_room",
    "web/test_auth.py::test_a_token_allows_its_scope_and_those_below",
    "web/test_auth.py::test_what_is_remembered_of_senders_has_a_bound",
    "web/test_auth.py::test_without_authentication_everything_is_allowed",
    "web/test_backup.py::test_a_long_upload_is_for_administrators_that_send_bytes",
    "web/test_events.py::test_streams_are_few_and_need_memory",
    "web/test_http.py::test_a_long_body_leaves_others_their_turn",
    "web/test_server.py::test_a_change_that_begins_meanwhile_keeps_who_waits_waiting",
    "web/test_server.py::test_many_may_wait_again_when_who_waited_has_gone",
    "web/test_server.py::test_many_may_wait_while_there_is_room_and_few_while_there_is_none",
    "web/test_server.py::test_who_waits_for_a_place_goes_before_who_comes_back",
    "web/test_writer.py::test_a_lack_of_memory_is_told_only_while_nothing_has_left",
    "web/test_writer.py::test_an_answer_waits_while_memory_is_scarce_but_not_for_ever",
    "web/test_writer.py::test_long_parts_are_cut_and_nothing_is_lost_or_doubled",
)


def test_the_tests_of_the_hub_on_the_platform_of_a_pc():
    words = [f"--deselect=tests/hub/{name}" for name in _OF_A_BOARD]
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("tests", "lib", "tools"))
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "pc_platform", "tests/hub", *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert found.returncode == 0, found.stdout[-5000:] + found.stderr


@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_its_types_are_right_on(system):
    pyright = Path(sys.executable).parent / "pyright"
    if not pyright.exists():
        missing("no pyright")
    words = ("--pythonplatform", system, "--pythonpath", sys.executable)
    found = subprocess.run(
        [pyright, *words, "-p", ROOT / "tests" / "pyright_pc.json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert found.returncode == 0, found.stdout
