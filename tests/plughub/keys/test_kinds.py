"""Devices of all sorts out of a devices.json: each as what it is, and right to the hub itself."""

import pytest
from stub_device import StubDevice
from tuya_products import PRODUCTS, mapping_of

import tuya.bulb
from hub.components import schema
from hub.targets.kinds.kind import make
from plughub.devices import known
from plughub.keys.hub_config import plan
from plughub.keys.kinds import kind_of

KEY = "o:qQJ1W~A+(B+3uB"


def entry_of(number, category, name, dps):
    return {
        "id": f"bf{number:018}xy",
        "name": name,
        "key": KEY,
        "category": category,
        "mapping": mapping_of(dps),
    }


@pytest.mark.parametrize(
    ("category", "name", "kind", "dps"), PRODUCTS, ids=[row[1] for row in PRODUCTS]
)
def test_a_product_is_what_it_is(category, name, kind, dps):
    mapping = mapping_of(dps)
    found, kept, _ = kind_of(category, mapping)
    assert found == kind
    made = make(found or "outlet", StubDevice(), {"mapping": kept})
    if kind == "custom":
        useful = [dp for dp in mapping if mapping[dp]["type"] not in ("Raw", "Json")]
        names = {mapping[dp]["code"] for dp in useful}
        assert names - set(made.fields()) <= {"switch"}
    if kind in ("cover", "climate"):
        assert kept and made.fields()
    # Nobody said the category: most are found by their codes all the same.
    if kind in ("strip", "cover", "climate"):
        assert kind_of("", mapping)[0] == kind or category == "clkg"


def test_a_home_of_all_of_them_is_right():
    entries = [
        entry_of(number, category, name, dps)
        for number, (category, name, _, dps) in enumerate(PRODUCTS)
    ]
    devices = [known(entry) for entry in entries]
    # A few at a time: together they are too much for a board.
    for at in range(0, len(devices), 5):
        result = plan({}, devices[at : at + 5])
        checked = schema().check_values(result.config)
        assert checked["faults"] == [] and not result.left_out
        assert [plug["kind"] for plug in checked["plugs"]] == [
            row[2] for row in PRODUCTS[at : at + 5]
        ]
    strip = plan({}, [devices[2]]).config
    assert strip["outlets"] == [
        {"name": f"strip of four with USB {number}", "plug": "strip of four with USB", "dp": dp}
        for number, dp in ((1, 1), (2, 2), (3, 3), (4, 4), (5, 7))
    ]


def test_a_bulb_has_its_dps_where_the_library_has_them():
    for category, _, kind, dps in PRODUCTS:
        if kind == "bulb":
            mapping = mapping_of(dps)
            reported = {int(dp): _sample(mapping[dp]) for dp in mapping}
            assert tuya.bulb.Bulb(StubDevice(reported)).kind, (category, dps)


def _sample(point):
    kinds = {"Boolean": True, "Integer": 500, "Enum": "white", "Json": "00f003e803e8"}
    return kinds.get(point["type"], "text")


def test_what_is_odd_is_no_reason_to_fail():
    for mapping in ({}, {"x": 1}, {"1": None}, {"1": {"code": 3, "type": "Boolean"}}):
        assert kind_of("dj", mapping)[0] == "bulb"
        assert kind_of("", mapping) == (None, None, [])
