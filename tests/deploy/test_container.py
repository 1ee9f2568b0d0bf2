"""The container: what its files promise, and its commands in a folder of this machine."""

import json
import re
import shlex
import subprocess
import sys

import yaml
from http_client import ask
from served_home import Served, write_config

from fakeplug.ports import free_port
from plughub import ROOT
from plughub.serve.health import is_healthy

DEPLOY = ROOT / "deploy"


def instructions():
    """Return [(instruction, rest)] of the Dockerfile."""
    text = (DEPLOY / "Dockerfile").read_text()
    lines = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", text)).splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line]


def of(name):
    return [rest for instruction, rest in instructions() if instruction == name]


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_it_runs_without_a_privilege():
    assert of("USER") == ["10001:10001"]  # a number: an engine can see that it is not root
    users = [i for i, (name, _) in enumerate(instructions()) if name == "USER"]
    later = [name for name, _ in instructions()[users[0] :]]
    assert "RUN" not in later and "COPY" not in later
    assert of("VOLUME") == ["/data"]
    for service in compose()["services"].values():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert "privileged" not in service


def test_what_hadolint_asks_of_it():
    for base in of("FROM"):
        image = base.split()[0]
        assert re.search(r":\d[\w.]*", image) and "latest" not in image  # DL3006, DL3007
    assert not of("ADD")  # DL3020
    assert all(path.startswith("/") for path in of("WORKDIR"))  # DL3000
    for command in of("RUN"):
        assert "sudo" not in command and not command.startswith("cd ")  # DL3004, DL3003
        assert "pip install" not in command or "--no-cache-dir" in command  # DL3042
    for name in ("ENTRYPOINT", "CMD"):
        (words,) = of(name)
        assert isinstance(json.loads(words), list)  # DL3025
    assert len(of("HEALTHCHECK")) == 1
    for service in compose()["services"].values():
        image = service["image"]
        assert "build" in service or re.search(r":v?\d+\.\d+", image), image


def test_all_that_it_copies_is_there_and_let_in():
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for line in of("COPY"):
        if line.startswith("--from"):
            continue
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert any(
                "!" + source == rule or (rule == "!*.example.json" and "example" in source)
                for rule in allowed
            ), source


def test_what_compose_mounts_is_there():
    for name, service in compose()["services"].items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), (name, source)
            else:
                assert source in compose()["volumes"]
    for path in DEPLOY.rglob("*.y*ml"):
        assert yaml.safe_load(path.read_text()), path


def test_the_hub_is_where_prometheus_and_the_dashboard_look():
    settings = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
    (target,) = settings["scrape_configs"][0]["static_configs"][0]["targets"]
    environment = dict(part.split("=", 1) for part in shlex.split(" ".join(of("ENV"))))
    assert target.endswith(":" + environment["PLUGHUB_PORT"])
    assert (
        "host.docker.internal:host-gateway" in (compose()["services"]["prometheus"]["extra_hosts"])
    )


async def test_its_command_serves_and_its_health_is_told(tmp_path):
    assert of("ENTRYPOINT") == ['["plughub"]'] and of("CMD") == ['["serve"]']
    port = free_port()
    assert not is_healthy(port)
    write_config(tmp_path, {"web": {"auth": False}})
    environment = {"PLUGHUB_PORT": str(port), "PLUGHUB_HOST": "127.0.0.1"}
    async with Served(tmp_path, **environment) as hub:
        assert await hub.page() == port
        assert (await ask(port, "GET", "/health"))[0] == 200
        assert is_healthy(port)
        check = re.search(r"CMD (\[.*\])", of("HEALTHCHECK")[0])
        words = json.loads(check[1])
        paths = f"{ROOT / 'lib'}:{ROOT / 'tools'}"
        found = subprocess.run(
            [sys.executable, *words[1:]],
            env={"PYTHONPATH": paths, "PLUGHUB_PORT": str(port)},
            check=False,
            timeout=20,
        )
        assert found.returncode == 0
    assert not is_healthy(port)
