"""Routes of rules and inputs."""

from fake_hub import FakeHub, Folder, ask

from hub.system.store import RULES_FILE, save


class Rule:
    """A rule of a button that switches the lamp."""

    id = "tea"
    cause = "rule tea"
    kind = "trigger"
    is_enabled = True
    is_safety = False
    paused_at = window = None
    steps = [(0, "do", "lamp", "on", None)]


class Engine:
    def __init__(self):
        self.pending = []
        self.locks = {}
        self.calls = []

    def now(self):
        return 0

    def unix(self):
        return None

    def recall(self, name, what):
        return None

    def fire(self, rule):
        self.calls.append(("fire", rule.id))

    def cancel(self, rule):
        self.calls.append(("cancel", rule.id))

    def clear(self, rule):
        self.calls.append(("clear", rule.id))


class Input:
    def __init__(self):
        self.on = None

    def put(self, on):
        self.on = on

    def state(self):
        return {"name": "presence", "on": self.on}


def hub_with_rule():
    hub = FakeHub()
    hub.engine = Engine()
    hub.rules = {"tea": Rule()}
    hub.inputs = {"presence": Input()}
    return hub


async def test_rules_are_those_of_the_file():
    with Folder():
        hub = FakeHub()
        assert (await ask(hub, "GET", "/api/v1/rules"))[1] == {"rules": []}
        save(RULES_FILE, {"rules": [{"id": "x" * 900}]})
        assert (await ask(hub, "GET", "/api/v1/rules"))[1] == {"rules": [{"id": "x" * 900}]}


async def test_a_rule_is_described_run_cancelled_and_cleared():
    hub = hub_with_rule()
    _, states = await ask(hub, "GET", "/api/v1/rules/states")
    assert states[0]["id"] == "tea" and states[0]["steps"] == ["lamp: on"]
    assert (await ask(hub, "GET", "/api/v1/rules/tea"))[1] == states[0]
    for verb in ("run", "cancel", "clear"):
        status, state = await ask(hub, "POST", "/api/v1/rules/tea/" + verb, {})
        assert (status, state["id"]) == (200, "tea")
    calls = [("fire", "tea"), ("cancel", "tea"), ("clear", "tea")]
    assert hub.engine.calls == calls
    _, answer = await ask(hub, "POST", "/api/v1/rules/tea/run?dry=1", {})
    assert answer["would"] == ["lamp: on"] and answer["why"] and hub.engine.calls == calls
    hub.rules["tea"].is_enabled = False
    status, answer = await ask(hub, "POST", "/api/v1/rules/tea/run", {})
    assert (status, answer["title"]) == (409, "Conflict")
    assert (await ask(hub, "GET", "/api/v1/rules/coffee"))[0] == 404


async def test_inputs_are_set():
    hub = hub_with_rule()
    path = "/api/v1/inputs/presence"
    for on in (True, False, None):
        assert (await ask(hub, "PUT", path, {"on": on}))[1] == {"name": "presence", "on": on}
    for wrong in ({}, {"on": 0}, {"on": 2}, {"on": "yes"}, []):
        assert (await ask(hub, "PUT", path, wrong))[0] == 400, wrong
    assert (await ask(hub, "GET", "/api/v1/inputs"))[1] == [{"name": "presence", "on": None}]
    assert (await ask(hub, "PUT", "/api/v1/inputs/other", {"on": True}))[0] == 404
