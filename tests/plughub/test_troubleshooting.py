"""docs/troubleshooting.md quotes what the code really says, and leaves no error out."""

import re

import tuya.errors
from plughub import ROOT
from tuya.advice import ADVICE

TEXT = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")


def sources():
    """Return what the library, the hub and the command say, on one line, quotes joined."""
    files = [*ROOT.glob("lib/**/*.py"), *ROOT.glob("tools/plughub/**/*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(files))
    return re.sub(r'"\s*\n\s*f?"', "", text)


def test_each_error_of_the_library_has_its_row():
    names = {name for name, kind in vars(tuya.errors).items() if isinstance(kind, type)}
    names.remove("TuyaError")
    assert names == set(ADVICE)
    for name in names:
        assert f"`{name}`" in TEXT, name


def test_what_it_quotes_is_what_is_said():
    said = sources()
    rows = re.findall(r"^\|(.*)\|$", TEXT, re.MULTILINE)
    quotes = [quote for row in rows for quote in re.findall(r"`([^`]*)`", row.split("|")[0])]
    plugs = TEXT.partition("## A plug")[2].partition("## The board")[0]
    for row in re.findall(r"^\| `.*\|$", plugs, re.MULTILINE):
        quotes += re.findall(r"`([^`]*)`", row.split("|")[2])
    assert len(quotes) > 40
    for quote in quotes:
        general = quote.replace("/dev/ttyUSB0", "{name}").replace("plugs[0].key: expected", "")
        assert general.strip(": ") in said, quote
