"""Home Assistant's own schemas take all that is announced, and nothing that is wrong in it.

They want a Python and some 600 MB of their own: `make build/.home-assistant` gets them, in some
minutes. Without them this is skipped, in CI too; tests/hub/mqtt/test_home_assistant.py has the
names they know.
"""

import json
import subprocess

import pytest

from hub.components import schema
from plughub import BUILD, ROOT
from plughub.mqtt.home import announcement

PYTHON = BUILD / "home-assistant" / "bin" / "python"
JUDGE = ROOT / "tests" / "mqtt" / "home_assistant_judge.py"
HOME = {
    "name": "attic",
    "plugs": [
        {"name": "k\u00fcche/lamp", "id": "bf0123456789abcdefghij", "key": "0123456789abcdef"},
        {"name": "fan", "id": "bf0123456789abcdefghik", "key": "0123456789abcdef"},
    ],
    "relays": [{"name": "pump", "pin": 26}],
    "groups": [{"name": "all", "members": ["fan", "pump"]}],
    "scenes": [{"name": "night", "set": {"fan": "off"}}],
    "buttons": [{"name": "hall", "pin": 4, "press": {"plug": "fan"}, "long": {"scene": "night"}}],
}
ENTITIES = 18


@pytest.fixture(scope="module")
def judged():
    if not PYTHON.exists():
        pytest.skip("no Home Assistant here: make build/.home-assistant")

    def judge(found):
        """Return (complaints, how many entities are taken)."""
        process = subprocess.run(
            [PYTHON, JUDGE], input=json.dumps(found), capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stderr
        *complaints, last = process.stdout.splitlines()
        return complaints, int(last.split()[0])

    return judge


def announced(discovery):
    config = HOME | {"mqtt": {"host": "192.0.2.1", "discovery": discovery}}
    return dict(announcement(schema().check_values(config), ["fan"]))


@pytest.mark.parametrize("discovery", ["device", "single"])
def test_it_takes_everything(judged, discovery):
    assert judged(announced(discovery)) == ([], ENTITIES)


def test_what_is_wrong_is_found(judged):
    found = announced("device")
    topic = "homeassistant/device/attic_bf0123456789abcdefghij/config"
    plug = found[topic]
    entities = plug["cmps"]

    def with_power(**more):
        return plug | {"cmps": entities | {"power": entities["power"] | more}}

    for wrong, words in (
        ({key: plug[key] for key in plug if key != "o"}, "required key"),
        (plug | {"dev": {"name": "x"}}, "identifying"),
        (plug | {"~": "attic"}, "extra keys"),
        (with_power(dev_cla="watts"), "device_class"),
        (with_power(stat_cla="sum"), "state_class"),
        (with_power(unit="W"), "not known: unit"),
        (with_power(stat_t="a/#/b"), "state_topic"),
        (with_power(val_tpl="{{ value_json."), "template"),
    ):
        complaints, _ = judged({topic: wrong})
        assert complaints and words in complaints[0], (words, complaints)
