import pytest
from interpreters import missing, need_micropython

from bench.mosquitto import Mosquitto, find_mosquitto
from fakeplug.ports import free_port


@pytest.fixture(params=["CPython", 64, "frozen"], ids=["CPython", "64-bit", "frozen"])
def interpreter(request):
    """What the firmware runs on, None for this CPython."""
    return None if request.param == "CPython" else need_micropython(request.param)


@pytest.fixture
def mosquitto(tmp_path_factory):
    """Returns a broker that is not started yet, or makes others: `mosquitto(lines)`."""
    if not find_mosquitto():
        missing("mosquitto is not installed")

    def make(*lines):
        lines = lines or ("allow_anonymous true",)
        return Mosquitto(tmp_path_factory.mktemp("mosquitto"), free_port(), lines)

    return make
