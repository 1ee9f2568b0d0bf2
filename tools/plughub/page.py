"""Builds the page: one gzip file, style and script inside, nothing from anywhere else."""

import gzip

from plughub import ROOT

SOURCE = ROOT / "firmware" / "page"
NAME = "page.html.gz"
_STYLE = '<link rel="stylesheet" href="style.css">'
_SCRIPT = '<script src="app.js"></script>'


def build_page():
    """Return the page as gzip bytes; the same sources give the same bytes."""
    html = (SOURCE / "index.html").read_text()
    style = (SOURCE / "style.css").read_text()
    script = (SOURCE / "app.js").read_text()
    for part in (_STYLE, _SCRIPT):
        if html.count(part) != 1:
            raise ValueError(f"index.html: expected exactly one {part}")
    html = html.replace(_STYLE, f"<style>{_lean(style)}</style>")
    html = html.replace(_SCRIPT, f"<script>{_lean(script)}</script>")
    return gzip.compress(_lean(html).encode(), 9, mtime=0)


def _lean(text):
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
