"""Builds the page: one gzip file, style and scripts inside; what few need is loaded later."""

import re

import minify
import zopfli.gzip

from plughub import ROOT

SOURCE = ROOT / "firmware" / "page"
_STYLE = re.compile(r'<link rel="stylesheet" href="([\w.]+)">')
_SCRIPTS = re.compile(r'(?:<script src="[\w.]+"></script>\s*)+')
_NAME_OF_SCRIPT = re.compile(r'src="([\w.]+)"')
_JOINED = re.compile(r"^ *//= (\S+)$", re.MULTILINE)


def build_page(name="index.html"):
    """Return a page as gzip bytes; the same sources give the same bytes."""
    html = (SOURCE / name).read_text()
    html = _STYLE.sub(lambda found: f"<style>{(SOURCE / found[1]).read_text()}</style>", html)
    html = _SCRIPTS.sub(_one_script, html)
    return zopfli.gzip.compress(minify.string("text/html", html).encode())


def build_script(name):
    """Return a script that the page loads when it is needed, as gzip bytes.

    A line "//= FILE" in it stands for what that file has.
    """
    script = (SOURCE / name).read_text()
    script = _JOINED.sub(lambda found: (SOURCE / found[1]).read_text(), script)
    return zopfli.gzip.compress(minify.string("text/javascript", script).encode())


def _one_script(found):
    """Join scripts in a scope of their own: names that nobody else can see become short."""
    scripts = [(SOURCE / name).read_text() for name in _NAME_OF_SCRIPT.findall(found[0])]
    return "<script>(() => {" + "\n".join(scripts) + "})();</script>"
