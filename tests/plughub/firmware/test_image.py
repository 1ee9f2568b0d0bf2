"""An image of the hub in a firmware, and how it gets on a board."""

import gzip
import subprocess
from pathlib import Path

import pytest
from stock_firmware import Stock
from typer.testing import CliRunner

from freeze.firmware_file import FirmwareFile
from freeze.freezer import Firmware
from plughub import ROOT
from plughub.__main__ import app
from plughub.firmware.assets import build_behind
from plughub.firmware.image import compile_modules
from plughub.firmware.manifest import ManifestError, read_manifest


@pytest.fixture
def stock(tmp_path):
    path = tmp_path / "stock.bin"
    path.write_bytes(Stock().build())
    return path


def plughub(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.mark.parametrize("chip", ["esp32", "esp32c3"])
def test_the_hub_is_in_the_image(tmp_path, chip):
    stock, out = tmp_path / "stock.bin", tmp_path / "out.bin"
    stock.write_bytes(Stock(chip).build())
    status, output = plughub("image", stock, out)
    assert status == 0
    assert f"MicroPython 1.26.1 for {chip}: A board.\n" in output
    assert " modules frozen: " in output and " bytes left.\n" in output
    assert "Warning: nobody tried this very .bin before." in output
    assert f"{out} is what esptool writes at {'0x1000' if chip == 'esp32' else '0x0'}.\n" in output
    names = set(Firmware(out.read_bytes()).frozen.names)
    assert {"_boot.py", "hub/__init__.py", "hub/app.py", "tuya/device.py"} <= names
    assert "tuya/cpython.py" not in names
    # A chip whose native code cannot be frozen has the same in bytecode.
    assert ("tuya/ghash_viper.py" in names) == (chip == "esp32")


def test_it_fits_into_the_partition_of_a_stock_firmware():
    # Constants grow by pages of 64 kB, and five of them is what ESP32_GENERIC 1.26.0 has room for:
    # what these bytes become there was 325,376 of 327,680.
    modules, _ = compile_modules("xtensawin")
    assert sum(len(data) for _, data in modules) <= 317_900


def test_the_page_lies_behind_the_application_and_takes_none_of_its_constants(tmp_path, stock):
    out = tmp_path / "out.bin"
    assert plughub("image", stock, out)[0] == 0
    file = FirmwareFile(out.read_bytes())
    partition = Path(out).read_bytes()[: file.partition.end - file.offset]
    module, behind = {}, file.behind.lstrip(b"\xff")
    exec(build_behind()[0].read_text(), module)
    for name in ("PAGE", "SETUP", "MORE", "LOGIN", "BACKUP"):
        from_end, size = module[name]
        at = len(partition) - from_end
        assert gzip.decompress(partition[at : at + size]), name
        assert partition[at : at + size] in behind
    assert isinstance(module["OPENAPI"], bytes)


def test_what_does_not_fit_behind_the_application_is_no_image(tmp_path, stock):
    out = tmp_path / "out.bin"
    assert plughub("image", stock, out)[0] == 0
    application = len(FirmwareFile(out.read_bytes()).image.to_bytes())
    out.unlink()
    stock.write_bytes(Stock(partition=application + 0x1000).build())
    status, output = plughub("image", stock, out)
    assert status == 1 and "bytes of its partition" in output
    assert not out.exists()


def test_a_configuration_brings_files(tmp_path, stock):
    out, config = tmp_path / "out.bin", tmp_path / "home.json"
    config.write_text('{"plugs": []}')
    status, output = plughub("image", stock, out, "--config", config)
    assert status == 0
    assert "The file system has boot.py, main.py, config.json.\n" in output
    assert "It holds the configuration, keys and passwords included.\n" in output
    assert b'{"plugs": []}' in out.read_bytes()[0x200000 - 0x1000 :]


def test_what_cannot_be_frozen_is_one_line_and_no_file(tmp_path, stock):
    out = tmp_path / "out.bin"
    stock.write_bytes(Stock(version=(1, 20, 0)).build())
    status, output = plughub("image", stock, out)
    assert status == 1
    assert output == f"No image: {stock}: MicroPython 1.25 or later is wanted, this is 1.20.0\n"
    assert not out.exists()


@pytest.fixture
def written(monkeypatch):
    """Return [(esptool's arguments, the file it is to write)] of what was run instead of it."""
    runs = []

    def run(command, check):
        runs.append((command[3:], Path(command[-1]).read_bytes()))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("plughub.board.flash.subprocess.run", run)
    return runs


def test_flash_writes_the_hub_and_leaves_the_files(stock, written):
    status, _ = plughub("flash", "/dev/ttyUSB0", stock)
    [(arguments, data)] = written
    assert status == 0
    assert arguments[:4] == ["--chip", "esp32", "--port", "/dev/ttyUSB0"]
    assert arguments[6:8] == ["write-flash", "0x1000"]
    assert "hub/app.py" in Firmware(data).frozen.names
    assert len(data) == 0x200000 - 0x1000  # up to the end of the application's partition


def test_flash_writes_a_stock_firmware_as_it_is(stock, written):
    status, _ = plughub("flash", "/dev/ttyUSB0", stock, "--stock", "--erase")
    [(arguments, data)] = written
    assert status == 0
    assert arguments[-4:] == ["write-flash", "--erase-all", "0x1000", str(stock)]
    assert data == stock.read_bytes()


@pytest.mark.parametrize("option", [(), ("--stock",)])
def test_flash_writes_nothing_that_is_no_firmware(stock, written, option):
    stock.write_bytes(b"PK" + bytes(100))
    status, output = plughub("flash", "/dev/ttyUSB0", stock, *option)
    assert (status, written) == (1, [])
    assert output.startswith(f"Not flashed: {stock}: this is no firmware image")


def test_the_manifest_of_the_firmware():
    sources = {source.name: source for source in read_manifest(ROOT / "firmware/manifest.py")}
    assert sources["hub/app.py"].path == ROOT / "lib/hub/app.py"
    assert sources["hub/app.py"].optimisation == 3
    assert not {"boot.py", "main.py"} & sources.keys()


def test_what_a_manifest_may_say(tmp_path):
    for name in ("lib/pkg/__init__.py", "lib/pkg/sub/a.py", "lib/one.py", "lib/two.py", "c/d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "c/more.py").write_text('freeze(".", "d.py", opt=3)')
    path = tmp_path / "manifest.py"
    path.write_text(
        'metadata(version="1")\n'
        'include("$(PORT_DIR)/boards/manifest.py")\n'
        'include("c/more.py")\n'
        'package("pkg", base_path="lib")\n'
        'module("one.py", base_path="lib", opt=1)\n'
    )
    sources = read_manifest(path)
    assert [(s.name, s.optimisation) for s in sources] == [
        *(("d.py", 3), ("pkg/__init__.py", 0), ("pkg/sub/a.py", 0), ("one.py", 1))
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('module("no.py")', r"no\.py, which there is not"),
        ('package("none")', "none, where no .py file is"),
        ('require("aioble")', "requires 'aioble'"),
        ('include("missing.py")', r"missing\.py cannot be read"),
        ("def (", r"manifest\.py cannot be read"),
    ],
)
def test_what_a_manifest_may_not_say(tmp_path, text, words):
    path = tmp_path / "manifest.py"
    path.write_text(text)
    with pytest.raises(ManifestError, match=words):
        read_manifest(path)
