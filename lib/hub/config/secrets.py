"""Keys and passwords of a configuration, apart from it. They stand in a file of their own.

{"wifi": password, "mqtt": password, "cloud": secret, "plugs": {id: key}}; one that is not there
stands for none.
"""

from hub.system import store

#: Stands for a secret that is not shown; put in its place, it means that it stays.
MASK = "***"
#: Sections of a configuration that have a secret, and what it is called in them.
IN_SECTIONS = (("wifi", "password"), ("mqtt", "password"), ("cloud", "secret"))

# What encrypts the file; a PC may put something here before it is read.
_vault = None


def load_secrets(path=store.SECRETS_FILE):
    """Return what write_secrets() wrote last, {} where there is nothing that can be read."""
    found = store.load(path)
    return _vault.unsealed(found) if _vault else found


def write_secrets(secrets, file):
    """Write them as the file of them has them."""
    store.write(_vault.sealed(secrets) if _vault else secrets, file)


def at_rest():
    """Return what protects the file: "plain" for nothing, or the name of what encrypts it."""
    return _vault.name if _vault else "plain"


def take(key, index, value, secrets):
    """Move what is secret in an entry of a configuration to `secrets`; return what is left of it.

    What is masked stays as it is in `secrets`; an empty password is the end of one.
    """
    if not has_secret(key, value):
        return value
    called = _called(key)
    secret = value[called]
    if key == "plugs":
        id = value.get("id")
        if isinstance(secret, str) and isinstance(id, str) and secret != MASK:
            secrets.setdefault("plugs", {})[id] = secret
    elif secret in ("", None):
        secrets.pop(key, None)
    elif isinstance(secret, str) and secret != MASK:
        secrets[key] = secret
    return {name: value[name] for name in value if name != called}


def has_secret(key, value):
    """Tell whether an entry holds a secret, or stars in its place."""
    name = _called(key)
    return name is not None and isinstance(value, dict) and name in value


def with_key(plug, secrets):
    """Return a plug of a configuration with the key that belongs to it; its own one stands."""
    if not isinstance(plug, dict) or plug.get("key") not in (None, MASK):
        return plug
    return _with(plug, "key", keys(secrets).get(_id(plug)))


def with_secret(name, section, secrets):
    """Return a section with the secret that belongs to it; its own one stands."""
    called = _called(name)
    if not isinstance(section, dict) or section.get(called) not in (None, MASK):
        return section
    return _with(section, called, secrets.get(name))


def masked(key, value, secrets):
    """Return an entry of a configuration as it is shown: with stars where there is a secret."""
    called = _called(key)
    if not called or not isinstance(value, dict):
        return value
    has_one = _id(value) in keys(secrets) if key == "plugs" else key in secrets
    return _with(value, called, MASK) if has_one else value


def keys(secrets):
    """Return {id: key} of plugs."""
    found = secrets.get("plugs")
    return found if isinstance(found, dict) else {}


def _called(key):
    """Return what the secret of a section or of an element of a list is called; None for none."""
    return "key" if key == "plugs" else dict(IN_SECTIONS).get(key)


def _id(plug):
    id = plug.get("id")
    return id if isinstance(id, str) else None


def _with(value, name, secret):
    value = dict(value)
    value.pop(name, None)
    if secret is not None:
        value[name] = secret
    return value
