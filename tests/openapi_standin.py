"""A stand-in of Tuya's OpenAPI, on CPython and MicroPython. It shares no code with the library.

It checks every signature, and is itself judged by the clients of others: see
tests/interop/test_openapi.py. answer() is one request without HTTP, respond() with its faults.

Source: developer.tuya.com, "Sign Requests", "Get a Token", "Global Error Codes".
"""

import asyncio
import json
from binascii import hexlify
from hashlib import sha256

CLIENT_ID = "1kad46orthafikdsxeg0"
SECRET = "4ohbonwoqaec1mwxopvl3yv50s0qgsrc"
UID = "eu1600000000000abcde"
TOKEN_S = 7200
CLOCK_MS = 300000

MESSAGES = {
    1004: "sign invalid",
    1005: "clientId is invalid",
    1010: "token invalid",
    1013: "request time is invalid",
    1106: "permission deny",
    1108: "uri path invalid",
    1199: "your requests are too frequent",
    2007: "your ip(192.0.2.7) cross-region access is not allowed",
    2009: "not support this device",
    28841002: "No permissions. Your subscription to cloud development plan has expired.",
    28841004: "No permissions. Your quota of Trial Edition is used up.",
    28841105: "No permissions. This project is not authorized to call this API.",
    28841107: "No permission. The data center is suspended.",
}


class OpenApi:
    """One data centre with one project. `devices` are as the cloud lists them.

    `faults` is a list of (beginning of a path, fault, how often): a code, "slow", "drop", "half"
    (of the answer) or "page" (a login page). `specifications` are {product_id: ...}. `asked` keeps
    the paths. A device may have "mac" and "sn" as well, which only factory-infos tells.
    """

    def __init__(self, now_ms, devices=(), specifications=None, page=50):
        self.now_ms = now_ms
        self.devices = list(devices)
        self.specifications = specifications or {}
        self.page = page
        self.faults = []
        self.transport_faults = ()  # "cut": the connection ends in the middle of an answer
        self.asked = []
        self.commands = []  # (id, body)
        self.client_id = CLIENT_ID
        self.secret = SECRET
        self.hides_keys = False  # in the list of all accounts, as for some projects
        self.token_s = TOKEN_S
        self._access = None
        self._refresh = None
        self._expires_ms = 0
        self._tokens = 0
        self._nonces = set()

    def expire(self):
        """End the access token now."""
        self._expires_ms = 0

    async def respond(self, method, target, headers, body):
        """Return (status, bytes) of a request. Raises OSError for a connection that drops."""
        path, _ = split(target)
        fault = self._fault(path)
        if fault == "slow":
            await asyncio.Event().wait()
        if fault == "drop":
            raise OSError(104)
        if fault == "page":
            return 200, b"<html>Log in to the hotel's network</html>"
        if isinstance(fault, int):
            self.asked.append(path)
            answer = self._refusal(fault)
        else:
            answer = self.answer(method, target, headers, body)
        data = json.dumps(answer).encode()
        return 200, data[: len(data) // 2] if fault == "half" else data

    def answer(self, method, target, headers, body=b""):
        """Return the answer to one request: "target" is path and query, percent-encoded."""
        path, query = split(target)
        self.asked.append(path)
        headers = {name.lower(): headers[name] for name in headers}
        is_token = path == "/v1.0/token" or path.startswith("/v1.0/token/")
        access = "" if is_token else headers.get("access_token", "")
        code = self._check(method, path, query, headers, body, access)
        if not code and not is_token and not self._is_valid(access):
            code = 1010
        if code:
            return self._refusal(code)
        result = self._route(method, path, query, body)
        return self._refusal(result) if type(result) is int else self._success(result)

    # --- who may ask ---

    def _check(self, method, path, query, headers, body, access):
        if headers.get("client_id") != self.client_id:
            return 1005
        t = headers.get("t", "")
        if not t.isdigit() or len(t) != 13 or abs(int(t) - self.now_ms()) > CLOCK_MS:
            return 1013
        nonce = headers.get("nonce", "")
        if nonce and nonce in self._nonces:
            return 1004
        url = path
        if query:
            url += "?" + "&".join([name + "=" + query[name] for name in sorted(query)])
        names = [name for name in headers.get("signature-headers", "").split(":") if name]
        signed = "".join([f"{name}:{headers.get(name.lower(), '')}\n" for name in names])
        content = hexlify(sha256(body).digest()).decode()
        text = self.client_id + access + t + nonce
        text += "\n".join((method, content, signed, url))
        right = hexlify(hmac_sha256(self.secret.encode(), text.encode())).decode().upper()
        if headers.get("sign") != right or headers.get("sign_method") != "HMAC-SHA256":
            return 1004
        self._nonces.add(nonce)
        return None

    def _is_valid(self, access):
        return access and access == self._access and self.now_ms() < self._expires_ms

    def _new_token(self):
        self._tokens += 1
        self._access = f"acce55{self._tokens:026x}"
        self._refresh = f"4ef4e5{self._tokens:026x}"
        self._expires_ms = self.now_ms() + self.token_s * 1000
        return self._token()

    def _token(self):
        return {
            "access_token": self._access,
            "refresh_token": self._refresh,
            "expire_time": (self._expires_ms - self.now_ms()) // 1000,
            "uid": "bay1600000000000proj",
        }

    # --- what there is ---

    def _route(self, method, path, query, body):
        parts = path.strip("/").split("/")
        if method == "GET" and path == "/v1.0/token":
            if query.get("grant_type") != "1":
                return 1003
            return self._token() if self._is_valid(self._access) else self._new_token()
        if method == "GET" and parts[:2] == ["v1.0", "token"]:
            return self._new_token() if parts[2] == self._refresh else 1010
        if method == "GET" and path == "/v1.0/iot-01/associated-users/devices":
            return self._list(query, "devices", int(query.get("size", 20)), self.hides_keys)
        if method == "GET" and path == "/v1.3/iot-03/devices":
            if query.get("source_type") != "tuyaUser" or query.get("source_id") != UID:
                return 1106
            return self._list(query, "list", int(query.get("page_size", 20)), False)
        if method == "GET" and path == "/v1.0/devices/factory-infos":
            ids = query.get("device_ids", "").split(",")
            if len(ids) > 50:
                return 1109
            found = [device for device in self.devices if device["id"] in ids]
            return [_only(device, ("id", "mac", "sn", "uuid")) for device in found]
        if method == "GET" and parts[:2] == ["v1.0", "users"] and parts[3:] == ["devices"]:
            return self._shown(False)
        if method == "GET" and len(parts) == 3 and parts[:2] == ["v1.0", "devices"]:
            device = self._device(parts[2])
            return dict(device, uid=UID) if device else 1106
        if (
            method == "GET"
            and parts[:2] == ["v1.1", "devices"]
            and parts[3:] == ["specifications"]
        ):
            device = self._device(parts[2])
            if not device:
                return 1106
            return self.specifications.get(device.get("product_id"), 2009)
        if method == "POST" and parts[:3] == ["v1.0", "iot-03", "devices"]:
            if not self._device(parts[3]):
                return 1106
            self.commands.append((parts[3], json.loads(body)))
            return True
        return 1108

    def _device(self, id):
        return next((device for device in self.devices if device["id"] == id), None)

    def _shown(self, hides_keys):
        hidden = ("mac", "sn", "local_key", "gateway_id") if hides_keys else ("mac", "sn")
        return [
            {name: device[name] for name in device if name not in hidden}
            for device in self.devices
        ]

    def _list(self, query, name, size, hides_keys):
        start = int(query.get("last_row_key", "row0")[3:])
        size = min(size, self.page)
        shown = self._shown(hides_keys)
        return {
            name: shown[start : start + size],
            "has_more": start + size < len(shown),
            "last_row_key": f"row{start + size}",
            "total": len(shown),
        }

    def _fault(self, path):
        for i, (beginning, fault, count) in enumerate(self.faults):
            if path.startswith(beginning):
                self.faults[i : i + 1] = [(beginning, fault, count - 1)] if count > 1 else []
                return fault
        return None

    def _success(self, result):
        return {"result": result, "success": True, "t": self.now_ms(), "tid": "0123"}

    def _refusal(self, code):
        text = MESSAGES.get(code, "refused")
        return {"code": code, "msg": text, "success": False, "t": self.now_ms(), "tid": "0123"}


def _only(value, names):
    return {name: value[name] for name in names if name in value}


def split(target):
    """Return (path, {name: value}) of a percent-encoded target."""
    path, _, text = target.partition("?")
    pairs = [pair.partition("=") for pair in text.split("&")] if text else []
    return path, {decoded(name): decoded(value) for name, _, value in pairs}


def decoded(text):
    """Undo percent-encoding."""
    parts = text.split("%")
    data = parts[0].encode()
    for part in parts[1:]:
        data += bytes([int(part[:2], 16)]) + part[2:].encode()
    return data.decode()


def hmac_sha256(key, data):
    """HMAC of a key of at most 64 bytes, as RFC 2104 has it."""
    key = key + bytes(64 - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]) + data).digest()
    return sha256(bytes([byte ^ 0x5C for byte in key]) + inner).digest()


# --- a home to list ---


def a_device(number, **more):
    """Return a plug as the cloud lists it."""
    device = {
        "id": f"bf{number:018}xy",
        "name": f"Plug {number}",
        "local_key": f"key-{number:012}",
        "category": "cz",
        "product_id": "keyjup78v54myhan",
        "product_name": "Smart Plug",
        "uuid": f"uuid{number:012}",
        "uid": UID,
        "ip": "203.0.113.9",
        "icon": "smart/icon/plug.png",
        "online": True,
        "sub": False,
        "biz_type": 0,
        "mac": f"{number:012x}",
        "sn": f"1000{number}",
        "status": [{"code": "switch_1", "value": True}],
    }
    device.update(more)
    return device


PLUG = {
    "category": "cz",
    "functions": [{"code": "switch_1", "dp_id": 1, "type": "Boolean", "values": "{}"}],
    "status": [
        {"code": "switch_1", "dp_id": 1, "type": "Boolean", "values": "{}"},
        {
            "code": "cur_power",
            "dp_id": 19,
            "type": "Integer",
            "values": '{"unit":"W","min":0,"max":50000,"scale":1,"step":5}',
        },
        {"code": "temp", "dp_id": 24, "type": "Integer", "values": '{"unit":"\u2103"}'},
        {"code": "name_of_it", "dp_id": 25, "type": "String", "values": '{"maxlen":255}'},
        {"code": "colour", "dp_id": 26, "type": "Json", "values": '{"h":{},"s":{}}'},
    ],
}
PLUGS = {"keyjup78v54myhan": PLUG}
