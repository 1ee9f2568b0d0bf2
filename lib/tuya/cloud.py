"""Tuya's OpenAPI: signed requests, with a token, a clock and patience. HTTP is passed in.

Source: developer.tuya.com, "Sign Requests", "Get a Token", "Global Error Codes".
"""

import asyncio
import json
from binascii import hexlify
from os import urandom

from tuya.cloud_errors import (
    BadAnswer,
    CloudBusy,
    CloudError,
    CloudUnreachable,
    TokenRefused,
    WrongClock,
    error_of,
)
from tuya.cloud_sign import Signer, is_token, signed_url, wire_url
from tuya.port import compact_json, const, is_plausible, wait_for_ms

if const(0):  # for an IDE: nothing is loaded here
    from tuya.shapes import Http, NowMs, Query, SleepMs

#: The data centres: what people call them, and the host of each.
HOSTS = (
    ("eu", "openapi.tuyaeu.com"),
    ("us", "openapi.tuyaus.com"),
    ("eu-w", "openapi-weaz.tuyaeu.com"),
    ("us-e", "openapi-ueaz.tuyaus.com"),
    ("sg", "openapi-sg.iotbing.com"),
    ("in", "openapi.tuyain.com"),
    ("cn", "openapi.tuyacn.com"),
)
#: Bytes of an answer. A page of 50 devices with all that they report has about 200 kB.
ANSWER_MAX = const(2000000)
ANSWER_MS = const(20000)

_FIRST_PAUSE_MS = const(1000)
_PAUSE_MAX_MS = const(600000)
_DROPS_MAX = const(2)
# A token is replaced when it has less left than this, and a clock corrected that is off by more.
_TOKEN_LEFT_MS = const(60000)
_SKEW_MS = const(30000)
_TOKEN_S = const(7200)
_SEEN_MAX = const(200)


class Cloud:
    """The OpenAPI of one data centre for one project. It makes one request at a time.

    `http` is `async http(method, url, headers, body)`, returns (status, bytes) and raises OSError;
    it need not read more than ANSWER_MAX bytes, and is cancelled after ANSWER_MS. `now_ms` returns
    Unix time in ms, `sleep_ms` is awaited for pauses, which are `patience_ms` at most in a call.
    """

    def __init__(
        self,
        client_id: str,
        secret: str,
        host: str,
        http: "Http",
        now_ms: "NowMs",
        sleep_ms: "SleepMs",
        patience_ms: int = 120000,
    ) -> None:
        self.host: str = host
        self._signer = Signer(client_id, secret)
        self._http = http
        self._now_ms = now_ms
        self._sleep_ms = sleep_ms
        self._patience_ms = patience_ms
        self._skew_ms = 0  # what the cloud's clock is ahead of ours
        self._token = None
        self._refresh = None
        self._expires_ms = 0
        self._secrets = [secret]  # what no error may show
        # Refreshing a token ends the one that another call would be using.
        self._lock = asyncio.Lock()

    async def connect(self) -> None:
        """Get a token, which proves client id, secret and data centre. Raises CloudError."""
        async with self._lock:
            await self._patiently(self._have_token)

    async def get(self, path: str, query: "Query" = None) -> object:
        """Return the "result" of a GET. `query`: {name: value}. Raises CloudError."""
        return await self.call("GET", path, query)

    async def call(
        self, method: str, path: str, query: "Query" = None, body: object = None
    ) -> object:
        """Return the "result" of a request, whatever JSON it is. Raises CloudError.

        `body` is sent as JSON. A GET whose connection drops is made again, others are not: the
        cloud may have carried them out.
        """

        async def once():
            await self._have_token()
            return (await self._exchange(method, path, query, body, self._token))["result"]

        async with self._lock:
            return await self._patiently(once, method == "GET")

    async def _patiently(self, attempt, may_repeat=True):
        pause_ms = _FIRST_PAUSE_MS
        left_ms = self._patience_ms
        drops = _DROPS_MAX if may_repeat else 0
        cured = []
        while True:
            try:
                return await attempt()
            except (TokenRefused, WrongClock) as e:
                # The next attempt gets a new token, and the clock has been corrected already.
                self._token = None
                if type(e) in cured:
                    raise
                cured.append(type(e))
                continue
            except CloudUnreachable:
                drops -= 1
                if drops < 0 or pause_ms > left_ms:
                    raise
            except CloudBusy:
                if pause_ms > left_ms:
                    raise
            await self._sleep_ms(pause_ms)
            left_ms -= pause_ms
            pause_ms = min(2 * pause_ms, _PAUSE_MAX_MS)

    # --- the token ---

    async def _have_token(self):
        if self._token and self._time_ms() < self._expires_ms - _TOKEN_LEFT_MS:
            return
        # A refresh token serves once, whether its answer arrives or not: after that there is no
        # token, and a new pair is asked for.
        refresh = self._refresh if self._token else None
        self._token = None
        if refresh:
            try:
                await self._take_token("/v1.0/token/" + refresh)
                return
            except (CloudUnreachable, CloudBusy):
                raise
            except CloudError:
                pass  # somebody has used it, or it is too old
        await self._take_token("/v1.0/token", {"grant_type": 1})

    async def _take_token(self, path, query=None):
        answer = await self._exchange("GET", path, query, None, "")
        result = answer["result"]
        token = result.get("access_token") if isinstance(result, dict) else None
        if not is_token(token):
            raise BadAnswer("%s has sent no token" % self.host)
        refresh = result.get("refresh_token")
        self._token = token
        self._refresh = refresh if is_token(refresh) else None
        seconds = result.get("expire_time", result.get("expire"))
        if not _is_int(seconds) or not 0 < seconds <= 10 * _TOKEN_S:
            seconds = _TOKEN_S
        self._expires_ms = self._time_ms() + seconds * 1000
        self._secrets[1:] = [text for text in (token, self._refresh) if text]

    # --- one request ---

    async def _exchange(self, method, path, query, body, token):
        """Return the answer, checked. Raises CloudError."""
        content = b"" if body is None else compact_json(body).encode()
        t = self._time_ms()
        nonce = hexlify(urandom(16)).decode()
        headers = {
            "client_id": self._signer.client_id,
            "sign_method": "HMAC-SHA256",
            "t": str(t),
            "nonce": nonce,
            "sign": self._signer.sign(method, signed_url(path, query), t, content, token, nonce),
            "lang": "en",
        }
        if token:
            headers["access_token"] = token
        if content:
            headers["Content-Type"] = "application/json"
        url = "https://" + self.host + wire_url(path, query)
        try:
            status, data = await wait_for_ms(self._http(method, url, headers, content), ANSWER_MS)
        except asyncio.TimeoutError:
            seconds = ANSWER_MS // 1000
            text = "%s has not answered within %d s" % (self.host, seconds)
            raise CloudUnreachable(text) from None
        except OSError as e:
            text = "%s cannot be reached: %s" % (self.host, self._shown(e))
            raise CloudUnreachable(text) from None
        return self._checked(status, data)

    def _checked(self, status, data):
        answer = _json_object(data)
        if answer is None:
            text = "%s answers with HTTP status %d" % (self.host, status)
            if status == 429:
                raise CloudBusy(text)
            if status >= 500:
                raise CloudUnreachable(text)
            text = "%s has sent no answer of the OpenAPI (HTTP status %d, %d bytes)"
            raise BadAnswer(text % (self.host, status, len(data)))
        self._learn_time(answer.get("t"))
        if answer["success"] is True:
            if "result" not in answer:
                raise BadAnswer("%s has sent an answer without a result" % self.host)
            return answer
        code = answer.get("code")
        code = int(code) if isinstance(code, str) and code.isdigit() else code
        text = self._shown(answer.get("msg")).rstrip(". ")
        if not _is_int(code):
            raise BadAnswer("%s refuses without a code: %s" % (self.host, text))
        raise error_of(code, "%s refuses: %s (%d)" % (self.host, text, code))

    def _learn_time(self, t):
        """Correct the clock by what the cloud says: requests of another time are refused."""
        if _is_int(t) and is_plausible(t // 1000):
            skew_ms = t - self._now_ms()
            if abs(skew_ms - self._skew_ms) > _SKEW_MS:
                self._skew_ms = skew_ms

    def _time_ms(self):
        return self._now_ms() + self._skew_ms

    def _shown(self, value):
        """Return what somebody else has said as it may be shown."""
        text = str(value)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return "".join([c if c >= " " else " " for c in text])[:_SEEN_MAX]


def _json_object(data):
    """Return the answer that `data` is, None where it is none or not whole."""
    if len(data) > ANSWER_MAX:
        return None
    try:
        if b"\\u" in data:
            from tuya.utf8 import joined

            data = joined(data)
        answer = json.loads(data)
    except (ValueError, RuntimeError, MemoryError):  # the latter two for what is nested too deep
        return None
    # MicroPython takes a text that was cut off for a whole one: what comes last has to be there.
    if not isinstance(answer, dict) or not isinstance(answer.get("success"), bool):
        return None
    return answer if data.rstrip().endswith(b"}") else None


def _is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)
