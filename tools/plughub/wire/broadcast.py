"""Datagrams of discovery: what devices say of themselves, and who asks them to.

Ports and forms are listed in lib/tuya/discovery.py.
"""

import json

from plughub.wire.commands import REQ_DEVINFO
from plughub.wire.conversation import Seen, name_of
from plughub.wire.cutting import Cutter, header, is_prefix
from plughub.wire.keyring import UDP
from plughub.wire.opening import Closed, open_frame
from tuya.cipher import BLOCK, ECB
from tuya.codec import trimmed
from tuya.errors import WrongKey
from tuya.versions import VERSIONS


def read_datagram(data, keyring, source=None, destination=None, at=None):
    """Return the [Seen] of one datagram; `source`, `destination`: (host, port)."""
    addresses = (at, source and name_of(source), destination and name_of(destination))
    if data and not is_prefix(data) and len(data) % BLOCK == 0:
        seen = Seen(data, *addresses)
        try:
            _take(seen, trimmed(ECB(UDP.secret).decrypt(data)), "3.3", keyring)
        except WrongKey:
            seen.fault = "a datagram that is no frame"
        return [seen]
    cutter = Cutter()
    pieces = cutter.feed(data) + cutter.end()
    return [_read(Seen(piece.raw, *addresses, fault=piece.fault), keyring) for piece in pieces]


def _read(seen, keyring):
    told = header(seen.raw)
    if told:
        seen.sequence, seen.command = told
    if seen.fault:
        return seen
    from_device = seen.command != REQ_DEVINFO
    try:
        opened = open_frame(seen.raw, from_device, [UDP])
    except Closed as e:
        seen.fault = str(e)
        return seen
    seen.code, seen.key = opened.code, opened.key
    _take(seen, opened.payload, opened.version, keyring)
    seen.from_device = from_device
    return seen


def _take(seen, payload, version, keyring):
    seen.from_device = True
    seen.payload = payload
    try:
        about = json.loads(payload)
        stated, id = about.get("version"), about.get("gwId")
    except (ValueError, AttributeError, RecursionError):
        stated = id = None
    seen.version = stated if stated in VERSIONS else version
    seen.device = keyring.device(id)
