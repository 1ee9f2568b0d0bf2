"""Devices that are in the network, and no plugs of the hub yet, are heard and offered."""

import asyncio
import json
import socket

from http_client import ask
from interpreters import need_micropython
from simulated_home import home

from fakeplug.discovery import announcement

PORT = 6667
NEW = {"gwId": "bf9876543210zyxwvutsrq", "ip": "127.0.0.9", "version": "3.3"}


async def test_a_device_that_broadcasts_is_found(tmp_path):
    async with home(tmp_path, need_micropython(64)) as (plug, _, port):
        asked = asyncio.create_task(ask(port, "GET", "/api/v1/found"))
        known = {"gwId": plug.id, "ip": "127.0.0.1", "version": "3.3"}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            while not asked.done():
                for body in (NEW, known):
                    data = announcement("ecb", json.dumps(body).encode())
                    sock.sendto(data, ("127.0.0.1", PORT))
                await asyncio.sleep(0.2)
        status, found = await asked
        assert status == 200, found
        # Others may broadcast in this network as well.
        mine = [device for device in found if device["id"] in (NEW["gwId"], plug.id)]
        assert mine == [{"id": NEW["gwId"], "address": "127.0.0.9", "version": "3.3"}]
