"""The stand-in of Tuya's OpenAPI behind HTTPS, for clients that bring their own HTTP."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
import threading
import time

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from openapi_standin import PLUGS, OpenApi, a_device

ADDRESS = "127.0.0.1"


def an_api(count=3, **options):
    """Return a data centre with so many plugs."""
    plugs = [a_device(number) for number in range(count)]
    return OpenApi(lambda: time.time_ns() // 1000000, plugs, PLUGS, **options)


def make_certificate(folder):
    """Write a certificate of this machine, for itself: (certificate, key) as paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, ADDRESS)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ADDRESS))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "openapi.pem", folder / "openapi.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    paths[1].write_bytes(private)
    return paths


def _application(api):
    async def handle(request):
        body = await request.read()
        target = request.rel_url.raw_path_qs
        try:
            status, data = await api.respond(request.method, target, request.headers, body)
        except OSError:
            request.transport.abort()
            return web.Response()
        if "cut" in api.transport_faults:
            # The header promises more than there is.
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data)
            request.transport.write(head + data[: len(data) // 2])
            request.transport.close()
            return web.Response()
        return web.Response(body=data, status=status, content_type="application/json")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handle)
    return application


class Servers:
    """HTTPS servers in a thread of their own, all stopped by close()."""

    def __init__(self, certificate):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runners = []

    def serve(self, api):
        """Serve an OpenApi; return its host."""
        return self._call(self._serve(api))

    async def _serve(self, api):
        runner = web.AppRunner(
            _application(api), access_log=None, shutdown_timeout=0, handler_cancellation=True
        )
        await runner.setup()
        site = web.TCPSite(runner, ADDRESS, 0, ssl_context=self._context)
        await site.start()
        self._runners.append(runner)
        return "{}:{}".format(*runner.addresses[0])

    def close(self):
        """Stop them all, also in the middle of an answer."""
        for runner in self._runners:
            self._call(runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)


@contextlib.contextmanager
def openapi_servers(folder, monkeypatch):
    """Yield Servers whose certificate this process and its children trust."""
    certificate = make_certificate(folder)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(certificate[0]))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, ADDRESS)
    servers = Servers(certificate)
    try:
        yield servers
    finally:
        servers.close()
