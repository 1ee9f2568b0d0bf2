"""A plugin of pytest: the hub's tests run on the platform of a PC, with its modules and limits.

pytest -p pc_platform tests/hub
"""

from plughub.serve import limits
from plughub.serve.gpio import NoPin
from plughub.serve.machine import Machine, install

install(Machine(NoPin, lambda: None))
limits.lift()
