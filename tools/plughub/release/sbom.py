"""The bill of materials of a release, as CycloneDX 1.6 has it.

    python -m plughub.release.sbom OUT.json FILE ...

FILE ... is what the release consists of: each is told with its SHA-256. Versions of Python
packages are those that are installed here.
"""

import json
import sys
import tomllib
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hub import VERSION
from plughub import ROOT
from plughub.firmware.idf import CONTAINER, MICROPYTHON_TAG
from plughub.release.install_page import TOOL

_PROJECT = ROOT / "pyproject.toml"
_EXTRAS = ("cli", "serve")
_IDF_TAG = CONTAINER.rpartition(":")[2]
_LICENSE_MAX = 60
_licenses = LicenseFactory()


def bill(files):
    """Return the Bom of a release that consists of some files."""
    bom = Bom()
    root = _component("plughub", VERSION, ComponentType.APPLICATION, "MIT")
    bom.metadata.component = root
    parts = [*_firmware(), *_python_packages(), *map(_file, files)]
    bom.components.update(parts)
    bom.register_dependency(root, parts)
    return bom


def to_json(bom):
    """Return the text of a Bom."""
    return JsonV1Dot6(bom).output_as_string(indent=1)


def _firmware():
    """Yield what firmware and install page contain beside the project's own code."""
    for owner, name, tag, license in (
        ("micropython", "micropython", MICROPYTHON_TAG, "MIT"),
        ("espressif", "esp-idf", _IDF_TAG, "Apache-2.0"),
    ):
        purl = PackageURL("github", owner, name, tag)
        yield _component(name, tag.removeprefix("v"), ComponentType.FRAMEWORK, license, purl)
    about = json.loads((TOOL / "package.json").read_text())
    name, version = about["name"], about["version"]
    purl = PackageURL("npm", None, name, version)
    yield _component(name, version, ComponentType.LIBRARY, about["license"], purl)


def _python_packages():
    """Yield what the wheel wants, and what that wants."""
    project = tomllib.loads(_PROJECT.read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in _EXTRAS:
        wanted += project["optional-dependencies"][extra]
    seen = set()
    while wanted:
        needed = Requirement(wanted.pop())
        name = canonicalize_name(needed.name)
        if name in seen or (needed.marker and not needed.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # what another system wants
        wanted += found.requires or []
        purl = PackageURL("pypi", None, name, found.version)
        license = found.metadata.get("License-Expression") or found.metadata.get("License")
        if license and len(license) > _LICENSE_MAX:
            license = None  # its whole text
        yield _component(name, found.version, ComponentType.LIBRARY, license, purl)


def _file(path):
    digest = HashType(alg=HashAlgorithm.SHA_256, content=sha256(path.read_bytes()).hexdigest())
    return Component(name=path.name, version=VERSION, type=ComponentType.FILE, hashes=[digest])


def _component(name, version, type, license=None, purl=None):
    licenses = [_licenses.make_from_string(license)] if license else []
    reference = purl.to_string() if purl else name
    return Component(
        name=name, version=version, type=type, licenses=licenses, purl=purl, bom_ref=reference
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(to_json(bill([Path(name) for name in sys.argv[2:]])))
