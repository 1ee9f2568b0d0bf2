"""A time server on this PC, for boards that cannot reach one."""

import asyncio
import time

_1900_TO_1970 = 2208988800


class _Protocol(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, peer):
        answer = bytearray(48)
        answer[0] = 0x24  # version 4, server
        answer[1] = 2  # stratum
        answer[24:32] = data[40:48]  # the origin timestamp: what was asked
        answer[40:44] = int(time.time() + _1900_TO_1970).to_bytes(4, "big")
        self._transport.sendto(answer, peer)


async def start_ntp_server(host="127.0.0.1"):
    """Serve on a free port. Returns (transport to close, port)."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(_Protocol, local_addr=(host, 0))
    return transport, transport.get_extra_info("sockname")[1]
