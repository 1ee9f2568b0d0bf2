"""Which function answers which request, and who may ask for it."""

import json

from fake_hub import FakeHub, FakeMemory, ask, request, respond

from hub.web.auth import Authentication
from hub.web.http import Problem
from hub.web.routes import ROWS, resolve

OFF = {"auth": False, "hosts": [], "tasmota": False, "esphome": False, "metrics": False}
OFF["tinytuya"] = False


class Recorder(Authentication):
    """Remembers which scopes were asked for."""

    def __init__(self, **switches):
        super().__init__(dict(OFF, **switches), "plughub")
        self.scopes = []

    def authorize(self, request, scope):
        self.scopes.append(scope)


def found(method, target, **switches):
    """Return (function, scopes that were asked for) or the status of the problem."""
    authentication = Recorder(**switches)
    try:
        return resolve(authentication, request(method, target)), authentication.scopes
    except Problem as e:
        return e.status


def test_names_stand_for_a_star_and_scopes_are_asked_for():
    assert found("GET", "/api/v1/plugs") == ("plugs.list_targets", ["read"])
    assert found("GET", "/api/v1/plugs/desk lamp") == ("plugs.get_target", ["read"])
    assert found("PUT", "/api/v1/relays/fan/switch") == ("plugs.switch", ["control"])
    assert found("PUT", "/api/v1/config") == ("config.put_config", ["admin"])
    assert found("GET", "/") == ("page.page", [])
    # A path of its own comes before a name.
    assert found("GET", "/api/v1/rules/states") == ("rules.list_states", ["read"])
    assert found("GET", "/api/v1/rules/evening") == ("rules.get_state", ["read"])
    assert found("DELETE", "/api/v1/tokens") == 405


def test_what_is_not_there_is_404():
    for path in ("/nothing", "//", "/api/v1", "/api/v1/plugs/a/b", "/api/v1/plugs/a/switch/b"):
        assert found("GET", path) == 404, path


def test_a_slash_within_a_name_is_part_of_the_name_alone():
    inside = request("GET", "/api/v1/plugs/x")
    inside.path[3] = "a/b"
    assert resolve(Recorder(), inside) == "plugs.get_target"
    for path in (["api/v1/plugs"], ["api", "v1/plugs"], ["api", "v1", "rules/states"]):
        inside.path = path
        try:
            resolve(Recorder(), inside)
        except Problem as e:
            assert e.status == 404
        else:
            raise AssertionError("%s was found" % path)


async def test_another_method_is_405_and_says_which_there_are():
    response = await respond(FakeHub(), "DELETE", "/api/v1/config")
    assert response.status == 405 and response.headers == "Allow: GET, PUT\r\n"
    status, body = await ask(FakeHub(), "POST", "/api/v1/plugs/lamp/switch", {})
    assert (status, body["title"]) == (405, "Method not allowed") and "use PUT" in body["detail"]


def test_a_switch_that_is_off_hides_its_paths():
    assert found("GET", "/metrics") == 404 and found("PUT", "/metrics") == 404
    assert found("GET", "/metrics", metrics=True) == ("compat.metrics.metrics", [])
    assert found("PUT", "/metrics", metrics=True) == 405
    assert found("POST", "/switch/lamp/turn_on", tasmota=True) == 404
    assert found("POST", "/switch/lamp/turn_on", esphome=True) == ("compat.esphome.turn", [])


def test_the_kind_of_stream_is_chosen_by_a_switch():
    assert found("GET", "/events") == ("events.events", ["read"])
    assert found("GET", "/events", esphome=True) == ("compat.esphome.events", ["read"])
    assert found("GET", "/api/v1/events", esphome=True) == ("events.events", ["read"])


def test_each_row_names_a_function_that_there_is():
    for method, path, function, scope, switch in ROWS:
        module, _, name = function.rpartition(".")
        try:
            loaded = __import__("hub.web." + module, None, None, (name,))
        except ImportError:
            # The firmware of a board has none of these: see firmware/manifest.py.
            elsewhere = ("home.archive", "login.users", "compat.tinytuya", "update.routes")
            assert module in elsewhere
            continue
        assert callable(getattr(loaded, name)), function
        assert scope in ("open", "read", "control", "admin") and (not switch or switch in OFF)
        assert method in ("GET", "PUT", "POST", "DELETE") and path[0] == "/"


async def test_with_little_memory_left_no_request_is_begun():
    hub = FakeHub()
    hub.memory = FakeMemory(4000)
    response = await respond(hub, "GET", "/health")
    assert response.status == 503 and "Retry-After" in response.headers
    hub.memory = FakeMemory(5000)
    assert (await ask(hub, "GET", "/health"))[0] == 200


async def test_another_sites_request_gets_no_answer():
    hub = FakeHub()
    assert (await ask(hub, "GET", "/health", host="evil.test"))[0] == 421
    assert (await ask(hub, "GET", "/health", host="plughub", origin="http://evil.test"))[0] == 403


async def test_a_query_that_is_not_understood_is_refused():
    hub = FakeHub()
    changes = []

    class Changes:
        async def change(self, read_new, is_dry):
            changes.append(is_dry)

    hub.changes = Changes
    for query in ("?dry", "?dry=yes", "?dry=1&x=1", "?x=1", "?dry=1&dry=0"):
        assert (await ask(hub, "PUT", "/api/v1/config" + query, {}))[0] == 400, query
    assert changes == []
    for query, is_dry in (("?dry=1", True), ("?dry=true", True), ("?dry=0", False), ("", False)):
        await ask(hub, "PUT", "/api/v1/config" + query, {})
        assert changes.pop() is is_dry
    assert (await ask(hub, "GET", "/api/v1/plugs?x=1"))[0] == 400
    assert (await ask(hub, "GET", "/api/v1/log?after=x"))[0] == 400
    assert (await ask(hub, "GET", "/api/v1/log?after=" + "9" * 400))[0] == 400
    assert (await ask(hub, "GET", "/health?x=1"))[0] == 200


async def test_head_has_the_head_of_get():
    hub = FakeHub(tasmota=True)
    response = await respond(hub, "HEAD", "/api/v1/plugs")
    assert response.status == 200 and b"".join(response.begin()) == response.head()
    response = await respond(hub, "HEAD", "/events")
    assert response.kind == "text/event-stream" and not response.is_stream and not hub.streams
    assert found("HEAD", "/api/v1/plugs/lamp/toggle") == 405
    # A GET that switches is none.
    assert (await respond(hub, "HEAD", "/p/lamp/cm?cmnd=power+on")).status == 405
    assert not hub.targets.plugs["lamp"].on


async def test_bodies_are_objects():
    hub = FakeHub()
    for path in (
        "config/confirm",
        "config/undo",
        "restart",
        "plugs/lamp/toggle",
        "scenes/away/run",
    ):
        for body in ([], 1, None, "x", [{}]):
            status, _ = await ask(hub, "POST", "/api/v1/" + path, json.dumps(body).encode())
            assert status == 400, (path, body)
    assert hub.runtime.restarts == 0
