"""Makes hub_assets.py: page, scripts and description of the API, of which none takes any heap.

Where they are frozen they are bytes that stay in flash. In a stock firmware, which has no room for
them among its constants, most lie behind the application: a pair of numbers says where.
"""

from plughub import BUILD
from plughub.firmware import icon, openapi, page

FOLDER = BUILD / "firmware"
_ABOUT = (
    '"""Made of firmware/page and of the table of paths, by plughub.firmware.assets."""'
    "  # not to be edited"
)
_NAME = "hub_assets.py"
# What is read in pieces, by lib/hub/system/behind.py.
_BEHIND = ("PAGE", "SETUP", "MORE", "LOGIN", "BACKUP")


def build_assets():
    """Write the module where firmware/manifest.py finds it; return its folder."""
    _write(FOLDER, _files())
    return FOLDER


def write_update_key(modulus):
    """Write the module with the public key of updates, which only a firmware of its own has."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "update_key.py").write_text(f"MODULUS = {modulus!r}\n")


def build_behind():
    """Write the same, and beside it the module for a firmware with files behind the application.

    Return (path of that module, the bytes that are to end where the partition does).
    """
    files = _files()
    _write(FOLDER, files)
    data = b"".join(files[name] for name in _BEHIND)
    at = 0
    for name in _BEHIND:
        files[name], at = (len(data) - at, len(files[name])), at + len(files[name])
    return _write(FOLDER / "behind", files), data


def _files():
    return {
        "PAGE": page.build_page(),
        "SETUP": page.build_page("setup.html"),
        "MORE": page.build_script("more.js"),
        "LOGIN": page.build_script("login.js"),
        "BACKUP": page.build_script("backup.js"),
        "ICON": icon.build_icon(),
        "ICON_SVG": (page.SOURCE / "icon.svg").read_bytes().strip(),
        "OPENAPI": openapi.build_openapi(),
    }


def _write(folder, files):
    text = "\n".join((_ABOUT, *(f"{name} = {value!r}" for name, value in files.items()), ""))
    path = folder / _NAME
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return path


if __name__ == "__main__":
    build_assets()
