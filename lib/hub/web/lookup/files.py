"""Routes for files of the page that are asked for once. Forgotten after use."""

from hub.system.unload import unload
from hub.web.http import Response
from hub.web.page import asset, script
from tuya.port import compact_json

# What a telephone makes an app of.
_APP = (
    '{"name":%s,"short_name":%s,"start_url":"./","display":"standalone","theme_color":"#1f7a52",'
    '"background_color":"#1f7a52","icons":[{"src":"icon.svg","sizes":"any","type":"image/svg+xml"},'
    '{"src":"icon.png","sizes":"192x192","type":"image/png"}]}'
)


async def more_script(hub, request):
    """Return what the page needs for more than its first view."""
    unload("hub.web.lookup")
    return script(request, "MORE")


async def manifest(hub, request):
    """Return what makes an app of the page: its name, its icons."""
    unload("hub.web.lookup")
    name = compact_json(hub.name)
    return Response((_APP % (name, name)).encode(), "application/manifest+json")


async def icon(hub, request):
    """Return the icon as an SVG."""
    return _image("ICON_SVG", "image/svg+xml")


async def touch_icon(hub, request):
    """Return the icon as a PNG."""
    return _image("ICON", "image/png")


def _image(name, kind):
    unload("hub.web.lookup")
    return Response(asset(name), kind, headers="Cache-Control: max-age=604800\r\n")
