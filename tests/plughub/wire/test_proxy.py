"""The proxy between tinytuya and fake plugs: nothing is changed, and everything is shown."""

import asyncio
import contextlib
import io
import re
import signal
import socket

import newcomer
import pytest
from proxied_home import (
    DEADLINE_S,
    ID,
    KEY,
    OTHER_KEY,
    VERSIONS,
    entry,
    frames,
    keyring,
    lines,
    make_printer,
    proxied,
    talk,
)
from typer.testing import CliRunner

from fakeplug import FakePlug, Quirks
from plughub import devices
from plughub.__main__ import app
from plughub.cli import NOT_FOUND, UNREACHABLE, USAGE, Failure
from plughub.wire import proxy
from plughub.wire.proxy import is_address, parse_address
from plughub.wire.recording import Recording
from tuya.discovery import Found

ALL = pytest.mark.parametrize("version", VERSIONS)


@ALL
async def test_both_sides_are_shown_exactly(connect, said, version):
    printer, printed = make_printer(keyring(), is_json=True)
    async with proxied(version, printer.show) as stage:
        device = connect(version, stage.address)
        try:
            await talk(device, stage.plug)
        finally:
            await asyncio.to_thread(device.close)
        await stage.until_told(" ended: the client has closed")
    told = lines(printed())
    assert frames(told) == said.sides()
    assert not [line for line in told if "fault" in line]
    assert {line["version"] for line in told if "json" in line} == {version}
    assert {line["device"] for line in told if line["from"] == "device"} == {"desk lamp"}
    negotiation = [line["name"] for line in told if line["command"] in (3, 4, 5)]
    expected = ["SESS_KEY_NEG_START", "SESS_KEY_NEG_RESP", "SESS_KEY_NEG_FINISH"]
    assert negotiation == (expected if version >= "3.4" else [])
    assert KEY not in printed() and KEY.encode().hex() not in printed()


@ALL
async def test_several_clients_at_once_and_one_after_the_other(connect, said, version):
    printer, printed = make_printer(keyring())
    async with proxied(version, printer.show) as stage:
        for count in (2, 1):
            clients = [connect(version, stage.address) for _ in range(count)]
            try:
                await asyncio.gather(*[asyncio.to_thread(each.status) for each in clients])
            finally:
                for each in clients:
                    await asyncio.to_thread(each.close)
        await stage.until_told(" ended: ", times=3)
    told = frames(lines(printed()))
    for side, expected in said.sides().items():
        assert sorted(map(str, told[side])) == sorted(map(str, expected))
    ends = {line["source"] for line in lines(printed()) if line["from"] == "client"}
    assert len(ends) == 3


@pytest.mark.parametrize("version", VERSIONS[1:])
async def test_without_the_right_key_it_passes_and_says_what_stays_closed(connect, said, version):
    ring = keyring(entry(key=OTHER_KEY))
    printer, printed = make_printer(ring)
    async with proxied(version, printer.show, ring) as stage:
        device = connect(version, stage.address)
        try:
            await talk(device, stage.plug)
        finally:
            await asyncio.to_thread(device.close)
        await stage.until_told(" ended: ")
    told = lines(printed())
    assert frames(told).keys() == said.sides().keys()
    for line in told:
        assert "json" not in line and line["name"]
        assert "fault" in line or line["command"] in (7, 9, 13, 18)  # those that are empty
    assert any("no known key" in line.get("fault", "") for line in told)
    for key in (KEY, OTHER_KEY):
        assert key not in printed() and key.encode().hex() not in printed()


async def test_bytes_pass_untouched_and_both_ends_close():
    """Whatever they are; a half-closed connection still brings what the other has to say."""
    sent = bytes(range(256)) * 1000

    async def upper(reader, writer):
        writer.write((await reader.read())[::-1])
        writer.close()

    printer, printed = make_printer(keyring())
    server = await asyncio.start_server(upper, "127.0.0.1", 0)
    device = server.sockets[0].getsockname()
    async with server, proxied("3.3", printer.show, device=device) as stage:
        async with asyncio.timeout(DEADLINE_S):
            reader, writer = await asyncio.open_connection(*stage.address)
            writer.write(sent)
            writer.write_eof()
            assert await reader.read() == sent[::-1]
            writer.close()
            await stage.until_told(" ended: ")
    assert all("no frame" in line["fault"] for line in lines(printed()))
    assert sum(len(line["raw"]) // 2 for line in lines(printed())) == 2 * len(sent)


async def test_a_device_that_refuses_is_told_in_words():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        device = gone.getsockname()
    async with proxied("3.3", lambda seen: None, device=device) as stage:
        reader, writer = await asyncio.open_connection(*stage.address)
        assert await reader.read() == b""
        writer.close()
        await stage.until_told("refuses the connection. Check that the address is the plug's")


async def test_a_device_that_does_not_answer_is_told_in_words(monkeypatch):
    connect = asyncio.open_connection

    async def never(*address):
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "open_connection", never)
    monkeypatch.setattr(proxy, "_CONNECT_S", 0.01)
    async with proxied("3.3", lambda seen: None) as stage:
        reader, writer = await connect(*stage.address)
        assert await reader.read() == b""
        writer.close()
        await stage.until_told("does not answer within 0 s. Check that the plug has power")


async def test_a_side_that_takes_nothing_ends_the_connection(monkeypatch):
    monkeypatch.setattr(proxy, "_PATIENCE_S", 0.1)
    ended = asyncio.Event()

    async def flood(reader, writer):
        with contextlib.suppress(OSError):
            while True:
                writer.write(bytes(100000))
                await writer.drain()
        writer.close()
        ended.set()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    device = server.sockets[0].getsockname()
    async with server, proxied("3.3", lambda seen: None, device=device) as stage:
        with socket.create_connection(stage.address):  # which never reads
            await stage.until_told(" ended: bytes were not taken any more")
            async with asyncio.timeout(DEADLINE_S):
                await ended.wait()


async def test_a_side_that_stays_when_the_other_has_ended_does_not_stay_long(monkeypatch):
    monkeypatch.setattr(proxy, "_PATIENCE_S", 0.1)
    ended = asyncio.Event()

    async def stay(reader, writer):
        await reader.read()
        with contextlib.suppress(OSError):
            while True:  # until the proxy has gone
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()
        ended.set()

    server = await asyncio.start_server(stay, "127.0.0.1", 0)
    device = server.sockets[0].getsockname()
    async with server, proxied("3.3", lambda seen: None, device=device) as stage:
        _, writer = await asyncio.open_connection(*stage.address)
        writer.write_eof()
        await stage.until_told(" ended: the client has closed")
        async with asyncio.timeout(DEADLINE_S):
            await ended.wait()
        writer.close()


async def test_a_device_without_a_free_slot_is_told_in_words():
    quirks = Quirks(slots=0)
    async with proxied("3.3", lambda seen: None, quirks=quirks) as stage:
        reader, writer = await asyncio.open_connection(*stage.address)
        assert await reader.read() == b""
        writer.close()
        await stage.until_told("the device has closed without a word. Close the phone app")


async def test_a_reset_on_one_side_ends_the_other(connect):
    async with proxied("3.3", lambda seen: None, quirks=Quirks(reset_frame=1)) as stage:
        device = connect("3.3", stage.address)
        await asyncio.to_thread(device.status)
        await asyncio.to_thread(device.close)
        await stage.until_told(" ended: ")
        async with asyncio.timeout(DEADLINE_S):
            await stage.plug.wait_for(lambda plug: not plug.sessions)


async def test_the_end_closes_every_connection_and_keeps_what_was_written(said, connect):
    file = io.BytesIO()
    async with proxied("3.3", lambda seen: None, recording=Recording(file)) as stage:
        device = connect("3.3", stage.address)
        await asyncio.to_thread(device.status)
    # Leaving it has closed both: the plug is stopped by now, the client is told.
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.to_thread(device.receive)
    await asyncio.to_thread(device.close)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*stage.address)
    assert len(file.getvalue()) > 24


async def test_the_command_ends_with_ctrl_c(connect, tmp_path, said):
    async with FakePlug(id=ID, key=KEY, version="3.5", dps={1: True}) as plug:
        devices.save([entry(port=plug.port)], tmp_path / "devices.json")
        options = ("--listen", "127.0.0.1:0", "--write", "plug.pcap", "--json")
        process = await newcomer.start(tmp_path, "proxy", "desk lamp", *options)
        try:
            async with asyncio.timeout(DEADLINE_S):
                first = (await process.stderr.readline()).decode()
                address = re.match(r"127\.0\.0\.1:(\d+) passes on to ", first)
                device = connect("3.5", ("127.0.0.1", int(address[1])))
                assert (await asyncio.to_thread(device.status))["dps"] == {"1": True}
                process.send_signal(signal.SIGINT)
                out, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        await asyncio.to_thread(device.close)
    assert process.returncode == 0, err.decode()
    assert b"Traceback" not in err
    assert frames(lines(out.decode())) == said.sides()
    status, output, _ = await newcomer.run(tmp_path, "decode", "plug.pcap", "--json")
    assert status == 0 and frames(lines(output)) == said.sides()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.1.20:7000", ("192.168.1.20", 7000)),
        ("192.168.1.20", ("192.168.1.20", 6668)),
        ("7000", ("0.0.0.0", 7000)),
        ("[::1]:7000", ("::1", 7000)),
        ("[::1]", ("::1", 6668)),
        ("::1", ("::1", 6668)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_addresses(text, expected):
    assert parse_address(text) == expected


@pytest.mark.parametrize("text", ["", ":7000", "a:b", "1.2.3.4:65536", "[]:1", "[::1]x"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Failure) as failure:
        parse_address(text)
    assert failure.value.code == USAGE


def test_names_are_no_addresses():
    assert is_address("192.168.1.20:7000") and is_address("::1")
    assert not any(map(is_address, ("desk lamp", "bf0123456789abcdefghij", "lamp:7", "7", "")))


async def test_a_device_without_an_address_is_looked_for(monkeypatch):
    found = Found(ID, "192.0.2.55", "3.5", "")

    async def find(id, ms):
        return found if id == ID else None

    monkeypatch.setattr(proxy, "find", find)
    assert await proxy.address_of(devices.known(entry(ip=None))) == found.address
    assert await proxy.address_of(devices.known(entry(id="x"))) == "127.0.0.1"
    with pytest.raises(Failure, match="desk lamp does not make itself known") as failure:
        await proxy.address_of(devices.known(entry(id="x", ip=None)))
    assert failure.value.code == UNREACHABLE


def test_failures_of_the_command_are_sentences(tmp_path):
    path = tmp_path / "devices.json"
    path.write_text("[]")
    run = CliRunner().invoke
    result = run(app, ["proxy", "kettle", "--devices", str(path)])
    assert result.exit_code == NOT_FOUND and "there is no device kettle" in result.output
    common = ["proxy", "127.0.0.1", "--devices", str(path)]
    result = run(app, [*common, "--listen", "a:b"])
    assert result.exit_code == USAGE and "a:b is no address" in result.output
    result = run(app, [*common, "--version", "3.9"])
    assert result.exit_code == USAGE and "'3.9' is not known" in result.output
    result = run(app, [*common, "--key", OTHER_KEY + "!"])
    assert result.exit_code == USAGE and "16 characters" in result.output
    assert OTHER_KEY not in result.output
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(app, [*common, "--listen", f"127.0.0.1:{port}"])
    assert result.exit_code == 1 and "cannot be listened on" in result.output
    result = run(app, [*common, "--write", str(tmp_path / "none" / "x.pcap")])
    assert result.exit_code == 1 and "cannot be written" in result.output
    assert "Traceback" not in result.output
