"""The Wi-Fi, as the board hears it: chosen from a list, and joined before it is kept."""

import json
from dataclasses import dataclass

from plughub import ask
from plughub.board.prompt import BoardError
from plughub.cli import Failure, console, errors

_OTHER = "another one, or one that hides its name"
_ATTEMPTS = 3
_OPEN = 0

# Looking around fails while the driver is busy connecting.
_SCAN = """
import json, network, time
from binascii import hexlify
station = network.WLAN(network.WLAN.IF_STA)
station.active(False)
station.active(True)
found = []
for _ in range(3):
    try:
        found = station.scan()
        break
    except OSError:
        time.sleep_ms(500)
print(json.dumps([(hexlify(entry[0]).decode(), entry[3], entry[4]) for entry in found]))
"""

# The driver tries for ever, and says why it has failed only when it may not.
_JOIN = """
import json, network, time
ssid, password = json.loads({arguments!r})
station = network.WLAN(network.WLAN.IF_STA)
station.active(False)
station.active(True)
reconnects = station.config("reconnects")
station.config(reconnects=2)
station.connect(ssid, password)
began = time.ticks_ms()
while time.ticks_diff(time.ticks_ms(), began) < 20000:
    if station.status() != network.STAT_CONNECTING:
        if station.isconnected() or time.ticks_diff(time.ticks_ms(), began) > 1000:
            break
    time.sleep_ms(100)
print(json.dumps((station.isconnected(), station.status(), station.ifconfig()[0])))
station.config(reconnects=reconnects)
"""
# network.STAT_*: of a wrong password some access points tell nothing, so that the handshake ends.
_WHY = {
    201: "the board does not hear {ssid}: is it a 2.4 GHz network, and near enough?",
    202: "the password is not the one of {ssid}",
    203: "{ssid} has refused the board: does it let new devices in?",
    204: "{ssid} did not end the handshake: most likely the password is another one",
}


@dataclass(frozen=True)
class Network:
    """One that the board hears. `signal` in dBm."""

    ssid: str
    signal: int
    is_open: bool


def scan(board):
    """Return the [Network] that the board hears, the strongest first, each name once."""
    found = {}
    for name, signal, security in _answer(board, _SCAN):
        ssid = bytes.fromhex(name).decode("utf-8", "replace")
        if ssid and (ssid not in found or signal > found[ssid].signal):
            found[ssid] = Network(ssid, signal, security == _OPEN)
    return sorted(found.values(), key=lambda network: -network.signal)


def join(board, ssid, password):
    """Have the board join a network; return its address there. Raises ValueError in words."""
    arguments = json.dumps([ssid, password])
    is_connected, status, address = _answer(board, _JOIN.format(arguments=arguments))
    if not is_connected:
        why = _WHY.get(status, "the board did not get into {ssid} within 20 s (status {status})")
        raise ValueError(why.format(ssid=ssid, status=status))
    return address


def ask_for(board):
    """Ask for a network until the board has joined it; return it as config.json has it. Raises
    Failure.
    """
    with errors.status("The board looks for networks"):
        networks = scan(board)
    names = [f"{network.ssid}  {_strength(network)}" for network in networks]
    chosen = ask.choice("Which Wi-Fi?", [*names, _OTHER])
    network = networks[chosen] if chosen < len(networks) else None
    ssid = network.ssid if network else ask.text("Its name")
    for _ in range(_ATTEMPTS):
        is_open = network and network.is_open
        password = None if is_open else ask.secret("Its password (is not shown)")
        try:
            with errors.status(f"The board joins {ssid}"):
                address = join(board, ssid, password)
        except ValueError as e:
            errors.print(str(e), style="red", markup=False)
            continue
        console.print(f"The board is in {ssid}, at {address}.", markup=False)
        return {"ssid": ssid} | ({"password": password} if password else {})
    raise Failure(f"the board did not get into {ssid}; nothing on it was changed")


def _answer(board, code):
    """Return the list that code prints as JSON, among lines of the ESP-IDF. Raises BoardError."""
    lines = board.execute(code).splitlines()
    answers = [line for line in lines if line.startswith("[")]
    if not answers:
        raise BoardError(f"the board did not tell of its Wi-Fi: {lines}")
    return json.loads(answers[-1])


def _strength(network):
    bars = sum(network.signal > limit for limit in (-85, -75, -67, -55))
    return f"{'▂▄▆█'[:bars]:<4} {network.signal} dBm{' (open)' if network.is_open else ''}"
