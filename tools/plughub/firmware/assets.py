"""Makes hub_assets.py: page, scripts and description of the API as bytes that stay in flash."""

from plughub import BUILD
from plughub.firmware import icon, openapi, page

FOLDER = BUILD / "firmware"
_ABOUT = (
    '"""Made of firmware/page and of the table of paths, by plughub.firmware.assets."""'
    "  # not to be edited"
)


def build_assets():
    """Write the module where firmware/manifest.py finds it; return its folder."""
    text = "\n".join(
        (
            _ABOUT,
            f"PAGE = {page.build_page()!r}",
            f"SETUP = {page.build_page('setup.html')!r}",
            f"MORE = {page.build_script('more.js')!r}",
            f"LOGIN = {page.build_script('login.js')!r}",
            f"BACKUP = {page.build_script('backup.js')!r}",
            f"ICON = {icon.build_icon()!r}",
            f"ICON_SVG = {(page.SOURCE / 'icon.svg').read_bytes().strip()!r}",
            f"OPENAPI = {openapi.build_openapi()!r}",
            "",
        )
    )
    path = FOLDER / "hub_assets.py"
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return FOLDER


if __name__ == "__main__":
    build_assets()
