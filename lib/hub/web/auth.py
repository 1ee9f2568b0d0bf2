"""Authentication: which requests are answered, by the sender's site, token and scope."""

from hashlib import sha256

from hub.system.store import AUTH_FILE, load
from hub.web.http import Problem
from tuya.port import const

#: What a token lets its holder do; each includes those before it.
SCOPES = ("read", "control", "admin")

_BODY_MAX = const(16384)
_BACKUP_MAX = const(67000)
# A body is held in memory before its sender is known.
_BODY_MAX_UNAUTHORIZED = const(1024)
_REMEMBERED_MAX = const(8)


def create_authentication(settings, name):
    """Return the Authentication of a hub; while it has no password, print how to set one."""
    authentication = Authentication(settings, name)
    if not (authentication.is_open or has_password()):
        from hub.setup.access_point import setup_code

        authentication.setup_code = setup_code()
        text = "Set a password at http://%s.local/ with the set-up code %s"
        print(text % (name, authentication.setup_code))  # not in the log, which can be read
    return authentication


class Authentication:
    """`settings`: "web" of the configuration; `name`: that of the hub."""

    nonces = None  # of those who prove the password without sending it: see login/nonces.py

    def __init__(self, settings, name):
        self.settings = settings
        self.name = name
        self.is_open = not settings["auth"]
        self.setup_code = ""  # allows to set the first password
        self.limiter = None  # of guesses at the password: see login/limiter.py
        self.password = b""  # hash of the right one, for programs that send it each time
        self._senders = {}  # {(host, origin): True} that have been found right
        self._granted = {}  # {hash of an Authorization header: scope}

    def check_sender(self, headers):
        """Refuse what a page of another site makes a browser send. Raises Problem."""
        sender = headers.get("host", ""), headers.get("origin")
        if sender in self._senders:
            return
        host, origin = sender
        # Another name that leads to the hub's address is DNS rebinding.
        if host and not self._is_own(host.lower()):
            detail = "This hub has another name; web.hosts in config.json may list more names"
            raise Problem(421, detail)
        if origin is not None and origin.split("://")[-1] != host:
            raise other_site()
        _remember(self._senders, sender, True)

    def authorize(self, request, scope):
        """Let a request pass whose token includes the scope. Raises Problem."""
        if self.is_open:
            return
        granted = self._scope_of(request.headers)
        if not granted:
            if has_password():
                raise unauthorized(("Bearer",))
            raise no_password()
        check_scope(granted, scope)

    def body_max(self, headers):
        """Return how many bytes the body of a request may have."""
        if not self.is_open and self._scope_of(headers) != SCOPES[-1]:
            return _BODY_MAX_UNAUTHORIZED
        # What is no JSON is a backup, which is longer than a file of it.
        is_backup = headers.get("content-type") == "application/octet-stream"
        return _BACKUP_MAX if is_backup else _BODY_MAX

    def forget(self):
        """Look at every token and password again: they have changed."""
        self._granted.clear()
        self.password = b""

    def _scope_of(self, headers):
        """Return the scope of the token in the headers, None without a valid one."""
        header = headers.get("authorization")
        if not header:
            return None
        # The lookup is by hash: the time it takes tells nothing about a token.
        digest = sha256(header.encode()).digest()
        granted = self._granted.get(digest)
        if not granted:
            from hub.web.login.passwords import scope_of_token

            kind, _, token = header.partition(" ")
            granted = scope_of_token(token.strip()) if kind.lower() == "bearer" else None
            if granted:
                _remember(self._granted, digest, granted)
        return granted

    def _is_own(self, host):
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        own = ["localhost"]
        for known in [self.name] + list(self.settings["hosts"]):
            own += [known.lower(), known.lower() + ".local"]
        # A numeric address cannot be made to lead anywhere else.
        return name in own or name[:1] == "[" or name.replace(".", "").isdigit()


def has_password():
    """Tell whether a password has been set."""
    return bool(load(AUTH_FILE).get("hash"))


def unauthorized(challenges):
    """Return the Problem of a request without a valid token; `challenges`: ways to show one."""
    detail = "A valid token is needed; log in, or show one in the Authorization header"
    lines = ["WWW-Authenticate: %s\r\n" % challenge for challenge in challenges]
    return Problem(401, detail, "".join(lines))


def other_site():
    """Return the Problem of a request that a page of another site has made a browser send."""
    return Problem(403, "A page of another site has sent this request")


def no_password():
    """Return the Problem of a request to a hub that has no password yet."""
    detail = "No password has been set; set one with the set-up code on the board's console"
    return Problem(401, detail, kind="setup")


def check_scope(granted, scope):
    """Raise Problem where a token's scope does not include another one."""
    if granted not in SCOPES[SCOPES.index(scope) :]:
        detail = 'This token has the scope "%s", and "%s" is needed'
        raise Problem(403, detail % (granted, scope))


def _remember(known, key, value):
    if len(known) >= _REMEMBERED_MAX:
        known.clear()
    known[key] = value
