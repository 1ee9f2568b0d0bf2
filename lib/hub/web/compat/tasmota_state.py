"""What Tasmota says of a plug, for its clients over HTTP and over MQTT."""

from hub.web.compat.tasmota_words import word
from tuya.port import known_time

_EPOCH_2000 = 946684800


def sensors(hub, plug):
    """Return what the plug measures."""
    shown = plug.state()
    energy = {
        "Total": shown["energy"],
        "Yesterday": shown["yesterday"],
        "Today": shown["today"],
        "Power": shown["power"],
        "Voltage": shown["voltage"],
        "Current": shown["current"],
    }
    if shown["voltage"] and shown["current"]:
        apparent = shown["voltage"] * shown["current"]
        energy["ApparentPower"] = round(apparent, 1)
        energy["Factor"] = round(min(1, (shown["power"] or 0) / apparent), 2)
    known = {name: energy[name] for name in energy if energy[name] is not None}
    return {"Time": time_now(), "ENERGY": known}


def state(hub, plug):
    """Return what the plug is."""
    about = {"Time": time_now(), "UptimeSec": hub.supervisor.uptime_s, "POWER": word(plug.on)}
    if plug.kind:
        from hub.web.compat.tasmota_kinds import more

        about.update(more(plug))
    return about


def time_now():
    """Return the local time as Tasmota writes it, None while there is none."""
    import time

    from hub.clock.location import local

    now = known_time()
    if now is None:
        return None
    # MicroPython and CPython count from different years; the calendar is the same.
    shift = _EPOCH_2000 if time.gmtime(0)[0] == 2000 else 0
    return "%04d-%02d-%02dT%02d:%02d:%02d" % tuple(time.gmtime(local(now) - shift)[:6])
