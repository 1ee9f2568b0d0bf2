"""devices.json, as `tinytuya wizard` writes it: read, found in, written."""

import json

import pytest

from plughub import devices
from plughub.cli import NOT_FOUND, Failure

LAMP = {"name": "Desk lamp", "id": "bf00", "key": "0123456789abcdef", "ip": "192.0.2.5"}
FAN = {"name": "Desk fan", "id": "bf01", "key": "k" * 16, "version": 3.4, "extra": [1]}


def written(folder, value):
    path = folder / "devices.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_a_list_and_an_object_are_read(tmp_path):
    for value in ([LAMP, FAN], {"devices": [LAMP, FAN]}, [LAMP, FAN, {"name": "no id"}, 7]):
        lamp, fan = devices.load(written(tmp_path, value))
        assert (lamp.name, lamp.address, lamp.version) == ("Desk lamp", "192.0.2.5", None)
        assert (fan.version, fan.address, fan.raw) == ("3.4", None, FAN)


@pytest.mark.parametrize("value", ["", "{", "3", "{}", '"x"'])
def test_what_is_none_is_told_with_its_path(tmp_path, value):
    with pytest.raises(Failure, match=r"devices\.json is no"):
        devices.load(written(tmp_path, value))


def test_what_is_missing_is_told_with_what_to_do(tmp_path):
    with pytest.raises(Failure, match="plughub keys") as failure:
        devices.load(tmp_path / "devices.json")
    assert failure.value.code == NOT_FOUND


def test_what_is_written_is_for_nobody_else(tmp_path):
    path = devices.save([LAMP, FAN], tmp_path / "deeper" / "devices.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == [LAMP, FAN]
    assert [path] == list(path.parent.iterdir())


def test_a_file_that_is_kept_elsewhere_stays_there(tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text("[]")
    kept.chmod(0o644)
    link = tmp_path / "devices.json"
    link.symlink_to(kept)
    assert devices.save([LAMP], link) == link
    assert link.is_symlink() and json.loads(kept.read_text()) == [LAMP]
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match=r"devices\.json cannot be written"):
        devices.save([LAMP], tmp_path / "file" / "devices.json")


def test_a_device_is_found_by_what_people_call_it():
    known = [devices.known(LAMP), devices.known(FAN)]
    for word, expected in (("desk lamp", "bf00"), ("bf01", "bf01"), ("desk f", "bf01")):
        assert devices.find(known, word).id == expected
    with pytest.raises(Failure, match="could be several: Desk lamp"):
        devices.find(known, "desk")
    with pytest.raises(Failure, match="no device kettle; known are: Desk lamp, Desk fan"):
        devices.find(known, "kettle")
