"""The bill of materials that goes with a release."""

import hashlib
import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from interpreters import missing

from hub import VERSION
from plughub.release import install_page, sbom


@pytest.fixture
def told(tmp_path):
    if not install_page.TOOL.exists():
        missing("no ESP Web Tools: make build/.node")
    (tmp_path / "plughub-esp32.bin").write_bytes(b"a firmware")
    return sbom.to_json(sbom.bill([tmp_path / "plughub-esp32.bin"]))


def test_it_is_what_the_standard_says(told):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(told) is None


def test_it_names_what_is_in_a_release_and_the_sum_of_each_file(told):
    bill = json.loads(told)
    assert bill["metadata"]["component"]["version"] == VERSION
    parts = {part["name"]: part for part in bill["components"]}
    # What the wheel wants, what that wants, what runs on a board, what flashes one.
    assert {"cryptography", "cffi", "typer", "micropython", "esp-idf", "esp-web-tools"} <= set(
        parts
    )
    assert parts["micropython"]["purl"].startswith("pkg:github/micropython/micropython@v1.")
    assert parts["cryptography"]["licenses"]
    assert "pytest" not in parts  # nothing that only the tests want
    digest = hashlib.sha256(b"a firmware").hexdigest()
    assert parts["plughub-esp32.bin"]["hashes"] == [{"alg": "SHA-256", "content": digest}]
