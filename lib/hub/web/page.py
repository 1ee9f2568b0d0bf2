"""Routes for what the firmware brings as files: the page, and the description of the API."""

from binascii import hexlify

from hub.system.unload import unload
from hub.web.http import Problem, Response
from tuya.port import const

# A gzip file ends with the checksum and the size of its content.
_END = const(8)
_HEADERS = (
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
)


async def page(hub, request):
    """Return the page."""
    return html(request, "PAGE")


def html(request, name):
    """Return the Response with a page of the firmware; 304 where the client has it."""
    return _file(request, name, "text/html; charset=utf-8", _HEADERS)


async def login_script(hub, request):
    """Return what the page needs to log in."""
    return script(request, "LOGIN")


async def openapi(hub, request):
    """Return the description of this API."""
    return Response(asset("OPENAPI"), headers="Content-Encoding: gzip\r\n")


def script(request, name):
    """Return the Response with a script of the page, as html() does. Raises Problem."""
    return _file(request, name, "text/javascript", "")


def _file(request, name, kind, headers):
    data = asset(name)
    if isinstance(data, tuple):
        from hub.system.behind import opened

        from_end, size = data
        end, data = opened(from_end, size, _END)
        unload("hub.system.behind")
    else:
        size, end = len(data), data[-_END:]
    tag = '"%s"' % hexlify(end).decode()
    headers += "Cache-Control: no-cache\r\nETag: %s\r\n" % tag
    if request.headers.get("if-none-match") == tag:
        return Response(b"", kind, 304, headers)
    headers += "Content-Encoding: gzip\r\nContent-Length: %d\r\n" % size
    return Response(data, kind, 200, headers)


def asset(name):
    """Return a file of the firmware as bytes, or where it lies behind the application: (how many
    bytes before the end of the partition it begins, its size). Raises Problem.
    """
    try:
        import hub_assets  # pyright: ignore - made by plughub.firmware.assets
    except ImportError:
        detail = "The page is part of Plughub's firmware, and this board runs another one"
        raise Problem(503, detail) from None
    return getattr(hub_assets, name)
