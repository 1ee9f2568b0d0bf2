"""docs/keys.md: its program runs, and it names all that there is."""

import os
import re
import subprocess
import sys

from openapi_server import an_api
from openapi_standin import CLIENT_ID, SECRET
from typer.testing import CliRunner

import tuya.cloud_errors
from plughub import ROOT
from plughub.__main__ import app
from tuya.cloud import HOSTS

TEXT = (ROOT / "docs" / "keys.md").read_text()


def test_its_program_lists_devices(servers):
    (program,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-c", program.replace("openapi.tuyaeu.com", servers.serve(an_api()))],
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT / "lib"),
            "TUYA_CLIENT_ID": CLIENT_ID,
            "TUYA_CLIENT_SECRET": SECRET,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.splitlines()[0] == "bf000000000000000000xy Plug 0", result.stderr
    assert len(result.stdout.splitlines()) == 3


def test_it_names_all_options_regions_and_errors():
    usage = CliRunner().invoke(app, ["keys", "--help"], env={"COLUMNS": "200"}).output
    for option in set(re.findall(r"--[a-z-]+", usage)) - {"--help"}:
        assert option in TEXT, option
    for region, _ in HOSTS:
        assert f"`{region}`" in TEXT
    for kind, codes in tuya.cloud_errors._CLASSES:
        assert f"`{kind.__name__}`" in TEXT and codes
