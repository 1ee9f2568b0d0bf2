"""A simulated board at its prompt, for tests that look at its files or change them."""

import asyncio
import json

from plughub.board.prompt import Board


async def at_prompt(port, work):
    """Return what `work(board)` does with a board that is held at its prompt; it starts again."""

    def hold():
        with Board(port) as board:
            return work(board)

    return await asyncio.to_thread(hold)


async def put(port, name, content):
    """Write a file of a board: bytes, or a value as JSON."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    await at_prompt(port, lambda board: board.put(name, data, print))


async def read_json(port, name):
    """Return what a JSON file of a board holds."""
    return json.loads(await at_prompt(port, lambda board: board.read(name)))
