"""Any rules in any home: no exception, nothing done that no rule allows, locks always hold."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.room import Room

NAMES = ("lamp", "pump", "heater")
CONFIG = {
    "plugs": [
        {"name": name, "id": f"bf{i:020}", "key": "0123456789abcdef"}
        for i, name in enumerate(NAMES)
    ],
    "relays": [{"name": "fan", "pin": 26}],
    "groups": [{"name": "all", "members": ["lamp", "fan"]}],
    "scenes": [{"name": "away", "set": {"lamp": "off", "fan": "toggle"}}],
    "buttons": [{"pin": 4, "press": {"plug": "lamp"}}],
}
SITE = {"tz": "CET-1CEST,M3.5.0,M10.5.0/3", "lat": 52.5, "lon": 13.4}
NOON = 1793620800  # the day before summer time ends
ENFORCED_S = 6

names = st.sampled_from((*NAMES, "fan"))
plugs = st.sampled_from(NAMES)
durations = st.sampled_from(("1s", "5s", "1m", "10m", "2h"))
moments = st.sampled_from(("12:05", "00:30", "02:30", "sunset", "sunrise-30m", "23:59"))
powers = st.builds("{}{}W".format, st.sampled_from("<>"), st.sampled_from((1, 4, 10, 100, 2000)))


def kind_of(name):
    return "relay" if name == "fan" else "plug"


def optional(**values):
    return st.fixed_dictionaries({}, optional=values)


def merged(*parts):
    return st.tuples(*parts).map(lambda dicts: {key: d[key] for d in dicts for key in d})


switching = st.builds(
    lambda name, more: {kind_of(name): name} | more,
    names,
    optional(
        set=st.sampled_from(("on", "off", "toggle")),
        **{"for": durations},
        retrigger=st.booleans(),
        delay=durations,
    ),
)
locking = plugs.map(lambda name: {"plug": name, "set": "off", "lock": "until-cleared"})
steps = st.one_of(
    switching,
    switching,
    locking,
    st.sampled_from(
        (
            {"group": "all", "set": "on", "for": "10m"},
            {"scene": "away"},
            {"notify": "something"},
            {"cancel": "r0"},
            {"cancel": "r1", "delay": "5s"},
        )
    ),
)
measured = st.one_of(
    st.builds(
        lambda power, more: {"power": power} | more, powers, optional(hysteresis=st.just("2W"))
    ),
    st.booleans().map(lambda on: {"on": on}),
    st.booleans().map(lambda on: {"online": on}),
)
conditions = st.builds(
    lambda plug, measure, more: {"plug": plug} | measure | more,
    plugs,
    measured,
    optional(**{"for": durations}, after=st.builds(lambda power: {"power": power}, powers)),
)
inputs = st.builds(
    lambda on, more: {"input": "presence", "is": on} | more,
    st.booleans(),
    optional(**{"for": durations}),
)
windows = st.sampled_from(
    ({}, {}, {"not": {"between": "18:00-23:00"}}, {"only": {"between": "sunset-sunrise"}})
)
doing = merged(
    st.lists(steps, min_size=1, max_size=3).map(lambda do: {"do": do}),
    windows,
    st.booleans().map(lambda safety: {"safety": safety}),
    st.sampled_from(({}, {}, {}, {"enabled": False})),
)
rules = st.one_of(
    merged(
        moments.map(lambda at: {"at": at}),
        optional(jitter=durations, until=moments, missed=durations, days=st.just("mo-fr")),
        doing,
    ),
    merged(st.one_of(conditions, inputs).map(lambda when: {"when": when}), doing),
    st.builds(
        lambda name, more: {"limit": {kind_of(name): name, "max_on": "10m"} | more},
        names,
        optional(min_off=durations),
    ),
    st.builds(
        lambda power, more: {
            "follow": {"leader": "pump", "power": power, "followers": ["lamp", "fan"]} | more
        },
        powers,
        optional(**{"for": durations}, off_delay=durations),
    ),
)
rulebooks = st.lists(rules, min_size=1, max_size=6).map(
    lambda found: [{"id": f"r{i}"} | rule for i, rule in enumerate(found)]
)
events = st.one_of(
    st.tuples(st.just("watts"), plugs, st.sampled_from((0, 3, 5, 50, 2300))),
    st.tuples(st.just("by_hand"), names, st.booleans()),
    st.tuples(st.just("connect"), plugs, st.booleans()),
    st.tuples(st.just("tell"), st.just("presence"), st.sampled_from((True, False, None))),
    st.tuples(st.just("run"), st.sampled_from((1, 6, 61, 700, 7200, 50000))),
    st.tuples(st.just("restart"), st.sampled_from((3, 400)), st.booleans()),
    st.tuples(st.just("clear"), st.integers(0, 5)),
)


@settings(max_examples=300, deadline=None)
@given(rulebooks, st.lists(events, max_size=25), st.booleans(), st.booleans())
def test_any_rules_in_any_home(book, happenings, knows_time, counts_down):
    home = Room(
        CONFIG,
        {"site": SITE, "rules": book},
        NOON if knows_time else None,
        counts_down=counts_down,
    )
    # Those that cancel a rule there is none of are left out; nothing else can be wrong.
    assert all("no rule is named" in fault for fault in home.faults), home.faults
    allowed = allowed_by(home.checked)
    watch = Watch(home)
    for what, *arguments in happenings:
        if what == "clear":
            for rule in list(home.rules.values())[arguments[0] : arguments[0] + 1]:
                home.engine.clear(rule)
        elif what == "restart":
            home.restart(arguments[0], power_cut=arguments[1])
        elif what != "tell" or "presence" in home.things:
            getattr(home, what)(*arguments)
        watch.check()
    home.run(ENFORCED_S)
    for thing in home.things.values():
        assert not (thing.lock and thing.on and thing.online), thing.name
    for event in home.events:
        if event[1] == "set":
            assert event[2:] in allowed, event
    watch.check()


class Watch:
    """Looks through the events for anything that was switched on while it was locked."""

    def __init__(self, home):
        self._home = home
        self._seen = 0
        self._locked = set()

    def check(self):
        events = self._home.events
        for _, what, name, value in events[self._seen :]:
            if what == "lock":
                (self._locked.add if value else self._locked.discard)(name)
            elif what == "set" and value:
                assert name not in self._locked, events
        self._seen = len(events)
        # A restart begins with locks, and tells of them.
        self._locked = {thing.name for thing in self._home.things.values() if thing.lock}


def allowed_by(checked):
    """Return all (name, on) that one of the rules may bring about."""
    members = {group["name"]: group["members"] for group in checked["groups"]}
    scenes = {scene["name"]: scene["set"] for scene in checked["scenes"]}
    allowed = set()

    def allow(name, verb, is_held):
        for member in members.get(name, [name]):
            if verb in ("on", "toggle") or is_held:
                allowed.add((member, True))
            if verb in ("off", "toggle") or is_held:
                allowed.add((member, False))

    for rule in checked["rules"]:
        if "limit" in rule:
            allow(rule["limit"][0], "off", False)
        if not rule["enabled"]:
            continue
        for step in rule["steps"]:
            if step[1] == "lock":
                allow(step[2], "off", False)
            elif step[1] == "do" and step[2] in scenes:
                for name, verb in scenes[step[2]].items():
                    allow(name, verb, False)
            elif step[1] == "do":
                is_held = step[4] is not None or bool("clock" in rule and rule["clock"][3])
                allow(step[2], step[3], is_held)
    return allowed


KEYS = (
    *("id", "at", "when", "do", "plug", "power", "for", "after", "not", "between", "limit"),
    *("max_on", "follow", "leader", "followers", "set", "until", "days", "only", "jitter"),
    *("missed", "button", "gpio", "input", "is", "safety"),
)

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 90000),
        st.sampled_from(("lamp", "fan", "all", "06:30", "sunset", "<4W", "5m", "mo-fr", "on", "")),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(values, st.lists(st.tuples(rules, st.sampled_from(("at", "do", "when", "id")), values)))
def test_any_rules_file_is_checked_without_an_exception(site, spoiled):
    from hub.components import schema

    book = []
    for i, (rule, key, value) in enumerate(spoiled):
        book.append({"id": f"r{i}"} | copy.deepcopy(rule) | {key: value})
    for raw in ({"site": site, "rules": book}, {"site": SITE, "rules": [*book, site]}, site):
        checked = schema().check_values(copy.deepcopy(CONFIG), {}, copy.deepcopy(raw))
        assert all(isinstance(fault, str) for fault in checked["faults"])
        assert schema().check_values(copy.deepcopy(CONFIG), {}, copy.deepcopy(raw)) == checked
        room = Room(CONFIG, copy.deepcopy(raw), NOON)
        room.run(100)
