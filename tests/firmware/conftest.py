import pytest
from interpreters import need_micropython


@pytest.fixture(params=[64, 32], ids=["64-bit", "32-bit"])
def micropython(request):
    return need_micropython(request.param)
