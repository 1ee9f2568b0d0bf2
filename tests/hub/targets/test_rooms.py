"""Rooms: what a plug, a group, the API and Home Assistant make of them."""

from fake_hub import FakeHub, FakeMemory, ask

from hub.components import schema
from hub.config.marks import mark
from hub.hub import Hub
from hub.targets import plugs
from hub.targets.connections import Connections
from hub.targets.target import Target, Targets

KEY = "0123456789abcdef"


def a_plug(name, number, room=None):
    about = {"name": name, "id": "bf%020d" % number, "key": KEY}
    return dict(about, room=room) if room else about


def checked(*groups):
    rooms = ("kitchen", "kitchen", None)
    those = [a_plug("p%d" % i, i, room) for i, room in enumerate(rooms)]
    return schema().check_values({"plugs": those, "groups": list(groups)})


def test_a_group_can_be_a_room():
    config = checked({"name": "all", "room": "kitchen"})
    assert config["faults"] == [] and config["groups"][0]["members"] == ["p0", "p1"]


def test_a_group_is_a_room_or_members_and_not_of_nothing():
    for group, words in (
        ({"name": "g"}, 'groups[0]: expected "members", or a "room"'),
        ({"name": "g", "room": "kitchen", "members": ["p2"]}, "groups[0]: expected"),
        ({"name": "g", "room": "attic"}, 'groups[0].room: no plug is in the room "attic"'),
    ):
        config = checked(group)
        assert words in config["faults"][0] and not config["groups"][0]["members"], group
    assert "room" in schema().check_values({"plugs": [a_plug("a", 1, 7)]})["faults"][0]


def test_a_plug_that_is_moved_to_another_room_goes_on():
    one, other = (
        schema().check_values({"plugs": [a_plug("a", 1, room)]})["plugs"][0]
        for room in ("kitchen", "attic")
    )
    but = ("at",) + plugs.ADOPTED
    assert one["room"] != other["room"] and mark(one, but) == mark(other, but)


class Home:
    """As much of a Hub as rooms ask for."""

    state_of = Hub.state_of
    _timers = None
    built = Hub.built

    def __init__(self):
        self.targets = Targets()
        self.furniture = {}
        self.connections = Connections(5, FakeMemory())


class Named(Target):
    def __init__(self, name):
        self.name = name

    def state(self):
        return {"name": self.name}


def test_who_has_no_rooms_keeps_nothing_of_them():
    home = Home()
    config = {"plugs": [], "outlets": [], "relays": [], "buttons": [], "inputs": [], "watched": []}
    plugs.settle(home, config)
    assert not hasattr(home, "rooms")
    assert "room" not in home.state_of(Named("a"))
    home.rooms = {"a": "attic"}
    assert home.state_of(Named("a"))["room"] == "attic"
    assert "room" not in home.state_of(Named("b"))
    plugs.settle(home, config)  # the last one has left its room
    assert home.rooms == {}


async def test_the_api_lists_them():
    hub = FakeHub()
    assert await ask(hub, "GET", "/api/v1/rooms") == (200, {})
    hub.rooms = {"lamp": "attic", "desk lamp": "attic", "gone": "cellar"}
    assert await ask(hub, "GET", "/api/v1/rooms") == (200, {"attic": ["lamp", "desk lamp"]})


async def test_home_assistant_is_told_where_a_plug_is():
    from hub.mqtt.home_assistant import announce

    told = {}

    class Client:
        async def publish(self, topic, payload, is_retained):
            text = payload if isinstance(payload, str) else b"".join(payload()).decode()
            told[topic] = text

    hub = FakeHub()
    hub.rooms = {"lamp": "attic"}
    settings = {"base": "home", "prefix": "ha", "discovery": "device", "page": 80, "buttons": "[]"}
    from mqtt_home import a_file, forget

    kept = a_file()
    await announce(hub, settings, Client(), kept)
    forget(kept)
    assert '"sa":"attic"' in told["ha/device/home_bf1/config"]
    assert '"sa"' not in told["ha/device/home_bf2/config"]
