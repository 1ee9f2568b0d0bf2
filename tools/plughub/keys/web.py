"""HTTPS to Tuya's cloud, as tuya.Cloud wants it."""

import asyncio
import logging
import time

import httpx

from plughub.cli import UNREACHABLE, Failure
from tuya.cloud import ANSWER_MAX, ANSWER_MS

# At INFO and DEBUG they log addresses and headers, which have tokens in them.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Web:
    """An async context. `progress(text)` is told of pauses. Raises Failure without HTTPS."""

    def __init__(self, progress):
        self._progress = progress
        try:
            self._client = httpx.AsyncClient(timeout=ANSWER_MS / 1000)
        except (ImportError, ValueError, OSError, httpx.InvalidURL) as e:
            # It reads HTTPS_PROXY, SSL_CERT_FILE and the like.
            text = f"the settings of this machine for HTTPS cannot be used: {e}"
            raise Failure(text, UNREACHABLE) from None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        await self._client.aclose()

    async def request(self, method, url, headers, body):
        """Make one request: (status, bytes), with no more than a byte over ANSWER_MAX. OSError."""
        data = bytearray()
        try:
            async with self._client.stream(
                method, url, headers=headers, content=body or None
            ) as response:
                async for part in response.aiter_bytes():
                    data += part
                    if len(data) > ANSWER_MAX:
                        break
        except (httpx.HTTPError, httpx.InvalidURL) as e:
            # The error itself carries the request, and that a token.
            raise OSError(str(e) or type(e).__name__) from None
        return response.status_code, bytes(data[: ANSWER_MAX + 1])

    async def sleep_ms(self, ms):
        """Pause, and say so: the cloud has asked for it."""
        self._progress(f"Tuya's cloud is busy or out of reach: next attempt in {ms // 1000} s")
        await asyncio.sleep(ms / 1000)


def now_ms():
    """Return Unix time in ms."""
    return time.time_ns() // 1000000
