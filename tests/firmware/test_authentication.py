"""Who is let in, and each attack on a page in the home network, with what it gets."""

import asyncio
import base64
import hashlib
import json
import re

from http_client import ask, ask_fully, events, serving
from locked_home import PASSWORD, first_token, locked
from simulated_home import ID, KEY, home

from plughub.checkout import simulated

SWITCH = "/api/v1/plugs/lamp/switch"


async def test_the_first_password_is_set_with_the_code_of_the_console(tmp_path, micropython):
    async with locked(tmp_path, micropython) as (plug, board, port, code):
        status, problem = await ask(port, "GET", "/api/v1/plugs")
        assert (status, problem["type"]) == (401, "setup")
        assert (await ask(port, "GET", "/"))[0] == 200
        assert (await ask(port, "GET", "/health"))[0] == 200
        short = {"password": "short", "code": code}
        assert (await ask(port, "PUT", "/api/v1/password", short))[0] == 400
        wrong = {"password": PASSWORD, "code": "a" * 12}
        assert (await ask(port, "PUT", "/api/v1/password", wrong))[0] == 403
        token = await first_token(port, code)
        # The code has done its work.
        again = {"password": "another password", "code": code}
        assert (await ask(port, "PUT", "/api/v1/password", again))[0] == 403
        assert (await ask(port, "PUT", SWITCH, {"on": True}))[0] == 401
        assert (await ask(port, "PUT", SWITCH, {"on": True}, token=token))[0] == 200
        assert plug.dps[1] is True
        kept = json.loads((tmp_path / "auth.json").read_text())
        assert token not in str(kept) and PASSWORD not in str(kept)
        salt = bytes.fromhex(kept["salt"])
        expected = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, kept["rounds"])
        assert kept["hash"] == expected.hex() and kept["rounds"] >= 1000
        lines = "".join(board.lines)
        assert PASSWORD not in lines and token not in lines
        status, log = await ask(port, "GET", "/api/v1/log", token=token)
        assert status == 200 and code not in str(log)
    async with simulated(tmp_path, micropython) as board:
        await serving(port)
        assert (await ask(port, "GET", "/api/v1/log"))[0] == 401
        assert (await ask(port, "GET", "/api/v1/log", token=token))[0] == 200
        assert not any("set-up code" in line for line in board.lines)


async def test_tokens_allow_what_their_scope_says_and_can_be_taken_back(tmp_path, micropython):
    async with locked(tmp_path, micropython) as (_, _, port, code):
        admin = await first_token(port, code)
        tokens = {}
        for scope in ("read", "control", "admin"):
            body = {"name": f"a {scope}", "scope": scope}
            status, made = await ask(port, "POST", "/api/v1/tokens", body, token=admin)
            assert status == 200
            tokens[scope] = made["token"]
        rights = (
            ("GET", "/api/v1/plugs/lamp", None, ("read", "control", "admin")),
            ("GET", "/api/v1/log", None, ("read", "control", "admin")),
            ("PUT", SWITCH, {"on": True}, ("control", "admin")),
            ("POST", "/api/v1/plugs/lamp/toggle", {}, ("control", "admin")),
            ("GET", "/api/v1/config", None, ("admin",)),
            ("PUT", "/api/v1/plugs/lamp/dps", {"dps": {"1": True}}, ("admin",)),
            ("GET", "/api/v1/tokens", None, ("admin",)),
            ("POST", "/api/v1/tokens", {"name": "x", "scope": "admin"}, ("admin",)),
        )
        for method, path, body, scopes in rights:
            for scope, token in tokens.items():
                status, answer = await ask(port, method, path, body, token=token)
                allowed = status not in (401, 403)
                assert allowed is (scope in scopes), (path, scope, status, answer)
        _, names = await ask(port, "GET", "/api/v1/tokens", token=admin)
        assert {"name": "a read", "scope": "read"} in names and tokens["read"] not in str(names)
        assert (await ask(port, "DELETE", "/api/v1/tokens/a%20read", token=admin))[0] == 200
        assert (await ask(port, "GET", "/api/v1/log", token=tokens["read"]))[0] == 401
        assert (await ask(port, "GET", "/api/v1/log", token=tokens["control"]))[0] == 200
        # A new password ends what was logged in, and leaves what programs have.
        body = {"password": "another password", "old": PASSWORD}
        status, answer = await ask(port, "PUT", "/api/v1/password", body)
        assert status == 200
        assert (await ask(port, "GET", "/api/v1/log", token=admin))[0] == 401
        assert (await ask(port, "GET", "/api/v1/log", token=tokens["control"]))[0] == 200
        login = {"password": "another password"}
        status, answer = await ask(port, "POST", "/api/v1/login", login)
        assert (status, answer["scope"]) == (200, "admin")
        assert (await ask(port, "POST", "/api/v1/logout", {}, token=answer["token"]))[0] == 200
        assert (await ask(port, "GET", "/api/v1/log", token=answer["token"]))[0] == 401


async def test_guesses_are_slowed_down(tmp_path, micropython):
    async with locked(tmp_path, micropython) as (_, board, port, code):
        await first_token(port, code)
        seen = [
            await ask_fully(port, "POST", "/api/v1/login", {"password": f"guess number {n}"})
            for n in range(6)
        ]
        assert [status for status, _, _ in seen] == [401] * 5 + [429]
        wait = int(re.search(r"Retry-After: (\d+)", seen[-1][1])[1])
        assert 50 < wait <= 61
        # The right one has to wait as well, or it could be told from the wrong ones.
        right = {"password": PASSWORD}
        assert (await ask(port, "POST", "/api/v1/login", right))[0] == 429
        board.send("press 4")
        await board.expect("done: lamp toggle")


async def test_other_sites_get_nothing(tmp_path, micropython):
    async with locked(tmp_path, micropython) as (_, _, port, code):
        token = await first_token(port, code)
        bearer = f"Authorization: Bearer {token}\r\n"

        async def attempt(method, path, body=None, headers="", host=f"localhost:{port}"):
            status, head, _ = await ask_fully(port, method, path, body, headers + bearer, host)
            assert "access-control" not in head.lower()
            return status

        evil = "Origin: http://evil.test\r\n"
        own = f"Origin: http://localhost:{port}\r\n"
        assert await attempt("PUT", SWITCH, {"on": True}, own) == 200
        # Cross-site requests, a form of another site, and what a browser asks before.
        assert await attempt("PUT", SWITCH, {"on": True}, evil) == 403
        assert await attempt("PUT", SWITCH, {"on": True}, "Origin: null\r\n") == 403
        assert await attempt("OPTIONS", SWITCH, None, evil) == 403
        assert await attempt("OPTIONS", SWITCH) == 405
        # DNS rebinding: another name for the hub's address.
        for host in ("evil.test", f"evil.test:{port}", "localhost.evil.test", "1.2.3.4.evil.test"):
            assert await attempt("GET", "/api/v1/plugs", host=host) == 421, host
        for host in ("127.0.0.1", "plughub", "plughub.local", "PLUGHUB.local:80", "192.168.4.1"):
            assert await attempt("GET", "/api/v1/plugs/lamp", host=host) == 200, host
        # A body that a form could send.
        kind = "Content-Type: text/plain\r\n"
        assert await attempt("PUT", SWITCH, None, kind) == 415
        # GET changes nothing.
        for path in (
            SWITCH,
            "/api/v1/plugs/lamp/toggle",
            "/api/v1/restart",
            "/p/lamp/cm?cmnd=Power%20On",
        ):
            assert await attempt("GET", path) in (404, 405), path


async def test_names_are_not_the_hubs_to_choose(tmp_path, micropython):
    async with locked(tmp_path, micropython, hosts=["lights.example.org"]) as (_, _, port, _):
        for host, status in (("lights.example.org", 200), ("example.org", 421)):
            assert (await ask(port, "GET", "/health", host=host))[0] == status


async def test_no_answer_holds_a_secret(tmp_path, micropython):
    name = '<img src=x onerror="alert(1)">'
    async with locked(tmp_path, micropython) as (_, _, port, code):
        token = await first_token(port, code)
        _, config = await ask(port, "GET", "/api/v1/config", token=token)
        assert config["plugs"][0]["key"] == "***" and config["wifi"]["password"] == "***"
        config["relays"].append({"name": name, "pin": 21})
        status, answer = await ask(port, "PUT", "/api/v1/config", config, token=token)
        assert status == 200, answer
        kept = json.loads((tmp_path / "secrets.json").read_text())
        assert kept == {"wifi": "a secret word", "plugs": {ID: KEY}}
        wrong = config | {"plugs": [config["plugs"][0] | {"key": "a wrong key"}]}
        answers = [await ask(port, "PUT", "/api/v1/config", wrong, token=token)]
        assert answers[0][0] == 400
        for path in ("plugs", "config", "system", "log", "rules", "tokens", "history"):
            answers.append(await ask(port, "GET", f"/api/v1/{path}", token=token))
        _, data = await events(port, lambda *_: True, headers=f"Authorization: Bearer {token}\r\n")
        text = json.dumps([*answers, data])
        for secret in (KEY, "a secret word", PASSWORD, token, code, "a wrong key"):
            assert secret not in text, secret
        # JSON, and never taken for a page.
        _, head, _ = await ask_fully(
            port, "GET", "/api/v1/relays", headers=f"Authorization: Bearer {token}\r\n"
        )
        assert "application/json" in head and "nosniff" in head
        _, head, _ = await ask_fully(port, "GET", "/")
        assert "default-src 'none'" in head and "frame-ancestors 'none'" in head


async def test_odd_requests_cost_one_answer_each(tmp_path, micropython):
    async with locked(tmp_path, micropython) as (_, board, port, code):
        token = await first_token(port, code)

        async def raw(data):
            async with asyncio.timeout(30):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    writer.write(data)
                    return (await reader.read())[9:12]
                finally:
                    writer.close()

        long = b"x" * 3000
        assert await raw(b"GET / HTTP/1.1\r\nX: " + long + b"\r\n\r\n") == b"431"
        assert await raw(b"GET /" + long + b" HTTP/1.1\r\n\r\n") == b"431"
        assert await raw(b"nonsense\r\n\r\n") == b"400"
        assert await raw(b"GET / SPDY/9\r\n\r\n") == b"400"
        assert await raw(b"\xff\xfe\r\n\r\n") == b"400"
        assert await raw(b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n") == b"400"
        assert (
            await raw(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == b"400"
        )
        # Nobody holds 16 kB of a stranger's, and nobody 17.
        assert await raw(b"PUT / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n") == b"413"
        head = f"PUT / HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Length: 99999\r\n\r\n"
        assert await raw(head.encode()) == b"413"
        for path in (
            "/../config.json",
            "/%2e%2e/secrets.json",
            "/secrets.json",
            "//",
            "/auth.json",
            "/api/v1/plugs/..%2f..%2fsecrets.json",
            "/api/v1/%00",
            "/lib",
            "/%zz",
        ):
            status, answer = await ask(port, "GET", path, token=token)
            assert status in (400, 404) and KEY not in str(answer), path
        assert [line for line in board.lines if "crash" in line or "failed" in line] == []


async def test_old_clients_are_let_in_only_where_that_is_switched_on(tmp_path, micropython):
    async with locked(tmp_path, micropython) as (_, _, port, code):
        token = await first_token(port, code)
        for path in ("/p/lamp/cm?cmnd=Power", "/switch/lamp", "/sensor/lamp_power", "/metrics"):
            assert (await ask(port, "GET", path, token=token))[0] == 404, path
        basic = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
        status, _ = await ask(
            port, "GET", "/api/v1/log", headers=f"Authorization: Basic {basic}\r\n"
        )
        assert status == 401  # browsers would send it by themselves


async def test_three_slow_clients_go_within_seconds_and_buttons_work_on(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, board, port):
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for _, writer in slow:
            writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        board.send("press 4")
        await board.expect("done: lamp toggle")
        assert (await ask(port, "GET", "/health"))[0] == 200  # within the 15 s of a client
        for reader, writer in slow:
            assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()


async def test_a_dozen_clients_that_ask_for_nothing_do_not_close_the_page(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, board, port):
        slow = []
        for _ in range(12):
            local = ("127.0.0.2", 0)
            slow.append(await asyncio.open_connection("127.0.0.1", port, local_addr=local))
            slow[-1][1].write(b"GET / HTTP/1.1\r\nX-Slow: ")
        async with asyncio.timeout(8):  # in the time of two of them, which have 5 s each
            for _ in range(3):
                assert (await ask(port, "GET", "/health"))[0] == 200
        for _, writer in slow:
            writer.close()
        assert not [line for line in board.lines if "crashed" in line or "failed" in line]


async def test_five_programs_at_one_address_are_all_answered(tmp_path, micropython):
    async with home(tmp_path, micropython) as (_, _, port):
        dribbling = await asyncio.open_connection("127.0.0.1", port)
        dribbling[1].write(b"GET / HTTP/1.1\r\nX-Slow: ")

        async def hammer():
            return [(await ask(port, "GET", "/api/v1/plugs"))[0] for _ in range(40)]

        found = await asyncio.gather(*[hammer() for _ in range(5)])
        assert found == [[200] * 40] * 5
        dribbling[1].close()
