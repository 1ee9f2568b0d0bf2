"""What an IDE knows of the library: every public name has its type, and none of them is Any."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import tuya
import tuya.sync
from plughub import ROOT

LIB = ROOT / "lib" / "tuya"
_PYRIGHT = Path(sys.executable).with_name("pyright")
# Where the classes are that a public name leads to: what a call returns, or builds upon.
_IN_STUBS = ("Codec", "Message")
_REACHED = ("shapes.", "changes.", "gateway.Child", "frame.", "codec35.", "sync.")


def public():
    """Return the beginnings of the full names of all that is public."""
    # What is made by a call has its type in the stub of the package, or in shapes.pyi.
    named = [f"tuya.{home}.{name}" for name, home in tuya._HOME if name not in _IN_STUBS]
    stubs = [f"tuya.{name}" for name in _IN_STUBS]
    return (*named, *stubs, *[f"tuya.{home}" for home in _REACHED])


def test_no_public_name_is_of_an_unknown_type(tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(LIB, tmp_path / "tuya", ignore=ignore)
    result = subprocess.run(
        [_PYRIGHT, "--verifytypes", "tuya", "--ignoreexternal", "--outputjson"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    symbols = json.loads(result.stdout)["typeCompleteness"]["symbols"]
    beginnings = public()
    seen = [symbol for symbol in symbols if symbol["name"].startswith(beginnings)]
    assert len(seen) > 200
    unknown = [symbol["name"] for symbol in seen if not symbol["isTypeKnown"]]
    assert [name for name in unknown if "._" not in name.replace(".__", "")] == []


def test_the_stub_of_the_package_has_all_names():
    stub = ast.parse((LIB / "__init__.pyi").read_text())
    imported = {
        alias.asname
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    defined = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)}
    assert imported | defined == {name for name, _ in tuya._HOME}


def test_the_stub_of_sync_has_what_sync_has():
    stub = ast.parse((LIB / "sync.pyi").read_text())
    classes = {node.name: node for node in stub.body if isinstance(node, ast.ClassDef)}
    assert set(classes) == {"Device", "Outlet", "Bulb", "Cover", "Climate", "Infrared"}
    for name, node in classes.items():
        made = getattr(tuya.sync, name)
        inherited = set() if name == "Device" else set(vars(tuya.sync.Device))
        there = {member for member in vars(made) if not member.startswith("_")} - inherited
        told = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
        assert there <= told, (name, there - told)
        assert all(hasattr(made, member) for member in told), name
