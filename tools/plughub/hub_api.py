"""The API of a hub in this network, as docs/http.md has it, for commands.

    with HubAPI("plughub.local") as hub:
        print(hub.ask("GET", "system")["version"])

The password is proved, never sent. It is asked for when the hub wants one; PLUGHUB_PASSWORD or
PLUGHUB_TOKEN answer that before.
"""

import hashlib
import hmac
import json
import logging
import os
import time

import httpx
import typer

from plughub import ask
from plughub.cli import FAILED, NOT_FOUND, UNREACHABLE, USAGE, Failure

# At INFO and DEBUG they log headers, which have tokens in them.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_CONNECT_S = 5
_SILENCE_S = 15  # a board that changes its configuration answers after some seconds
_ANSWER_S = 60
_ANSWER_MAX = 1 << 20
_ROUNDS_MAX = 10_000_000
_LOGOUT_S = 2
_CODES = {401: UNREACHABLE, 403: UNREACHABLE, 404: NOT_FOUND, 429: UNREACHABLE}
JSON = "application/json"


class NoPassword(Failure):
    """The hub has no password yet, or wants none."""

    def __init__(self):
        text = "the hub has no password: open its page, which asks for one to set"
        super().__init__(text, UNREACHABLE)


class HubAPI:
    """A hub at an address: `http://192.168.1.20:8080`, `plughub.local`. A context.

    What goes wrong raises Failure, in the hub's own words where it has said why.
    """

    def __init__(self, address):
        url = address if "://" in address else f"http://{address}"
        try:
            self.url = httpx.URL(url.rstrip("/"))
        except httpx.InvalidURL:
            self.url = httpx.URL()
        if self.url.scheme not in ("http", "https") or not self.url.host:
            raise Failure(f"{address} is no address of a hub, such as http://192.168.1.20", USAGE)
        timeout = httpx.Timeout(_SILENCE_S, connect=_CONNECT_S)
        # It is in this network: no proxy leads to it.
        self._client = httpx.Client(timeout=timeout, trust_env=False)
        self._token = os.environ.get("PLUGHUB_TOKEN") or None
        self._has_logged_in = False
        self._password = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        try:
            if self._has_logged_in:  # there can be eight logins, and this one is not needed again
                headers = {"Authorization": f"Bearer {self._token}"}
                url = self._url_of("logout")
                self._client.post(url, json={}, headers=headers, timeout=_LOGOUT_S)
        except httpx.HTTPError:
            pass
        finally:
            self._client.close()

    def ask(self, method, path, body=None):
        """Return the JSON that a path of the API answers; `body` is sent as JSON."""
        data = None if body is None else json.dumps(body).encode()
        return _parsed(self.fetch(method, path, data))

    def fetch(self, method, path, data=None, headers=None):
        """Return the bytes that a path of the API answers, logging in where that is wanted.

        `data`: bytes of JSON, unless the headers say what else they are.
        """
        if data is not None:
            headers = {"Content-Type": JSON} | (headers or {})
        status, answer = self._request(method, path, data, headers)
        if status == 401 and not self._token:
            self._log_in()
            status, answer = self._request(method, path, data, headers)
        if status == 401 and not self._has_logged_in:
            raise Failure("the hub does not know the token in PLUGHUB_TOKEN", UNREACHABLE)
        return _checked(status, answer)

    def is_up(self):
        """Tell whether the hub answers."""
        try:
            return self._client.get(self.url.join("/health")).status_code == 200
        except httpx.HTTPError:
            return False

    def proof(self):
        """Return (nonce, digest): a nonce of the hub, good for once, and HMAC-SHA256 under what
        the hub keeps of the password, a function from bytes to bytes. Raises NoPassword.
        """
        status, answer = self._request("GET", "login")
        if _problem(answer).get("type") == "setup":
            raise NoPassword
        asked = _parsed(_checked(status, answer))
        try:
            nonce, rounds = asked["nonce"], asked["rounds"]
            salt = bytes.fromhex(asked["salt"])
            if not (isinstance(nonce, str) and 0 < rounds <= _ROUNDS_MAX):
                raise ValueError
        except (KeyError, TypeError, ValueError):
            raise _no_hub() from None
        key = hashlib.pbkdf2_hmac("sha256", self.password().encode(), salt, rounds)
        return nonce, lambda data: hmac.digest(key, data, "sha256")

    def password(self):
        """Return the password of the page: PLUGHUB_PASSWORD, or what somebody types, once."""
        if self._password is None:
            self._password = os.environ.get("PLUGHUB_PASSWORD") or _typed()
        return self._password

    def _log_in(self):
        nonce, digest = self.proof()
        proof = digest(nonce.encode()).hex()
        data = json.dumps({"nonce": nonce, "proof": proof}).encode()
        status, answer = self._request("POST", "login", data, {"Content-Type": JSON})
        token = _parsed(_checked(status, answer)).get("token")
        if not isinstance(token, str):
            raise _no_hub()
        self._token = token
        self._has_logged_in = True

    def _request(self, method, path, data=None, headers=None):
        """Return (status, bytes)."""
        headers = dict(headers or {})
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        due = time.monotonic() + _ANSWER_S
        answer = bytearray()
        try:
            with self._client.stream(
                method, self._url_of(path), content=data, headers=headers
            ) as response:
                for part in response.iter_bytes():
                    answer += part
                    if len(answer) > _ANSWER_MAX or time.monotonic() > due:
                        raise _no_hub()
        except (httpx.HTTPError, UnicodeError) as e:
            # The error itself carries the request, and that a token.
            raise Failure(f"{self.url} does not answer: {_reason(e)}", UNREACHABLE) from None
        return response.status_code, bytes(answer)

    def _url_of(self, path):
        return self.url.join(f"/api/v1/{path}")


def _typed():
    if not ask.is_possible():
        raise Failure("name the password of the page in PLUGHUB_PASSWORD", USAGE)
    return typer.prompt("Password of the hub's page", hide_input=True, err=True)


def _checked(status, answer):
    if status < 400:
        return answer
    problem = _problem(answer)
    faults = problem.get("faults")
    detail = problem.get("detail") or problem.get("title") or f"HTTP status {status}"
    text = "\n".join(map(str, faults)) if isinstance(faults, list) else str(detail)
    raise Failure(text, _CODES.get(status, FAILED))


def _problem(answer):
    try:
        problem = json.loads(answer)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _parsed(answer):
    try:
        return json.loads(answer)
    except ValueError:
        raise _no_hub() from None


def _no_hub():
    return Failure("what answers there is no hub of Plughub", UNREACHABLE)


def _reason(error):
    if isinstance(error, httpx.TimeoutException):
        return "nothing came in time"
    return str(error) or type(error).__name__
