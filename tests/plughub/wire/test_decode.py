"""`plughub decode` as people and programs run it."""

import asyncio
import io
import json
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

import newcomer
import pytest
from packet_files import DEVICE, pcap, said_in, shuffled
from proxied_home import (
    DEADLINE_S,
    ID,
    KEY,
    OTHER_KEY,
    VERSIONS,
    entry,
    frames,
    lines,
)
from typer.testing import CliRunner

from fakeplug.codec import CODECS, source_header
from fakeplug.discovery import announcement
from plughub.__main__ import app
from plughub.cli import NOT_FOUND, USAGE, Failure
from plughub.wire import live
from tuya.session import Negotiation

PUSH = CODECS["3.3"](KEY.encode()).encode(7, 8, b'{"dps":{"1":true,"19":957}}')


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with a devices.json, in which commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "devices.json").write_text(json.dumps([entry(ip=DEVICE[0])]))
    return tmp_path


def run(*arguments, stdin=None, code=0):
    result = CliRunner().invoke(app, ["decode", *map(str, arguments)], input=stdin)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stdout if code == 0 else result.output


def test_hex_for_people(home):
    text = run(PUSH.hex())
    for part in (
        "device desk lamp",
        "3.3 #7",
        "0x08 STATUS",
        "code 0",
        '{"dps":{"1":true,"19":957}}',
    ):
        assert part in text
    assert "switch_1 = true" in text and "cur_power = 95.7 W" in text
    assert "\x1b" not in text


def test_hex_for_programs(home):
    (told,) = lines(run("--json", PUSH.hex()))
    assert told == {
        "time": None,
        "source": None,
        "destination": None,
        "from": "device",
        "device": "desk lamp",
        "id": ID,
        "version": "3.3",
        "sequence": 7,
        "command": 8,
        "name": "STATUS",
        "code": 0,
        "json": {"dps": {"1": True, "19": 957}},
        "values": [
            {"dp": 1, "name": "switch_1", "value": True, "unit": ""},
            {"dp": 19, "name": "cur_power", "value": 95.7, "unit": "W"},
        ],
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_hex_of_every_version_and_either_direction(home, version):
    codec = CODECS[version](KEY.encode())
    device = codec.encode(7, 8, b'{"dps":{"1":true}}', header=source_header(version, 7))
    client = codec.encode(8, 7, b'{"dps":{"1":false}}', b"", source_header(version, 0, 0))
    told = lines(run("--json", device.hex(), client.hex()))
    assert [line["from"] for line in told] == ["device", "client"]
    assert [line["json"]["dps"] for line in told] == [{"1": True}, {"1": False}]
    assert {line["version"] for line in told} == {version}


def test_hex_comes_in_many_forms(home):
    spaced = PUSH.hex(" ")
    upper = PUSH.hex(":").upper()
    python = "".join(f"\\x{byte:02x}" for byte in PUSH)
    c = ", ".join(f"0x{byte:02x}" for byte in PUSH)
    for text in (PUSH.hex(), spaced, upper, python, c, f"{spaced[:90]}\n{spaced[90:]}\n"):
        assert lines(run("--json", text))[0]["json"] == {"dps": {"1": True, "19": 957}}
        assert lines(run("--json", stdin=text))[0]["sequence"] == 7
        assert lines(run("--json", "-", stdin=text))[0]["sequence"] == 7
    (home / "frames.txt").write_text(f"{spaced}\n{spaced}\n")
    assert len(lines(run("--json", "frames.txt"))) == 2


def test_a_session_in_hex_is_followed(home):
    for version in ("3.4", "3.5"):
        negotiation = Negotiation(version, KEY, lambda size: b"n" * size)
        codec = CODECS[version](KEY.encode())
        start = codec.encode(1, 3, negotiation.start(), b"")
        from fakeplug.negotiation import Negotiation as Theirs

        answer = Theirs(version, KEY.encode()).answer(b"n" * 16, b"d" * 16)
        finish, session = negotiation.finish(answer)
        raws = [start, codec.encode(7, 4, answer), codec.encode(2, 5, finish, b"")]
        raws.append(CODECS[version](session).encode(8, 8, b'{"dps":{"1":true}}'))
        told = lines(run("--json", *[raw.hex() for raw in raws]))
        assert [line["command"] for line in told] == [3, 4, 5, 8]
        assert [line["from"] for line in told] == ["client", "device", "client", "device"]
        assert told[3]["json"] == {"dps": {"1": True}}
        printed = run("--json", *[raw.hex() for raw in raws]) + run(*[raw.hex() for raw in raws])
        for secret in (KEY, KEY.encode().hex(), session.hex()):
            assert secret not in printed
        shown = run("--show-keys", *[raw.hex() for raw in raws])
        assert f"key {KEY.encode().hex()}" in shown and f"key {session.hex()}" in shown


def test_keys_are_named_in_several_ways(home):
    path = home / "others.json"
    path.write_text(json.dumps([entry(key=OTHER_KEY, name="wrong"), entry(id="b", name="right")]))
    for options in (
        ("--key", KEY),
        ("--devices", path),
        ("--devices", path, "--device", "right"),
        ("--devices", path, "--device", "wrong", "--key", KEY),
    ):
        (told,) = lines(run("--json", PUSH.hex(), *options))
        assert told["json"] == {"dps": {"1": True, "19": 957}}
    (told,) = lines(run("--json", PUSH.hex(), "--devices", path, "--device", "wrong"))
    assert told["fault"] == "no known key decrypts it" and told["raw"] == PUSH.hex()
    (home / "devices.json").unlink()
    (told,) = lines(run("--json", PUSH.hex()))
    assert told["fault"] == "no key is known that could open it"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nonsense",), NOT_FOUND, "nonsense is neither a file nor hex"),
        (("000055aa0",), NOT_FOUND, "neither a file nor hex"),
        (("--key", "short", "00"), USAGE, "a local key has 16 characters, this one has 5"),
        (("--version", "3.6", "00"), USAGE, "'3.6' is not known, only 3.1"),
        (("--device", "kettle", "00"), NOT_FOUND, "there is no device kettle"),
        (("--devices", "none.json", "00"), NOT_FOUND, "none.json does not exist"),
        (("",), 1, "no frame in it"),
    ],
)
def test_failures_are_sentences(home, arguments, code, words):
    output = " ".join(run(*arguments, code=code).split())
    assert words in output and output.startswith("plughub: ")


def test_files_that_are_none_are_told(home):
    (home / "noise.bin").write_bytes(b"\xff\xfe\xfd")
    assert "neither a pcap or pcapng file nor hex" in run("noise.bin", code=1)
    (home / "folder").mkdir()
    output = run("folder", code=NOT_FOUND)
    assert "folder cannot be read: Is a directory" in output
    (home / "empty.pcap").write_bytes(pcap([]))
    assert "no frame in it" in run("empty.pcap", code=1)
    (home / "broken.pcap").write_bytes(pcap([])[:7])
    assert "broken or cut off" in run("broken.pcap", code=1)


def test_a_capture_as_a_file_and_piped_in(home, record, said):
    recorded, port = record("3.5")
    data = pcap(shuffled(said_in(recorded, port), 3).packets, 1)
    (home / "plug.pcap").write_bytes(data)
    assert frames(lines(run("--json", "plug.pcap"))) == said.sides()
    assert frames(lines(run("--json", "-", stdin=data))) == said.sides()
    os.mkfifo(home / "pipe")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit((home / "pipe").write_bytes, data)
        assert frames(lines(run("--json", "pipe"))) == said.sides()
        assert writing.result() == len(data)
    text = run("plug.pcap")
    assert "2023-11-1" in text.splitlines()[0]
    assert "192.0.2.20:51234 > desk lamp 192.0.2.55:6668  3.5 #" in text
    assert "desk lamp 192.0.2.55:6668 > 192.0.2.20:51234  3.5 #" in text
    (home / "cut.pcap").write_bytes(data[:-5])
    result = CliRunner().invoke(app, ["decode", "--json", "cut.pcap"])
    assert result.exit_code == 0 and "broken or cut off" in result.stderr


def test_no_key_is_printed(home, record, said):
    for version in VERSIONS:
        recorded, port = record(version)
        (home / "plug.pcap").write_bytes(recorded)
        command = ("plug.pcap", "--port", port)
        shown = lines(run(*command, "--json", "--show-keys"))
        keys = {line["key"] for line in shown if "key" in line}
        assert (KEY.encode().hex() in keys) and len(keys) == (2 if version >= "3.4" else 1)
        printed = run(*command) + run(*command, "--json")
        for key in keys:
            assert key not in printed
        assert KEY not in printed


def test_sub_devices_have_names_of_their_own(home):
    child = {"5": {"code": "temp_current", "type": "Integer", "values": {"unit": "C", "scale": 1}}}
    odd = {"5": {"code": "x", "type": "Integer", "values": {"scale": -400}}}
    home_of = [entry(), entry(id="child", node_id="a4c1", parent=ID, mapping=child)]
    home_of.append(entry(id="odd", node_id="b5d2", parent=ID, mapping=odd))
    (home / "devices.json").write_text(json.dumps(home_of))
    codec = CODECS["3.5"](KEY.encode())
    body = '{"protocol":4,"t":1,"data":{"cid":"%s","dps":{"5":215}}}'
    known, strange = [codec.encode(7, 8, (body % cid).encode()) for cid in ("a4c1", "b5d2")]
    assert "temp_current = 21.5 C" in run(known.hex())
    assert "x =" not in run(strange.hex())


def test_the_terminal_is_safe_from_what_devices_say(home):
    body = '{"dps":{"1":"\\u001b[31m","2":"\x1b]0;x\x07 \u202e:smile: [bold]"}}'
    raw = CODECS["3.3"](KEY.encode()).encode(7, 8, body.encode())
    text = run(raw.hex())
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "\\x1b]0;x\\x07" in text and ":smile: [bold]" in text
    assert lines(run("--json", raw.hex()))[0]["text"] == body  # a control character is no JSON


@pytest.mark.parametrize(
    "body",
    [
        b'{"dps":{"1":NaN}}',
        b'{"a":' * 600 + b"1" + b"}" * 600,
        b'{"dps":' + b"[" * 1500 + b"]" * 1500 + b"}",
        b'{"dps":{"1":"\\ud800"}}',
        b'{"dps":{"x":1,"19":true,"1":{"a":[]}}}',
        b'{"dps":[1]}',
        b'{"dps":{"19":1' + b"0" * 300 + b"}}",
        b"{\xff}",
        b"json obj data unvalid",
        b"[]" * 8,
    ],
)
def test_whatever_a_body_holds_is_shown(home, body):
    for version, codec in CODECS.items():
        raw = codec(KEY.encode()).encode(7, 8, body)
        run(raw.hex())
        (told,) = lines(run("--json", raw.hex()))
        assert told["command"] == 8, version
        assert {"json", "text", "hex", "fault"} & set(told)


def test_no_color_is_respected(home, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    from rich.console import Console

    from plughub.wire.conversation import Conversation
    from plughub.wire.decode import keyring_of
    from plughub.wire.show import Printer

    out = io.StringIO()
    ring, _ = keyring_of(None)
    (seen,) = Conversation(ring).feed(PUSH)
    Printer(Console(file=out, force_terminal=True), ring).show(seen)
    assert "\x1b[3" not in out.getvalue() and "STATUS" in out.getvalue()


# --- an interface ---


def test_an_interface_that_may_not_be_seen_says_what_to_do(home, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(live.socket, "socket", refuse)
    output = " ".join(run("--interface", "eth7", code=1).split())
    assert "takes root, or the capability CAP_NET_RAW" in output
    assert "sudo tcpdump -i eth7 -w plug.pcap" in output


def test_a_system_without_packet_sockets_says_what_to_do(monkeypatch):
    monkeypatch.delattr(live.socket, "AF_PACKET", raising=False)
    with pytest.raises(Failure, match="only Linux"):
        live.open_interface("eth0")


def need_packet_sockets():
    try:
        live.open_interface("lo").close()
    except Failure as e:
        pytest.skip(str(e))  # in CI as well: it need not run as root


def test_an_interface_that_is_none_names_those_that_are():
    need_packet_sockets()
    with pytest.raises(Failure, match=r"there is no interface nope, only .*lo") as failure:
        live.open_interface("nope")
    assert failure.value.code == NOT_FOUND


@pytest.mark.parametrize("interface", ["lo", "any"])
async def test_what_passes_an_interface_is_shown_until_ctrl_c(home, interface):
    need_packet_sockets()
    body = {"gwId": ID, "ip": "192.0.2.55", "version": "3.5", "sl": os.getpid()}
    process = await newcomer.start(home, "decode", "--interface", interface, "--json")
    try:
        async with asyncio.timeout(DEADLINE_S):
            assert b"listening on" in await process.stderr.readline()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                raw = announcement("gcm", json.dumps(body).encode())
                sock.sendto(raw, ("127.0.0.1", 6667))
                _, port = sock.getsockname()
            told = json.loads(await process.stdout.readline())
            while told.get("json") != body:  # others may be on the air
                told = json.loads(await process.stdout.readline())
            process.send_signal(signal.SIGINT)
            _, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0 and b"Traceback" not in err
    assert told["source"] == f"127.0.0.1:{port}" and told["destination"] == "127.0.0.1:6667"
    assert (told["name"], told["device"], told["from"]) == ("UDP_NEW", "desk lamp", "device")
