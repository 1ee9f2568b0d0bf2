"""The route for what a plug has drawn in years, which only a hub on a PC keeps."""

from hub.web.http import Problem, Response, json_list, number_of
from hub.web.plugs import find_named
from tuya.port import const, unix_time

# Without ?since, the last month.
_MONTH_S = const(2678400)


async def get_course(hub, request):
    """Return what a plug has drawn since then: {"by": "minute", "hour" or "day", "course"}.

    ?since=Unix time. "course": [[when it began, mean W or null, Wh]], as CSV for who accepts
    text/csv.
    """
    plug = find_named(hub, "plugs", request.path[3])
    now = unix_time()
    given = request.parameter("since")
    since = now - _MONTH_S if given is None else _unix(given)
    if since is None:
        raise Problem(400, "Expected ?since=Unix time in seconds")
    archive = getattr(hub, "archive", None)
    if not archive:
        detail = "A board keeps 24 hours, under /history; for years a hub on a PC is wanted"
        raise Problem(404, detail)
    by, course = await archive.course(plug.device.id, since, now + 1)
    if "text/csv" in request.headers.get("accept", ""):
        return Response(_csv(course), "text/csv; charset=utf-8")
    return Response(_json(by, course))


def _unix(text):
    # More digits than other numbers have.
    head, tail = number_of(text[:-5]) if len(text) > 5 else 0, number_of(text[-5:])
    return None if head is None or tail is None else head * 100000 + tail


def _json(by, course):
    yield ('{"by":"%s","course":' % by).encode()
    yield from json_list(course)
    yield b"}"


def _csv(course):
    yield b"at,watts,wh\n"
    for at, watts, wh in course:
        yield ("%d,%s,%d\n" % (at, "" if watts is None else "%.1f" % watts, wh)).encode()
