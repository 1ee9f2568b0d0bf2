"""A broker that shows a certificate: the right one, one of another name, one of somebody else."""

import asyncio
import datetime as dt
import ipaddress
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from interpreters import need_micropython
from mqtt_board import connected
from simulated_home import home

from plughub import ROOT

HERE = "127.0.0.1"
SCRIPT = Path(__file__).with_name("tls_client.py")
_DAY = dt.timedelta(days=1)


def _named(name):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def make(folder, name, issuer=None):
    """Make a key and its certificate, of a server where there is an issuer; return both."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer[1].subject if issuer else _named(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 30 * _DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))])
        certificate = certificate.add_extension(names, critical=False)
    certificate = certificate.sign(issuer[0] if issuer else key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return key, certificate


async def talk(tmp_path, interpreter, mosquitto, ca, server=HERE):
    """Return what a client says of a broker of this machine whose certificate is of `server`."""
    authority = make(tmp_path, "authority")
    make(tmp_path, "somebody")
    make(tmp_path, server, authority)
    broker = mosquitto(
        "allow_anonymous true",
        f"certfile {tmp_path / f'{server}.pem'}",
        f"keyfile {tmp_path / f'{server}.key'}",
    )
    async with broker:
        process = await asyncio.create_subprocess_exec(
            *(interpreter, SCRIPT, ROOT / "lib", str(broker.port), HERE, tmp_path / f"{ca}.pem"),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 30)
        return output.decode().splitlines()[-1]


@pytest.fixture(params=["CPython", 64], ids=["CPython", "64-bit"])
def interpreter(request):
    return sys.executable if request.param == "CPython" else need_micropython(request.param)


async def test_the_right_certificate(tmp_path, interpreter, mosquitto):
    assert await talk(tmp_path, interpreter, mosquitto, "authority") == "connected"


async def test_a_certificate_that_somebody_else_has_signed(tmp_path, interpreter, mosquitto):
    said = await talk(tmp_path, interpreter, mosquitto, "somebody")
    assert "is not reached" in said and "certificate" in said


async def test_a_certificate_of_another_name(tmp_path, interpreter, mosquitto):
    said = await talk(tmp_path, interpreter, mosquitto, "authority", "192.0.2.7")
    assert "is not reached" in said and "certificate" in said


async def test_a_hub_on_it(tmp_path, mosquitto):
    authority = make(tmp_path, "authority")
    make(tmp_path, HERE, authority)
    files = f"certfile {tmp_path / f'{HERE}.pem'}", f"keyfile {tmp_path / f'{HERE}.key'}"
    broker = mosquitto("allow_anonymous true", *files)
    mqtt = {"host": HERE, "port": broker.port, "tls": True, "ca": str(tmp_path / "authority.pem")}
    async with broker, home(tmp_path / "flash", None, mqtt=mqtt) as (*_, port):
        assert await connected(port) == {"host": HERE, "connected": True, "error": None}
