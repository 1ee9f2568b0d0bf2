"""lib/package.json, by which mip installs the library alone."""

import json

from plughub import ROOT
from plughub.firmware.build import NOT_ON_A_BOARD
from plughub.firmware.manifest import read_manifest


def test_it_lists_every_file_that_a_board_can_use():
    package = json.loads((ROOT / "lib" / "package.json").read_text())
    lib = ROOT / "lib"
    files = {path.relative_to(lib).as_posix() for path in (lib / "tuya").glob("*.py")}
    assert package["urls"] == [[name, name] for name in sorted(files - set(NOT_ON_A_BOARD))]


#: What of it, and of the hub, a stock firmware does without: see firmware/manifest.py.
LEFT_OUT = {
    *("tuya/cloud.py", "tuya/cloud_devices.py", "tuya/cloud_errors.py", "tuya/cloud_points.py"),
    *("tuya/cloud_sign.py", "hub/cloud/__init__.py", "hub/cloud/fallback.py"),
    *("hub/cloud/project.py", "hub/net/https.py", "hub/net/fallback.py", "tuya/infrared.py"),
    *("hub/web/compat/tinytuya.py", "hub/web/home/archive.py", "hub/web/login/users.py"),
}


def test_the_firmware_holds_the_same_but_for_what_only_a_pc_can_use():
    frozen = {source.name for source in read_manifest(ROOT / "firmware" / "manifest.py")}
    package = json.loads((ROOT / "lib" / "package.json").read_text())
    library = {name for name, _ in package["urls"]}
    assert {name for name in frozen if name.startswith("tuya/")} == library - LEFT_OUT
    hub = {path.relative_to(ROOT / "lib").as_posix() for path in ROOT.glob("lib/hub/**/*.py")}
    with_slots = {path for path in hub if path.startswith(("hub/update/", "hub/web/update/"))}
    assert {name for name in frozen if name.startswith("hub/")} == hub - LEFT_OUT - with_slots
    assert library | hub > LEFT_OUT


def test_the_library_needs_nothing_else_of_ours():
    for path in (ROOT / "lib" / "tuya").glob("*.py"):
        source = path.read_text()
        assert "import hub" not in source and "from hub" not in source, path
