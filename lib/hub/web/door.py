"""Who may do what. Who has proved it once is known from then on; the rest is admission.py's."""

from hashlib import sha256

from tuya.port import const

from ..system.store import DOOR_FILE, load

#: What a token lets its holder do; each includes those before it.
SCOPES = ("read", "control", "admin")

_BODY_MAX = const(16384)
# What others send is held in memory before anybody knows who they are.
_STRANGER_MAX = const(1024)
_KNOWN_MAX = const(8)


def has_password():
    """Tell whether somebody has set one."""
    return bool(load(DOOR_FILE).get("hash"))


def open_door(settings, name):
    """Return the Door of a hub; where nobody has set a password, tell how to on the console."""
    door = Door(settings, name)
    if not (door.is_open or has_password()):
        from ..system.setup_ap import password

        door.setup_code = password()
        text = "Set a password at http://%s.local/ with the set-up code %s"
        print(text % (name, door.setup_code))  # not for the log, which others can read
    return door


class Door:
    """`settings`: "web" of the configuration; `name`: that of the hub."""

    def __init__(self, settings, name):
        self.settings = settings
        self.name = name
        self.is_open = not settings["auth"]
        self.setup_code = ""  # who knows it may set the first password
        self.password = b""  # the hash of one that was right, of programs that show it always
        self.guesses = {}  # how often an address has named a wrong password: see admission.py
        self._senders = {}
        self._shown = {}  # {hash of what a request has shown: scope}

    def check_sender(self, headers):
        """Turn away what another site's page has a browser send. Raises Problem."""
        sender = headers.get("host", ""), headers.get("origin")
        if sender not in self._senders:
            self._ask("check_sender", *sender)
            _remember(self._senders, sender, True)

    def admit(self, request, scope):
        """Let a request pass whose token has the scope. Raises Problem."""
        if self.is_open:
            return
        granted = self._granted(request.headers)
        if not granted or SCOPES.index(granted) < SCOPES.index(scope):
            self._ask("refuse", granted)

    def body_max(self, headers):
        """Return how many bytes the body of a request may have."""
        is_known = self.is_open or self._granted(headers) == SCOPES[-1]
        return _BODY_MAX if is_known else _STRANGER_MAX

    def forget(self):
        """Have everybody prove anew who he is: tokens have changed."""
        self._shown.clear()
        self.password = b""

    def _granted(self, headers):
        shown = headers.get("authorization")
        if not shown:
            return None
        # What is looked up is a hash: the time that takes tells nothing of a token.
        digest = sha256(shown.encode()).digest()
        granted = self._shown.get(digest)
        if not granted:
            granted = self._ask("scope_of", shown)
            if granted:
                _remember(self._shown, digest, granted)
        return granted

    def _ask(self, name, *arguments):
        from . import admission

        return getattr(admission, name)(self, *arguments)


def _remember(known, key, value):
    if len(known) >= _KNOWN_MAX:
        known.clear()
    known[key] = value
