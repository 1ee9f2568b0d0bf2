"""A hub in the simulator that wants to know who asks."""

import contextlib

from http_client import ask
from simulated_home import home

from fakeplug.ports import free_port

PASSWORD = "correct horse battery"


@contextlib.asynccontextmanager
async def locked(tmp_path, micropython, **web):
    """A hub that wants a password: yields (plug, board, port, set-up code)."""
    web = {"port": free_port()} | web
    async with home(tmp_path, micropython, web=web) as (plug, board, port):
        code = (await board.expect(r"set-up code (\w{12})"))[1]
        yield plug, board, port, code


async def first_token(port, code):
    """Set the password; return the token of an administrator."""
    body = {"password": PASSWORD, "code": code}
    status, answer = await ask(port, "PUT", "/api/v1/password", body)
    assert status == 200, answer
    return answer["token"]
