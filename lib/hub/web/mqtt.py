"""The route that tries a broker, before its settings are put in force."""

from hub.web.http import Problem


async def test(hub, request):
    """Try a section "mqtt" of a configuration: {"connected": true}. Stars stand for its password.

    Nothing is said there, and the connection that the hub has goes on.
    """
    from hub.mqtt.client import FAILURES, Client, in_words
    from hub.mqtt.reach import Way
    from hub.system import wifi

    settings = _checked(hub, request.json())
    settings["client_id"] += "-test"  # or the broker would end the hub's own connection
    await hub.spare.acquire()
    try:
        # The lock of the spare socket is held already: a name is looked up with it.
        way = Way(settings, wifi if hub.furniture.get("wifi") and wifi.is_up() else None, _Held())
        topic = settings["base"] + "/test"
        client = Client(settings, way.open, topic, None, _nothing, _nothing)
        try:
            await client.open()
        except FAILURES as e:
            raise Problem(502, in_words(e, False, settings)) from None
        finally:
            client.close()
    finally:
        hub.spare.release()
    return {"connected": True}


def _checked(hub, section):
    from hub.config.secrets import with_password
    from hub.config.validator import Checker
    from hub.mqtt.broker import SCHEMA, check
    from hub.system.store import CONFIG_FILE, SECRETS_FILE, load
    from hub.system.unload import unload_furnishers

    faults = []
    checker = Checker(CONFIG_FILE, faults)
    try:
        section = with_password("mqtt", section, load(SECRETS_FILE))
        config = {"name": hub.name, "mqtt": checker.item(section, SCHEMA, "mqtt")}
        if config["mqtt"]:
            check(checker, config)
    finally:
        unload_furnishers()
    if faults or not config["mqtt"]:
        raise Problem(400, "; ".join(faults), faults=faults)
    return config["mqtt"]


class _Held:
    """Stands for a lock that its user holds already."""

    async def acquire(self):
        pass

    def release(self):
        pass


def _nothing():
    pass
