"""The login by QR code, with Tuya's own SDK against a stand-in of what it talks to.

The packages are optional for people, not for the tests.
"""

import base64
import hashlib
import hmac
import json
import sys

import pytest
import requests
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typer.testing import CliRunner

from plughub.__main__ import app
from plughub.cli import UNREACHABLE, USAGE

CLIENT = "client-of-an-integration"
REFRESH = "s3cret-refresh"
POINT = {
    "dpId": 1,
    "statusCode": "switch_1",
    "supportLocal": True,
    "valueConvert": "default",
    "statusFormat": "{}",
    "valueDesc": "{}",
    "valueType": "Boolean",
    "enumMappingMap": {},
}
PLUG = {
    "id": "bf00",
    "name": " Lamp ",
    "local_key": "0123456789abcdef",
    "category": "cz",
    "product_id": "p",
    "product_name": "Plug",
    "sub": False,
    "uuid": "u",
    "status": [],
}


class Gateway:
    """What the SDK asks: plain until the app has confirmed, encrypted with its token then."""

    def __init__(self):
        self.unconfirmed = 3
        self.unloaded = []
        self.refusal = None
        self.is_broken = False

    def request(self, session, method, url, **options):
        path = url.split("/", 3)[3].partition("?")[0]
        if path.startswith("v1.0/m/life/home-assistant/qrcode/tokens"):
            return self._answer(self._log_in(method, path))
        if self.is_broken:
            raise requests.ConnectionError(f"https://x/{REFRESH}")
        request = options["headers"]["X-requestId"]
        key = hashlib.md5((request + REFRESH).encode()).hexdigest()
        secret = hmac.new(request.encode(), key.encode(), "sha256").hexdigest()[:16].encode()
        nonce = b"0123456789ab"
        result = json.dumps(self._result(path)).encode()
        sealed = nonce + AESGCM(secret).encrypt(nonce, result, None)
        return self._answer({"success": True, "result": base64.b64encode(sealed).decode()})

    def _log_in(self, method, path):
        if method == "POST":
            return self.refusal or {"success": True, "result": {"qrcode": "qr-token"}}
        assert path.endswith("/qr-token")
        self.unconfirmed -= 1
        if self.unconfirmed >= 0:
            return {"success": False, "code": "E0020", "msg": "waiting"}
        result = {"access_token": "s3cret-access", "refresh_token": REFRESH, "expire_time": 7200}
        result |= {"uid": "u", "terminal_id": "t1", "endpoint": "https://gateway.test"}
        return {"success": True, "t": 9999999999999, "result": result}

    def _result(self, path):
        if path == "v1.0/m/life/users/homes":
            return [{"ownerId": 7, "name": "Home"}]
        if path == "v1.0/m/life/ha/home/devices":
            return [PLUG, PLUG | {"id": "bf01", "name": "Sensor", "sub": True, "local_key": ""}]
        if path.endswith("/specifications"):
            return {"functions": [], "status": []}
        if path.endswith("/status"):
            return {"productKey": "p", "dpStatusRelationDTOS": [POINT]}
        if path == "v1.0/m/token/terminal/expire":
            self.unloaded.append(path)
        return []

    def _answer(self, value):
        answer = requests.Response()
        answer.status_code = 200
        answer._content = json.dumps(value).encode()
        return answer


@pytest.fixture
def gateway(monkeypatch):
    gateway = Gateway()

    def request(session, method, url, **options):
        return gateway.request(session, method, url, **options)

    monkeypatch.setattr(requests.Session, "request", request)
    monkeypatch.setattr("plughub.keys.app_login.time.sleep", lambda seconds: None)
    return gateway


def run(*arguments):
    result = CliRunner().invoke(app, ["keys", "--user-code", "Ab12", *arguments])
    assert "s3cret" not in result.output and "Traceback" not in result.output
    return result


def test_devices_of_the_account_are_written(gateway, home):
    result = run("--client-id", CLIENT, "--devices", "devices.json")
    assert result.exit_code == 0, result.output
    assert "2 devices in the app account: 2 new" in result.output
    assert "█" in result.output  # the code
    lamp, sensor = json.loads((home / "devices.json").read_text())
    assert (lamp["name"], lamp["key"], lamp["sub"]) == ("Lamp", "0123456789abcdef", False)
    assert lamp["mapping"] == {"1": {"code": "switch_1", "type": "Boolean", "values": {}}}
    assert sensor["sub"] and sensor["parent"] == ""
    assert gateway.unloaded


def test_a_code_that_nobody_confirms_is_not_waited_for_without_end(gateway, home):
    gateway.unconfirmed = 10000
    result = run("--client-id", CLIENT)
    assert result.exit_code == UNREACHABLE and "within 5 minutes" in result.output
    assert gateway.unconfirmed == 10000 - 150


def test_a_refusal_is_told(gateway, home):
    gateway.refusal = {"success": False, "code": "E0001", "msg": "use the designated\n app"}
    result = run("--client-id", CLIENT)
    assert result.exit_code == UNREACHABLE
    assert "Tuya gives no QR code: use the designated  app (E0001)" in result.output


@pytest.mark.parametrize("refusal", [{"success": True}, {"success": True, "result": 7}])
def test_an_odd_answer_is_told(gateway, home, refusal):
    gateway.refusal = refusal
    result = run("--client-id", CLIENT)
    assert result.exit_code == UNREACHABLE and "asking for a QR code has failed" in result.output


def test_a_failure_after_the_login_shows_no_token(gateway, home):
    gateway.is_broken = True
    result = run("--client-id", CLIENT)
    assert result.exit_code == UNREACHABLE
    assert "asking for devices has failed (ConnectionError)" in result.output


def test_what_it_needs_is_named(gateway, home, monkeypatch):
    result = run()
    assert result.exit_code == USAGE and "Plughub has none of its own" in result.output
    monkeypatch.setitem(sys.modules, "tuya_sharing", None)
    result = run("--client-id", CLIENT)
    assert (
        result.exit_code == USAGE and "pip install tuya-device-sharing-sdk segno" in result.output
    )
