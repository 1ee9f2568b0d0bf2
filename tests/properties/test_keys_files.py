"""Whatever stands in a file of keys: it is read or refused in words, and no hub takes harm."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.components import schema
from plughub.cli import Failure
from plughub.devices import known
from plughub.keys import files
from plughub.keys.hub_config import plan
from plughub.keys.merge import merge

_FIELDS = (
    *("id", "gwId", "device_id", "name", "title", "key", "local_key", "ip", "host", "version"),
    *("ver", "protocol_version", "sub", "node_id", "parent", "device_cid", "mapping", "category"),
    *("devices", "subDevices", "data", "entries", "domain", "options", "1", "code", "type"),
)
_TEXTS = (
    "bf" + "0" * 18,
    "bf" + "1" * 18,
    "k" * 16,
    "192.0.2.5",
    "3.4",
    "tuya_local",
    "localtuya",
)
_LEAVES = (None, True, False, 0, 3.3, -1, "", "\ud7ff\x1b", [], {}, [[]], {"1": {"type": 7}})
_leaf = st.sampled_from(_LEAVES + _TEXTS) | st.text(max_size=20)
_object = st.dictionaries(st.sampled_from(_FIELDS), _leaf, max_size=6)
_value = _leaf | _object | st.lists(_object, max_size=2)
_device = st.dictionaries(st.sampled_from(_FIELDS), _value, max_size=6)
_devices = st.lists(
    st.builds(lambda id, rest: {"id": id} | rest, st.sampled_from(_TEXTS), _device), max_size=3
)
_values = _value | st.lists(_value, max_size=3)
_storages = st.fixed_dictionaries({"data": st.fixed_dictionaries({"entries": _values})})


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=_devices | _storages | _values, old=_devices)
def test_any_json_is_read_or_refused(tmp_path, value, old):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    try:
        found = files.read(path)
    except Failure:
        return
    merged = merge(old, found.entries, is_whole=False, prune=False)
    ids = {known(device).id for device in old}
    assert ids <= {known(entry).id for entry in merged.entries}
    config = plan({}, merged.present()).config
    assert schema().check_values(config)["faults"] == []


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="[]{}'\"`:, \\\nidkey1", max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("keys") / "keys.txt"
    path.write_text(text, encoding="utf-8")
    try:
        assert files.read(path).entries
    except Failure as e:
        assert str(path) in str(e)
