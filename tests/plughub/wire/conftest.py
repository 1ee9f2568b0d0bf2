"""tinytuya as the client, and what it and the plug really said."""

import asyncio
import importlib
import io

import pytest
from interpreters import missing
from proxied_home import ID, KEY, TEXTS, Said, proxied, talk

from fakeplug import FakePlug
from fakeplug.commands import NEGOTIATION
from fakeplug.session import Session
from plughub.wire.recording import Recording


@pytest.fixture
def said(monkeypatch):
    """The Said of the plug ID and its client, taken down where it reads and writes clear text."""
    said = Said()
    send, note = Session._send, FakePlug.note

    def note_sent(session, command, body=b"", *more, **named):
        if session._plug.id == ID:
            said.device.append((command, body))
        send(session, command, body, *more, **named)

    def note_received(plug, frame):
        if plug.id == ID and frame.command not in NEGOTIATION:
            said.client.append((frame.command, frame.payload))
        note(plug, frame)

    monkeypatch.setattr(Session, "_send", note_sent)
    monkeypatch.setattr(FakePlug, "note", note_received)
    return said


@pytest.fixture
def tinytuya():
    try:
        return importlib.import_module("tinytuya")
    except ImportError:
        return missing("tinytuya is not installed")


@pytest.fixture
def connect(tinytuya):
    """`connect(version, (host, port))` returns tinytuya's device there."""

    def to(version, address, key=KEY):
        host, port = address
        device = tinytuya.OutletDevice(
            ID, host, key, port=port, persist=True, connection_timeout=5, connection_retry_limit=1
        )
        device.set_sendWait(None)
        if version == "3.2":  # or it would ask for ranges of DPs, each up to a timeout
            device.set_dpsUsed(dict.fromkeys(TEXTS))
        device.set_version(float(version))
        return device

    return to


@pytest.fixture
def record(connect, said):
    """`record(version)` returns (pcap of tinytuya and a plug that talk, port of the plug)."""

    async def run(version):
        file = io.BytesIO()
        async with proxied(version, lambda seen: None, recording=Recording(file)) as stage:
            device = connect(version, stage.address)
            try:
                await talk(device, stage.plug)
            finally:
                await asyncio.to_thread(device.close)
            await stage.until_told(" ended: ")
            return file.getvalue(), stage.plug.port

    return lambda version: asyncio.run(run(version))
