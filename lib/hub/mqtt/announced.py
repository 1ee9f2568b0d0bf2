"""The file that remembers what was announced on the broker, to take away what is gone.

It has a file of its own so that it takes no heap between two announcements.
"""

from hub.log import WARNING, log
from hub.system.store import save


def keep(path, facts):
    """Write what was announced. A flash that does not take it is told of, and nothing else."""
    try:
        save(path, facts)
    except OSError as e:
        log("%s could not be written (error %s)" % (path, e.errno), WARNING)
