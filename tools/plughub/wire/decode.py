"""`plughub decode`: what frames in hex, in a capture or on an interface say."""

import contextlib
import os
import sys

from plughub import devices as known_devices
from plughub.cli import FAILED, NOT_FOUND, USAGE, Failure, console, errors
from plughub.wire.capture import MAGICS, BadCapture, read_capture
from plughub.wire.conversation import Conversation
from plughub.wire.keyring import UDP, Key, Keyring
from plughub.wire.live import open_interface, read_interface
from plughub.wire.show import Printer
from plughub.wire.traffic import Traffic
from tuya.cipher import as_key
from tuya.versions import as_version

STDIN = "-"


def decode(sources, interface, keyring, version, port, is_json, show_keys):
    """Print what `sources` say, then what passes `interface` until Ctrl-C.

    `sources`: hex, paths of captures or of hex, or "-" for what comes in. Raises Failure for one
    that is none of these, and when there was no frame in any.
    """
    printer = Printer(console, keyring, is_json, show_keys)
    hexadecimal = []
    for source in sources:
        if source != STDIN and not os.path.exists(source):  # Path raises for a long hex
            hexadecimal.append(_bytes(source, source))
            continue
        with _opened(source) as file:
            begun = file.read(4)
            if begun in MAGICS:
                packets = read_capture(file, begun)
                _show_capture(packets, source, Traffic(keyring, port, version), printer)
            else:
                hexadecimal.append(_bytes(_text(begun + file.read(), source), source))
    if hexadecimal:
        _show_hex(hexadecimal, keyring, version, printer)
    if interface:
        _show_live(interface, Traffic(keyring, port, version), printer)
    elif not printer.count:
        raise Failure(f"no frame in it: devices talk on TCP port {port}, see --port", FAILED)


def keyring_of(path, word=None, key=None):
    """Return (Keyring, device or None) of what a person has named.

    `path`: of devices.json, None for the usual one, which need not exist unless a device is to be
    found in it. `word`: that device, whose key then is the only one. `key`: a local key as a text,
    which then is the only one. Raises Failure.
    """
    if path or word or known_devices.default_path().exists():
        devices = known_devices.load(path)
    else:
        devices = []
    device = known_devices.find(devices, word) if word else None
    if not key:
        return Keyring.of([device] if device else devices), device
    try:
        return Keyring([Key(as_key(key), device)], [device] if device else devices), device
    except ValueError as e:
        raise Failure(f"--key: {e}", USAGE) from None


def checked_version(text):
    """Return a version as a text, or None for none. Raises Failure."""
    try:
        return as_version(text) if text else None
    except ValueError as e:
        raise Failure(f"--version: {e}", USAGE) from None


def _show_capture(packets, source, traffic, printer):
    try:
        for packet in packets:
            for seen in traffic.take(packet):
                printer.show(seen)
    except BadCapture as e:
        if not printer.count:
            raise Failure(f"{source}: {e}") from None
        errors.print(f"{source}: {e}", style="yellow", markup=False, soft_wrap=True)
    for seen in traffic.end():
        printer.show(seen)


def _show_hex(pieces, keyring, version, printer):
    # Where it is from is not known, so it may be a datagram as well.
    conversation = Conversation(keyring.with_key(UDP), version=version)
    for piece in pieces:
        for seen in conversation.feed(piece) + conversation.end():
            printer.show(seen)


def _show_live(interface, traffic, printer):
    with contextlib.closing(open_interface(interface)) as sock:
        errors.print(f"listening on {interface}; Ctrl-C ends it", markup=False)
        with contextlib.suppress(KeyboardInterrupt):
            for packet in read_interface(sock):
                for seen in traffic.take(packet):
                    printer.show(seen)


def _opened(source):
    if source == STDIN:
        if sys.stdin.isatty():
            errors.print("paste hex, then Ctrl-D; --help says what else there is")
        return contextlib.nullcontext(sys.stdin.buffer)
    try:
        return open(source, "rb")  # its caller closes it
    except OSError as e:
        raise Failure(f"{source} cannot be read: {e.strerror}", NOT_FOUND) from None


def _text(raw, source):
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Failure(f"{source} is neither a pcap or pcapng file nor hex") from None


def _bytes(text, source):
    """Return the bytes of hex, which may have spaces, line ends, colons, 0x and \\x in it."""
    digits = text.replace("0x", "").replace("\\x", "").replace(":", "").replace(",", "")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        what = source if len(source) < 60 else source[:57] + "..."
        raise Failure(f"{what} is neither a file nor hex", NOT_FOUND) from None
