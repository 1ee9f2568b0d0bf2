"""A device behind a gateway: a plug like any other, with the connection of its gateway."""

import asyncio

from hub.targets.plug import Plug, quietly
from hub.targets.target import Target


class SubDevice(Plug):
    """The sub-device of a gateway. `device` is a tuya.gateway.Child, `gateway` the Plug of it.

    It has the slot of its gateway, and is asked for all it has whenever that is connected.
    """

    def __init__(self, name, device, broadcast, gateway, connections, make_meter):
        super().__init__(name, device, broadcast, gateway.slot, connections, make_meter)
        self._gateway = gateway
        self._hears = _Ear(self)
        gateway.device.subscribe(self._hears)

    def adopt(self, item):
        self.name = item["name"]  # the key is its gateway's

    def ask(self):
        """Have it say all it has, as soon as that is possible."""
        self._asking = asyncio.create_task(quietly(self.device.status()))

    def close(self):
        """End its changes; the connection is its gateway's."""
        Target.close(self)
        self._gateway.device.unsubscribe(self._hears)
        self.device.unsubscribe(self)
        self.device.end_changes()


class _Ear:
    """Hears from the gateway whether it is connected."""

    def __init__(self, plug):
        self._plug = plug
        self._was_connected = False

    def put(self, changed):
        plug = self._plug
        if plug.device.is_connected is not self._was_connected:
            self._was_connected = plug.device.is_connected
            plug.put({})  # it is online with its gateway, and offline too
            if self._was_connected:
                plug.ask()


def build(hub, item, config):
    """Return the SubDevice of these settings; its gateway is there already."""
    gateway = hub.targets.plugs[item["gateway"]]
    child = gateway.device.child(item["node"])
    child.id = item["id"]
    make_meter = hub.meters.maker(item["energy"], config["shared_poll"] * 1000)
    arguments = item["name"], child, hub.broadcast, gateway, hub.connections, make_meter
    return SubDevice(*arguments)
