"""The route that tries a broker, before its settings are put in force."""

from hub.web.http import Problem


async def test(hub, request):
    """Try the "mqtt" of a configuration: {"connected": true}. Stars stand for its password.

    Nothing is said there, and the connection that the hub has goes on.
    """
    from hub.mqtt.client import FAILURES, Client
    from hub.mqtt.failures import in_words
    from hub.net.way import Way
    from hub.system import wifi

    settings = _checked(hub, request)  # type: dict
    settings["client_id"] += "-test"  # or the broker would end the hub's own connection
    await hub.spare.acquire()
    try:
        # The lock of the spare socket is held already: a name is looked up with it.
        way = Way(settings, wifi if hub.built("wifi") and wifi.is_up() else None, _Held())
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


def _checked(hub, request):
    from hub.config.entries import Fault, entries
    from hub.config.secrets import load_secrets, with_secret
    from hub.config.validator import Checker
    from hub.mqtt.broker import SCHEMA, check
    from hub.system.store import CONFIG_FILE
    from hub.system.unload import unload_furnishers

    faults = []
    checker = Checker(CONFIG_FILE, faults)
    config = {"name": hub.name, "mqtt": None}  # type: dict
    try:
        with request.open() as file:
            for _, _, value in entries(file, ("mqtt",)):
                section = with_secret("mqtt", value, load_secrets())
                config["mqtt"] = checker.item(section, SCHEMA, "mqtt")
        if config["mqtt"]:
            check(checker, config)
    except Fault as e:
        raise Problem(400, str(e)) from None
    finally:
        unload_furnishers()
    if not (faults or config["mqtt"]):
        faults.append('There is no "mqtt" in it')
    if faults:
        raise Problem(400, "; ".join(faults), faults=faults)
    return config["mqtt"] or {}


class _Held:
    """Stands for a lock that its user holds already."""

    async def acquire(self):
        pass

    def release(self):
        pass


def _nothing():
    pass
