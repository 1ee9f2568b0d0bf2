"""The test vectors: frames made by tinytuya 1.20.0 and tuyapi 7.7.1 with fixed inputs."""

import json

_FOLDER = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."


def load(kind, *versions):
    """Return the vectors of one kind and of these versions (of all, when none is named)."""
    with open(_FOLDER + "/vectors.json") as file:
        every = json.load(file)["vectors"]
    found = [v for v in every if v["kind"] == kind and (not versions or v["version"] in versions)]
    assert found, "no vectors of kind " + kind
    return found
