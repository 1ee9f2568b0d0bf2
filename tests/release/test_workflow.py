"""What a tag makes of the repository: only as far as it can be seen without a tag."""

import re

import yaml

from freeze.known import KNOWN
from plughub import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())


def commands(job):
    return "\n".join(step.get("run", "") for step in WORKFLOW["jobs"][job]["steps"])


def test_a_tag_makes_it_and_nothing_else_does():
    assert WORKFLOW[True] == {"push": {"tags": ["v*"]}}  # "on", as YAML 1.1 reads it
    assert WORKFLOW["permissions"] == {"contents": "read"}


def test_every_target_of_make_that_it_wants_is_there():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    wanted = {
        word for job in WORKFLOW["jobs"] for word in re.findall(r"make ([a-z-]+)", commands(job))
    }
    assert wanted == {"firmware", "install-page", "sbom"} and wanted <= set(targets)


def test_the_stock_firmware_is_one_that_ran_and_is_proved_to_be_that():
    [step] = [s for s in WORKFLOW["jobs"]["package"]["steps"] if "STOCK" in s.get("env", {})]
    name, version = KNOWN[step["env"]["SHA256"]].split()
    assert step["env"]["STOCK"].startswith(name) and f"-v{version}." in step["env"]["STOCK"]
    assert "sha256sum --check" in step["run"]


def test_what_is_released_has_sums_a_bill_and_proof_of_where_it_was_made():
    job = WORKFLOW["jobs"]["release"]
    assert job["needs"] == ["build", "package"]
    used = [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step]
    assert used.index("actions/attest-build-provenance") < used.index(
        "softprops/action-gh-release"
    )
    assert job["permissions"]["attestations"] == job["permissions"]["id-token"] == "write"
    assert "SHA256SUMS" in commands("release") and "make sbom" in commands("release")
    assert (ROOT / "deploy" / "Dockerfile").exists()
