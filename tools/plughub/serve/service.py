"""`plughub service install`: has the hub started with the PC, by what the system has for that."""

import plistlib
import shutil
import sys
from pathlib import Path

from plughub.cli import USAGE, Failure, console
from plughub.serve.home import default_path

NAME = "plughub"
_LABEL = "home.plughub.serve"
_WATCHDOG_S = 60
_OF_SYSTEM = Path("/etc/systemd/system")
_OF_USER = Path(".config/systemd/user")
_AGENTS = Path("Library/LaunchAgents")

_UNIT = """\
[Unit]
Description=Plughub: Tuya plugs on the LAN
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart={command}
WatchdogSec={watchdog}
Restart=on-failure
RestartSec=5
TimeoutStopSec=20
UMask=0077
LimitNOFILE=65536

{hardening}
[Install]
WantedBy={target}
"""
# What a service of a user may ask for without a user namespace of its own.
_HARDENING = """\
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
_HARDENING_OF_SYSTEM = """\
DynamicUser=yes
StateDirectory=plughub
StateDirectoryMode=0700
CacheDirectory=plughub
Environment=XDG_CACHE_HOME=%C/plughub
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
PrivateTmp=yes
"""
_NO_PINS = "PrivateDevices=yes\n"
_PINS = "SupplementaryGroups=gpio\nDeviceAllow=char-gpiochip rw\n"


def install(is_of_system, has_pins, home, host, port, is_printed, platform=sys.platform):
    """Write what starts the hub, and say what to do with it. Raises Failure."""
    if home is None and not is_of_system:
        home = default_path()
    command = [*_program(), "serve", "--host", host]
    command += [] if port is None else ["--port", str(port)]
    if platform == "win32":
        _say(windows_note([*command, "--home", str(home)]))
        return
    if platform == "darwin":
        path, text, then = _agent([*command, "--home", str(home)])
    else:
        command += ["--home", str(home) if home else "%S/plughub"]
        path, text, then = _unit(command, is_of_system, has_pins)
    if is_printed:
        console.print(text, markup=False, soft_wrap=True, end="")
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as e:
        raise Failure(f"{path} cannot be written: {e.strerror or e}") from None
    _say(f"{path} is written. What starts it, now and with the PC:\n\n    {then}")


def unit(command, is_of_system, has_pins=False):
    """Return the text of a unit of systemd that runs a command, a list of words."""
    hardening = _HARDENING
    if is_of_system:
        hardening += _HARDENING_OF_SYSTEM + (_PINS if has_pins else _NO_PINS)
    return _UNIT.format(
        command=" ".join(map(_quoted, command)),
        watchdog=_WATCHDOG_S,
        hardening=hardening,
        target="multi-user.target" if is_of_system else "default.target",
    )


def agent(command):
    """Return the text of an agent of launchd that runs a command, a list of words."""
    log = str(Path.home() / "Library/Logs/plughub.log")
    settings = {
        "Label": _LABEL,
        "ProgramArguments": command,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "StandardErrorPath": log,
        "Umask": 0o077,
    }
    return plistlib.dumps(settings).decode()


def windows_note(command):
    """Return what to type on Windows."""
    words = " ".join(f'\\"{word}\\"' if " " in word else word for word in command)
    return (
        "Windows starts it when you log in, once you have typed this:\n\n"
        f'    schtasks /create /tn Plughub /sc onlogon /rl limited /tr "{words}"\n\n'
        "For a service that runs without anybody logged in, give the same command to WinSW or "
        "NSSM. Let it through the firewall: the page's port, and UDP 6666, 6667 and 7000."
    )


def _unit(command, is_of_system, has_pins):
    folder = _OF_SYSTEM if is_of_system else Path.home() / _OF_USER
    manager = "systemctl" if is_of_system else "systemctl --user"
    then = f"{manager} daemon-reload && {manager} enable --now {NAME}"
    if not is_of_system:
        then += "\n    loginctl enable-linger    # also while you are not logged in"
    return folder / f"{NAME}.service", unit(command, is_of_system, has_pins), then


def _agent(command):
    path = Path.home() / _AGENTS / f"{_LABEL}.plist"
    return path, agent(command), f"launchctl bootstrap gui/$(id -u) {path}"


def _program():
    """Return the words that begin every command of plughub on this PC. Raises Failure."""
    found = shutil.which(NAME)
    if found:
        return [found]
    if not sys.executable:
        raise Failure("there is no plughub that a service could run", USAGE)
    return [sys.executable, "-m", "plughub"]


def _quoted(word):
    """Return a word as systemd reads it: a lone % would be a specifier."""
    word = word if word.startswith("%S/") else word.replace("%", "%%")
    if not any(c in word for c in " \t\"'\\"):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _say(text):
    console.print(text, markup=False, soft_wrap=True)
