"""The time from a router's page, over real sockets on MicroPython."""

import asyncio

import pytest

from plughub import ROOT

_SCRIPT = """
import sys
sys.path.insert(0, {lib!r})
import asyncio
from hub.clock.http_date import fetch
try:
    print("time", asyncio.run(fetch("127.0.0.1", {port})))
except (OSError, ValueError, asyncio.TimeoutError) as e:
    print("none", type(e).__name__)
"""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.0 200 OK\r\nDate: Sun, 22 Nov 2026 08:00:00 GMT\r\n\r\n", "time 1795334400"),
        (b"HTTP/1.0 401 No\r\nDate: Sun, 22 Nov 2026 08:00:00 GMT\r\n", "time 1795334400"),
        (b"HTTP/1.0 200 OK\r\n" + b"X: y\r\n" * 5000, "none ValueError"),
        (b"", "none ValueError"),
        (None, "none TimeoutError"),
    ],
    ids=["whole", "cut off", "endless", "empty", "mute"],
)
async def test_the_date_of_a_router(tmp_path, micropython, answer, expected):
    ended = asyncio.Event()

    async def serve(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        assert request.startswith(b"HEAD / HTTP/1.0")
        if answer is None:
            await reader.read()  # until the other side gives up
        else:
            writer.write(answer)
        writer.close()
        ended.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        script = tmp_path / "fetch.py"
        script.write_text(_SCRIPT.format(lib=str(ROOT / "lib"), port=port))
        process = await asyncio.create_subprocess_exec(
            str(micropython), str(script), stdout=asyncio.subprocess.PIPE
        )
        output, _ = await asyncio.wait_for(process.communicate(), 20)
        await asyncio.wait_for(ended.wait(), 20)
    assert output.decode().strip() == expected
