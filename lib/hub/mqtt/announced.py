"""The file that remembers what was announced on the broker, to take away what is gone.

It has a file of its own so that it takes no heap between two announcements.
"""

from hub.log import WARNING, log
from hub.system import store


def load(path):
    """Return what was announced, {} where nothing is known."""
    return store.load(path)


def keep(path, facts):
    """Write what was announced. A flash that does not take it is told of, and nothing else."""
    try:
        store.save(path, facts)
    except OSError as e:
        log("%s could not be written (error %s)" % (path, e.errno), WARNING)
