"""Restores a backup: what it holds is staged, checked as a change of the configuration is, and put
in force by one step. Until then nothing of the home has changed.
"""

from hub.backup.container import BackupFault
from hub.backup.facts import restored
from hub.config.characters import check as check_text
from hub.config.entries import Fault, read, write_entries
from hub.config.secrets import keys, load_secrets, with_key, write_secrets
from hub.system import store
from hub.system.store import CONFIG_FILE, ENERGY_FILE, RULES_FILE, SECRETS_FILE, STATE_FILE, staged
from hub.system.unload import unload

# What a home has that has none of them.
_EMPTY = ((RULES_FILE, '{"rules": []}'), (STATE_FILE, "{}"), (ENERGY_FILE, "{}"))
_A_KEY = "0" * 16


async def prepare(file, key, check):
    """Stage the home that is in a backup, a binary file, so that store.commit() restores it.

    `key`: what it was encrypted under, 32 bytes, or None. `await check(read_new, read_rules,
    secrets)` as Changes.check() does. Returns what is missing in it, a text for each. Raises
    BackupFault, what check() does, and OSError where the flash takes no more; nothing is staged
    then.
    """
    store.discard()
    try:
        header, names = await _opened(file, key)
        missing = await _complete(header.has_secrets, names, check)
    except BaseException:
        store.discard()
        raise
    # The configuration before was another home's: there is no way back to it without its keys.
    store.remove(store.UNDO_FILE)
    return missing


def leave_to_next_start():
    """Put in force what is staged, at the next start. Raises OSError; nothing is staged then."""
    try:
        next(store.committing())  # behind its first step recover() does the rest
    except OSError:
        store.discard()
        raise


async def _opened(file, key):
    from hub.backup.opening import stage

    try:
        return await stage(file, key)
    finally:
        unload("hub.backup.opening", "hub.backup.sealing")  # what checks wants the room


async def _complete(has_secrets, names, check):
    """Stage what is not in the backup, check all of it, and return what is missing."""
    for name, text in _EMPTY:
        if name not in names:
            store.stage(name, lambda file, text=text: file.write(text))
    for name in (CONFIG_FILE, RULES_FILE):
        try:
            check_text(staged(name))
        except ValueError:
            raise BackupFault("%s in the backup is no text in UTF-8" % name) from None
    for name in names:
        _check_json(name)
    facts = restored(store.load(staged(STATE_FILE)))
    store.stage(STATE_FILE, lambda file: store.write(facts, file))
    # A backup has them as they are, whatever this hub does to its own file.
    secrets = store.load(staged(SECRETS_FILE)) if has_secrets else load_secrets()
    if not any([True for _ in read(staged(CONFIG_FILE), ("wifi",))]):
        _keep_wifi(secrets)
    store.stage(SECRETS_FILE, lambda file: write_secrets(secrets, file))
    missing = _without_key(secrets)
    # As if the keys that are missing were there.
    secrets = dict(secrets, plugs=dict(keys(secrets), **{id: _A_KEY for id, _ in missing}))
    await check(lambda: read(staged(CONFIG_FILE)), lambda: read(staged(RULES_FILE)), secrets)
    return ["%s has no key in this backup, and none on this board" % name for _, name in missing]


def _check_json(name):
    try:
        for _ in read(staged(name), ()):
            pass
    except Fault as e:
        raise BackupFault("%s in the backup: %s" % (name, e)) from None


def _keep_wifi(secrets):
    """Have this board stay in its own Wi-Fi: the backup knows of none."""
    secrets.pop("wifi", None)
    try:
        own = [value for _, _, value in read(CONFIG_FILE, ("wifi",))]
    except Fault:
        own = []  # it has no configuration that could be read
    if not own:
        return
    password = load_secrets().get("wifi")
    if password is not None:
        secrets["wifi"] = password
    store.replace(staged(CONFIG_FILE), lambda file: write_entries(_with_wifi(own[0]), file))


def _with_wifi(wifi):
    yield "wifi", None, wifi
    yield from read(staged(CONFIG_FILE))


def _without_key(secrets):
    """Return [(id, name)] of the plugs that have no key."""
    found = []
    for _, _, plug in read(staged(CONFIG_FILE), ("plugs",)):
        id = plug.get("id") if isinstance(plug, dict) else None
        # What is no plug the check tells of.
        if isinstance(id, str) and with_key(plug, secrets).get("key") is None:  # pyright: ignore
            found.append((id, str(plug.get("name"))))  # pyright: ignore
    return found
