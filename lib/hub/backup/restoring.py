"""Restores a backup: what it holds is staged, checked as a change of the configuration is, and put
in force by one step. Until then nothing of the home has changed.
"""

from hub.config.entries import read
from hub.system import staging
from hub.system.staging import staged
from hub.system.store import CONFIG_FILE, RULES_FILE, UNDO_FILE, remove
from hub.system.unload import unload


async def prepare(file, key, check):
    """Stage the home that is in a backup, a binary file, so that staging.commit() restores it.

    `key`: what it was encrypted under, 32 bytes, or None. `await check(read_new, read_rules,
    secrets)` as Changes.check() does. Returns what is missing in it, a text for each. Raises
    BackupFault, what check() does, and OSError where the flash takes no more; nothing is staged
    then.
    """
    staging.discard()
    try:
        secrets, missing = _completed(*await _opened(file, key))
        await check(lambda: read(staged(CONFIG_FILE)), lambda: read(staged(RULES_FILE)), secrets)
    except BaseException:
        staging.discard()
        raise
    # The configuration before was another home's: there is no way back to it without its keys.
    remove(UNDO_FILE)
    return ["%s has no key in this backup, and none on this board" % name for name in missing]


def leave_to_next_start():
    """Put in force what is staged, at the next start. Raises OSError; nothing is staged then."""
    try:
        next(staging.committing())  # behind its first step recover() does the rest
    except OSError:
        staging.discard()
        raise


# What checks wants the room of what has done its work: each is forgotten before it.


async def _opened(file, key):
    """Return whether it has secrets of its own, and the paths of its files."""
    from hub.backup.opening import stage

    try:
        header, paths = await stage(file, key)
        return header.has_secrets, paths
    finally:
        unload("hub.backup.opening", "hub.backup.sealing", "hub.backup.container")


def _completed(has_secrets, paths):
    from hub.backup.completing import complete

    try:
        return complete(has_secrets, paths)
    finally:
        unload(
            "hub.backup.completing",
            "hub.backup.container",
            "hub.backup.facts",
            "hub.config.characters",
        )
