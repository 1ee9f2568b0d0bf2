"""lib/package.json, by which mip installs the library alone."""

import json

from plughub import ROOT


def test_it_lists_every_file_that_a_board_can_use():
    package = json.loads((ROOT / "lib" / "package.json").read_text())
    files = {path.name for path in (ROOT / "lib" / "tuya").glob("*.py")} - {"cpython.py"}
    assert package["urls"] == [[f"tuya/{name}", f"tuya/{name}"] for name in sorted(files)]


def test_the_library_needs_nothing_else_of_ours():
    for path in (ROOT / "lib" / "tuya").glob("*.py"):
        source = path.read_text()
        assert "import hub" not in source and "from hub" not in source, path
