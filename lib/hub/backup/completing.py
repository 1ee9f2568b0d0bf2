"""Makes a whole home of what is staged of a backup: what it lacks is taken from this board."""

from hub.backup.facts import restored
from hub.backup.fault import BackupFault
from hub.config.characters import check as check_text
from hub.config.entries import Fault, read, write_entries
from hub.config.secrets import keys, load_secrets, with_key, write_secrets
from hub.system import staging, store
from hub.system.staging import staged
from hub.system.store import CONFIG_FILE, ENERGY_FILE, RULES_FILE, SECRETS_FILE, STATE_FILE

# What a home has that has none of them.
_EMPTY = ((RULES_FILE, '{"rules": []}'), (STATE_FILE, "{}"), (ENERGY_FILE, "{}"))
_A_KEY = "0" * 16


def complete(has_secrets, paths):
    """Stage what is not in a backup. `has_secrets`: whether it has its own; `paths` of its files.

    Return (secrets to check the home with, [name of a plug that has no key]): those are as if
    their keys were there. Raises BackupFault, and OSError where the flash takes no more.
    """
    for path, text in _EMPTY:
        if path not in paths:
            staging.stage(path, lambda file, text=text: file.write(text))
    for name in (CONFIG_FILE, RULES_FILE):
        try:
            check_text(staged(name))
        except ValueError:
            raise BackupFault("%s in the backup is no text in UTF-8" % name) from None
    for path in paths:
        _check_json(path)
    facts = restored(store.load(staged(STATE_FILE)))
    staging.stage(STATE_FILE, lambda file: store.write(facts, file))
    # A backup has them as they are, whatever this hub does to its own file.
    secrets = store.load(staged(SECRETS_FILE)) if has_secrets else load_secrets()
    if not any([True for _ in read(staged(CONFIG_FILE), ("wifi",))]):
        _keep_wifi(secrets)
    staging.stage(SECRETS_FILE, lambda file: write_secrets(secrets, file))
    missing = _without_key(secrets)
    secrets["plugs"] = dict(keys(secrets), **{id: _A_KEY for id, _ in missing})
    return secrets, [name for _, name in missing]


def _check_json(path):
    try:
        for _ in read(staged(path), ()):
            pass
    except Fault as e:
        from hub.backup.container import name_of

        raise BackupFault("%s in the backup: %s" % (name_of(path), e)) from None


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
