"""Who asks: the client behind a proxy that is trusted, and a line about each change."""

import hashlib
import ipaddress
import sys

from hub.log import scrub
from hub.web.http import Problem
from hub.web.login.passwords import tokens
from hub.web.routes import answer
from plughub.cli import USAGE, Failure

#: GETs that change something, of programs made for other devices.
_CHANGING = ("cm", "turnon", "turnoff", "set", "delayoff")
_PATH_MAX = 200


def proxies_of(texts):
    """Return the networks of texts such as 10.0.0.2 or 172.16.0.0/12. Raises Failure."""
    try:
        return [ipaddress.ip_network(text) for text in texts]
    except ValueError as e:
        raise Failure(f"--proxy: {e}", USAGE) from None


class Asking:
    """Answers requests as hub.web.routes does.

    `proxies`: networks of those whose X-Forwarded-For and X-Forwarded-Host are believed; of others
    they mean nothing. With `is_audited` each change is told on standard error: who, what, and how
    it has ended.
    """

    def __init__(self, proxies=(), is_audited=False):
        self._proxies = proxies
        self._is_audited = is_audited

    async def answer(self, hub, request):
        """Return the Response to a Request. Raises Problem."""
        self._look_behind(request)
        if not self._is_audited or not _is_changing(request):
            return await answer(hub, request)
        status = 500
        try:
            response = await answer(hub, request)
            status = response.status
            return response
        except Problem as e:
            status = e.status
            raise
        finally:
            print(_line(request, status), file=sys.stderr)

    def _look_behind(self, request):
        """Put the client of a trusted proxy in the place of the proxy."""
        if not self._is_trusted(request.peer):
            return
        # Each proxy adds whom it has seen; what stands before that anybody can have written.
        for address in reversed(request.headers.get("x-forwarded-for", "").split(",")):
            client = _address(address)
            if not client:
                break
            request.peer = str(client)
            if not self._is_trusted(request.peer):
                break
        host = request.headers.get("x-forwarded-host")
        if host and "," not in host:
            request.headers["host"] = host

    def _is_trusted(self, peer):
        address = self._proxies and _address(peer)
        return bool(address) and any(address in network for network in self._proxies)


def _address(text):
    """Return an address, IPv4 also where it comes as one of IPv6; None for none."""
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_changing(request):
    if request.method not in ("GET", "HEAD"):
        return True
    return any(word in (request.path[0], request.path[-1]) for word in _CHANGING)


def _line(request, status):
    path = "/" + "/".join(request.path)
    what = f"{request.method} {path[:_PATH_MAX]!a}"
    return scrub(f"audit: {what} by {_name(request)} at {request.peer}: {status}")


def _name(request):
    """Return the name of the token that a request has shown, in words where there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return "somebody"
    digest = hashlib.sha256(token.strip().encode()).hexdigest()
    names = [name for name, _, kept in tokens() if kept == digest]
    return f'"{names[0]}"' if names else "somebody with a wrong token"
