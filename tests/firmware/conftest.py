import pytest
from interpreters import need_micropython


@pytest.fixture(params=[64, "frozen"], ids=["64-bit", "frozen"])
def micropython(request):
    return need_micropython(request.param)
