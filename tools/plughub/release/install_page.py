"""The page that flashes a board from a browser: static files for any web server.

    python -m plughub.release.install_page OUT STOCK.bin ...

The files of each board are made of a stock MicroPython .bin. What flashes is ESP Web Tools, which
is copied beside the page: nothing is fetched from elsewhere.
"""

import json
import shutil
import sys
from pathlib import Path

from freeze.filesystem import with_files
from hub import VERSION
from plughub import BUILD, ROOT
from plughub.firmware.image import ERRORS, freeze_hub, scripts

TOOL = BUILD / "node" / "node_modules" / "esp-web-tools"
_PAGE = Path(__file__).with_name("install.html")
# Manifest's names of the chips that can be frozen for.
_FAMILIES = {"esp32": "ESP32", "esp32s3": "ESP32-S3", "esp32c3": "ESP32-C3"}
# The board's first start takes 8 s on a slow flash, and then it listens.
_LISTENS_S = 20


def build(out, stocks):
    """Fill the folder `out` for the boards of some stock .bin files. Raises one of ERRORS.

    `manifest.json` is for a board that gets all of it, `update.json` for one whose files stay.
    """
    out.mkdir(parents=True, exist_ok=True)
    shutil.copytree(TOOL / "dist" / "web", out / "esp-web-tools", dirs_exist_ok=True)
    shutil.copy(TOOL / "LICENSE", out / "esp-web-tools")
    shutil.copy(_PAGE, out / "index.html")
    shutil.copy(ROOT / "firmware" / "page" / "icon.svg", out)
    whole, code = zip(*(_write(out, stock) for stock in stocks), strict=True)
    _write_manifest(out / "manifest.json", whole, new_install_prompt_erase=False)
    _write_manifest(out / "update.json", code, new_install_prompt_erase=True)


def _write(out, stock):
    """Write the two files of a board; return what the two manifests say of it."""
    frozen, _ = freeze_hub(stock)
    files = {
        f"plughub-{frozen.chip}-new.bin": with_files(frozen.data, scripts()),
        f"plughub-{frozen.chip}.bin": frozen.data,
    }
    for name, content in files.items():
        (out / name).write_bytes(content)
    return [
        {"chipFamily": _FAMILIES[frozen.chip], "parts": [{"path": name, "offset": frozen.offset}]}
        for name in files
    ]


def _write_manifest(path, builds, **more):
    about = {
        "name": "Plughub",
        "version": VERSION,
        "new_install_improv_wait_time": _LISTENS_S,
        "builds": builds,
    }
    path.write_text(json.dumps(about | more, indent=1))


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
    except ERRORS as error:
        sys.exit(f"No page: {error}")
