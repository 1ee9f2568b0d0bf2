"""A whole home on the heap of a board: frozen firmware, 112,000 bytes for Python, 36 kB for Wi-Fi.

What is asserted is what kills a board: a third area of Python's heap, which takes all that the
network lives on, and an ESP-IDF heap that runs out.
"""

import asyncio
import contextlib
import json
import socket

import httpx
import pytest
from http_client import ask
from interpreters import need_micropython
from simulated_home import until

from bench.rules import rules_for
from fakeplug.home import Home
from fakeplug.ports import free_port
from plughub.backup.file import make, open_backup
from plughub.checkout import prepare_flash, simulated
from plughub.run import VERSIONS, home_config
from simulator.idf_heap import BOARD

#: What the network has to have left at every moment, of the 36 kB it begins with.
_IDF_LEAST = 12000
#: Within this the simulated board's peers have acknowledged what it has sent.
_ACKNOWLEDGED_S = 0.05


@contextlib.asynccontextmanager
async def board_with(tmp_path, plugs, pages, versions=VERSIONS, rules=0):
    """Yield (home, board, port, configuration) when all plugs are online and the pages open."""
    micropython = need_micropython("frozen")
    async with Home(plugs, versions) as home:
        port = free_port()
        config = home_config(home, 9, port)
        config["buttons"] = config["buttons"][:3]
        config["groups"] = [{"name": "all", "members": [plug["name"] for plug in config["plugs"]]}]
        config["relays"].append({"name": "pump", "pin": 27, "drive": config["plugs"][-1]["name"]})
        book = rules_for([plug["name"] for plug in config["plugs"]], rules) if rules else None
        flash = prepare_flash(tmp_path, config, book)
        async with simulated(flash, micropython, None, BOARD) as board:
            for plug in config["plugs"]:
                await board.expect(f"{plug['name']}: online", 60)
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(pages):
                    stack.callback((await page_stream(port)).close)
                try:
                    yield home, board, port, config
                finally:
                    print(*board.lines, sep="\n")  # what pytest shows when a test fails


async def page_stream(port):
    """Open the stream of events as a page does, and read on; return its writer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /events HTTP/1.1\r\n\r\n")
    await asyncio.wait_for(reader.readuntil(b"event: snapshot"), 10)
    writer.reading = asyncio.create_task(_read_on(reader))
    return writer


async def _read_on(reader):
    with contextlib.suppress(ConnectionError):
        while await reader.read(4096):
            pass


async def memory(board):
    """Return (areas of Python's heap, bytes that the ESP-IDF has, least that it ever had)."""
    areas, free, _, least = map(int, (await board.ask("memory")).split())
    return areas, free, least


async def drain_to(board, left):
    """Have somebody else hold all of the network's memory but so much.

    What was sent a moment ago is counted when it has been acknowledged.
    """
    before = free = None
    while free is None or free != before:
        before = free
        await asyncio.sleep(_ACKNOWLEDGED_S)
        _, free, _ = await memory(board)
    board.send(f"drain {free - left}")


async def assert_all_well(board, least=_IDF_LEAST):
    complaints = ("MemoryError", "memory", "crashed", "disconnected for", "has ended")
    said = [line for line in board.lines if any(word in line for word in complaints)]
    assert [line for line in said if not line.startswith("@")] == []
    areas, _, was_least = await memory(board)
    assert areas <= 2 and was_least >= least


async def ask_everything(port, name):
    assert (await ask(port, "GET", "/"))[0] == 200
    for path in ("plugs", "config", "log", f"plugs/{name}/history", "history", "system", "groups"):
        assert (await ask(port, "GET", f"/api/v1/{path}"))[0] == 200, path
    path = f"/api/v1/plugs/{name}/settings"
    assert (await ask(port, "PUT", path, {"power_on": "on"}))[0] == 200


async def test_pages_are_open_and_everything_is_asked(tmp_path):
    async with board_with(tmp_path, 8, 2) as (home, board, port, config):
        for _ in range(3):
            await ask_everything(port, config["plugs"][-1]["id"])
        for on in (True, False):
            status, _ = await ask(port, "PUT", "/api/v1/groups/all/switch", {"on": on})
            assert status == 200
            for wall in home.sockets:
                await until(wall.plug, lambda p, on=on: p.dps[1] is on)
        await assert_all_well(board)


async def test_twelve_plugs_and_twenty_rules_start_and_are_looked_at(tmp_path):
    async with board_with(tmp_path, 12, 2, VERSIONS, 20) as (_, board, port, config):
        await ask_everything(port, config["plugs"][-1]["id"])
        status, states = await ask(port, "GET", "/api/v1/rules/states")
        assert (status, len(states)) == (200, 20)
        await assert_all_well(board)


async def test_a_configuration_and_rules_are_changed_while_a_whole_home_runs(tmp_path):
    async with board_with(tmp_path, 8, 1, VERSIONS, 20) as (_, board, port, _):
        _, wanted = await ask(port, "GET", "/api/v1/config")
        _, book = await ask(port, "GET", "/api/v1/rules")
        for verb in ("on", "off"):
            wanted["buttons"][0]["press"]["set"] = verb
            status, answer = await ask(port, "PUT", "/api/v1/config", wanted)
            assert (status, answer["applied"], answer["confirm_within"]) == (200, True, None)
            after = len(board.lines)
            board.send("press 0")
            await board.expect(f"done: desk lamp {verb}", after=after)
            for rule in book["rules"]:
                rule["enabled"] = verb == "off"
            status, answer = await ask(port, "PUT", "/api/v1/rules", book)
            assert (status, answer["applied"]) == (200, True)
        _, states = await ask(port, "GET", "/api/v1/rules/states")
        assert len(states) == 20 and all(state["enabled"] for state in states)
        await assert_all_well(board)


async def test_where_the_heap_is_short_for_a_change_connections_and_streams_give_way(tmp_path):
    async with board_with(tmp_path, 13, 2, VERSIONS, 20) as (_, board, port, config):
        _, wanted = await ask(port, "GET", "/api/v1/config")
        wanted["buttons"][0]["press"]["set"] = "on"
        pages = ()
        # Less and less of it is held by somebody else, until what gives way is just enough.
        for held in range(4096, -1, -1024):
            board.send(f"hold {held}")
            after = len(board.lines)
            status, answer = await ask(port, "PUT", "/api/v1/config", wanted)
            if status == 200:
                break
            assert status == 503 and "Nothing has changed" in answer["detail"]
            pages = [await page_stream(port) for _ in range(2)]
        assert answer["applied"]
        await board.expect("plugs are disconnected for a moment", after=after)
        for page in pages:
            page.close()
        assert (await memory(board))[0] == 2
        path = f"/api/v1/plugs/{config['plugs'][0]['id']}/switch"
        assert (await ask(port, "PUT", path, {"on": True}))[0] == 200


async def test_what_cannot_be_built_beside_what_runs_is_in_force_after_a_restart(tmp_path):
    async with board_with(tmp_path, 9, 1, VERSIONS, 20) as (_, board, port, _):
        _, wanted = await ask(port, "GET", "/api/v1/config")
        wanted["mqtt"] = {"host": "127.0.0.1", "port": free_port()}
        both = wanted | {"wifi": {"ssid": "attic", "password": "under the roof"}}
        status, answer = await ask(port, "PUT", "/api/v1/config", both)
        assert status == 400 and "first save one, then the other" in answer["detail"]
        assert (await ask(port, "GET", "/api/v1/config"))[1]["wifi"]["ssid"] == "home"
        status, answer = await ask(port, "PUT", "/api/v1/config", wanted)
        assert (status, answer["applied"], answer["restart"]) == (200, False, ["all"])
        assert (await memory(board))[0] == 2
        await board.expect("the board restarts")
        await board.ended()
    async with simulated(tmp_path, need_micropython("frozen"), None, BOARD) as board:
        await board.expect("MQTT: nothing listens at", 30)
        assert (await memory(board))[0] == 2


async def test_backups_leave_both_heaps_what_they_need(tmp_path):
    async with board_with(tmp_path, 8, 2, VERSIONS, 20) as (_, board, port, _):
        for _ in range(3):
            status, data = await ask(port, "POST", "/api/v1/backup", {})
            assert status == 200 and data.startswith(b'{"plughub":"backup"')
        files = open_backup(data).files
        # Refused by the very last check, so that the board goes on.
        book = json.loads(files["rules.json"])
        book["rules"][-1]["do"] = {"plug": "nobody", "set": "on"}
        files["rules.json"] = json.dumps(book).encode()
        for _ in range(2):
            status, problem = await restored(port, make(files, "home", None))
            assert status == 400 and "rules[19]" in problem["detail"]
        await assert_all_well(board)


async def test_a_home_that_the_board_cannot_bear_is_not_restored(tmp_path):
    async with board_with(tmp_path, 1, 0) as (_, board, port, config):
        plugs = [
            {"name": f"plug {i}", "id": f"bf{i:018}", "address": "192.0.2.1"} for i in range(30)
        ]
        home = json.dumps({"web": config["web"], "plugs": plugs}).encode()
        status, problem = await restored(port, make({"config.json": home}, "home", None))
        assert status == 400 and "30 plugs and all else need about" in problem["detail"]
        assert len((await ask(port, "GET", "/api/v1/plugs"))[1]) == 1
        await assert_all_well(board)


async def restored(port, data):
    """Send a backup to be restored; return (status, answer)."""
    async with httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=20) as client:
        headers = {"Content-Type": "application/octet-stream"}
        answer = await client.post("/api/v1/restore", content=data, headers=headers)
        return answer.status_code, answer.json()


async def test_streams_of_events_leave_the_network_its_memory(tmp_path):
    async with board_with(tmp_path, 8, 2) as (_, board, port, config):
        for on in (True, False) * 10:
            path = f"/api/v1/plugs/{config['plugs'][0]['id']}/switch"
            assert (await ask(port, "PUT", path, {"on": on}))[0] == 200
        await assert_all_well(board)


async def test_clients_that_do_not_read_hold_little_and_are_dropped(tmp_path):
    async with board_with(tmp_path, 8, 0) as (_, board, port, _):
        stalled = []
        for _ in range(3):
            sock = socket.socket()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            sock.connect(("127.0.0.1", port))
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            stalled.append(sock)
        # They wait at the door until the others have been given up, and are answered then.
        assert (await ask(port, "GET", "/api/v1/plugs"))[0] == 200
        for sock in stalled:
            sock.close()
        await assert_all_well(board)


async def test_the_reason_is_told_when_select_fails_and_the_board_starts_again(tmp_path):
    async with board_with(tmp_path, 1, 0) as (_, board, _, _):
        await drain_to(board, 100)
        await board.expect("the event loop has ended: the board is reset: OSError")
        await board.expect("^@ reset")
        assert await asyncio.wait_for(board.ended(), 10) == 5
    async with simulated(tmp_path, need_micropython("frozen"), None, BOARD) as board:
        await board.expect("it reset itself: the event loop ended with OSError")


async def test_where_the_network_is_short_of_memory_streams_go_first(tmp_path):
    # So many that Python's heap has both of its areas before.
    async with board_with(tmp_path, 8, 1) as (_, board, port, config):
        await drain_to(board, 15000)
        await board.expect(r"the network has 1\d{4} bytes left: event streams are closed")
        status, problem = await ask(port, "GET", "/events")
        assert (status, problem["title"]) == (503, "Service unavailable")
        assert "too little memory" in problem["detail"]
        path = f"/api/v1/plugs/{config['plugs'][0]['id']}/switch"
        assert (await ask(port, "PUT", path, {"on": True}))[0] == 200
        board.send("drain 0")
        (await page_stream(port)).close()


async def test_a_lack_of_memory_is_not_the_fault_of_a_plug(tmp_path):
    async with board_with(tmp_path, 1, 0) as (home, board, _, _):
        await home.sockets[0].plug.stop()
        await board.expect("desk lamp: .*(lost|closed|refuses)")
        await drain_to(board, 350)
        line = await board.expect("no socket or memory is free.*")
        assert "not to blame" in line[0] and "power" not in line[0]
        assert not any("key" in line for line in board.lines)


async def test_what_a_board_cannot_bear_is_refused_in_words(tmp_path):
    async with board_with(tmp_path, 4, 0) as (_, board, port, _):
        _, wanted = await ask(port, "GET", "/api/v1/config")
        many = [
            {"name": f"plug {i}", "id": f"bf{i:018}", "key": "0" * 16, "address": "192.0.2.1"}
            for i in range(30)
        ]
        status, problem = await ask(port, "PUT", "/api/v1/config", wanted | {"plugs": many})
        assert status == 400
        assert "30 plugs and all else need about" in problem["detail"]
        assert "this board has 112: 2" in problem["detail"]
        assert len((await ask(port, "GET", "/api/v1/plugs"))[1]) == 4
        await assert_all_well(board)


async def test_at_the_start_what_is_too_much_is_left_out_and_told(tmp_path):
    plugs = [
        {"name": f"plug {i}", "id": f"bf{i:018}", "key": "0" * 16, "address": "127.0.0.1"}
        for i in range(30)
    ]
    config = {"web": {"port": free_port(), "auth": False}, "plugs": plugs}
    flash = prepare_flash(tmp_path, config)
    async with simulated(flash, need_micropython("frozen"), None, BOARD) as board:
        await board.expect(r"config\.json: plugs: 30 plugs and all else need about")
        await board.expect(r"runs: 2\d plugs")
        assert (await memory(board))[0] == 2


@pytest.mark.parametrize("wifi", [{"ssid": "open"}, {"ssid": "open", "password": ""}])
async def test_an_open_network_is_a_setting_like_another(tmp_path, wifi):
    config = {"wifi": wifi, "web": {"port": free_port(), "auth": False}}
    flash = prepare_flash(tmp_path, config)
    async with simulated(flash, need_micropython("frozen"), None, BOARD) as board:
        await board.expect("runs: 0 plugs")
        port = config["web"]["port"]
        _, wanted = await ask(port, "GET", "/api/v1/config")
        assert "password" not in wanted["wifi"] or wanted["wifi"]["password"] == ""
        plug = {"name": "lamp", "id": "bf" + "0" * 18, "key": "0" * 16, "address": "127.0.0.1"}
        status, answer = await ask(port, "PUT", "/api/v1/config", wanted | {"plugs": [plug]})
        assert (status, answer) == (
            200,
            {"applied": True, "restart": [], "confirm_within": None},
        )
        assert json.loads((flash / "secrets.json").read_text())["plugs"]
        assert not any("Wi-Fi: no connection" in line for line in board.lines)
