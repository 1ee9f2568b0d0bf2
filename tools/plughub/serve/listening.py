"""The socket on which the page is served, with TLS where there is a certificate."""

import os
import socket

from plughub.cli import Failure
from plughub.serve.tls import TLSListener

#: How many clients may wait to be accepted.
BACKLOG = 128


def listen(host, port):
    """Return a socket that listens at a numeric address or a name. Raises Failure.

    At "::" it takes IPv4 as well.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as e:
        raise Failure(f"the page cannot listen at {host}: {e.strerror or e}") from None
    try:
        sock.setblocking(False)
        if os.name != "nt":  # there it would let a second hub take the same port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as e:
        sock.close()
        text = f"the page cannot have port {port} of {host}: {e.strerror or e}"
        raise Failure(f"{text}; name another one with --port") from None
    return sock


class Place:
    """Where the page is served: `port` comes before that of a configuration, `context` is an
    ssl.SSLContext, None without TLS.
    """

    def __init__(self, host, port=None, context=None):
        self._host = host
        self._port = port
        self._context = context

    def listen(self, port):
        """Return what listens, at the port of the configuration if need be. Raises Failure."""
        sock = listen(self._host, port if self._port is None else self._port)
        return TLSListener(sock, self._context) if self._context else sock


def page_at(sock):
    """Return the address of the page that a socket serves, for a browser on this PC."""
    scheme = "https" if isinstance(sock, TLSListener) else "http"
    host, port = sock.getsockname()[:2]
    if host in ("0.0.0.0", "::", "::1", "127.0.0.1"):
        host = "localhost"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/"
