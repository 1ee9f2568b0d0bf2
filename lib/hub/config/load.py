"""Reads the configuration, its secrets and its rules from their files."""

from hub.config.entries import Fault, read, write_entries
from hub.config.secrets import has_secret, load_secrets, take, write_secrets
from hub.log import WARNING, log
from hub.system import staging, store
from hub.system.store import CONFIG_FILE, RULES_FILE, SECRETS_FILE


def load(schema, path=CONFIG_FILE, secrets_path=SECRETS_FILE, rules_path=RULES_FILE):
    """Return the whole configuration as Schema.check() does. Never raises for what is in it.

    A new hub has none, which is no fault.
    """
    entries, read_rules = (), None
    if store.exists(path):
        entries = read(path)
    else:
        log("there is no %s yet" % path)
    if store.exists(rules_path):
        read_rules = lambda: read(rules_path)  # noqa: E731
    return schema.check(entries, load_secrets(secrets_path), read_rules, path=path)


def move_secrets():
    """Move keys and passwords that stand in the configuration to the file of their own."""
    secrets = load_secrets()
    try:
        if not any([has_secret(key, value) for key, _, value in read(CONFIG_FILE)]):
            return
        staging.stage(CONFIG_FILE, lambda file: write_entries(_without(secrets), file))
        staging.stage(SECRETS_FILE, lambda file: write_secrets(secrets, file))
        staging.commit()
    except Fault:
        pass  # it is told of when it is loaded
    except OSError as e:
        staging.discard()
        text = "keys stay in %s: the flash takes no more (error %s)"
        log(text % (CONFIG_FILE, e.errno), WARNING)


def _without(secrets):
    for key, index, value in read(CONFIG_FILE):
        yield key, index, take(key, index, value, secrets)
