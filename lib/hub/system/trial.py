"""Code on trial, a set (see codeset/choice.py) or a firmware: kept after a minute of health."""

import asyncio

from hub.log import log
from hub.system.store import exists
from tuya.port import connect, const, sleep_ms, wait_for_ms

_HEALTHY_S = const(60)
_LOOK_MS = const(1000)
# Wi-Fi and the first plugs take their time.
_ENDS_S = const(150)
_TIMEOUT_MS = const(30000)
_CONNECT_MS = const(2000)
_ANSWER_MS = const(5000)
_OK = b"HTTP/1.0 200"  # as hub.web.http answers


def begin(hub, config):
    """Have what is on trial judged, where something is; tell of what was taken back before."""
    if not exists("sets/choice.json"):
        return  # and what chooses need not be there
    choice = _choice()
    found = choice.load()
    if "failed" in found:
        hub.faults.append(str(found["failed"]))
    if found.get("trial"):
        arguments = hub, config["web"]["port"], bool(found.get("plugs")), choice
        hub.supervisor.add("trial", judge, _TIMEOUT_MS, *arguments)
    else:
        choice.sweep()


async def judge(hub, port, wants_plug, choice, beat):
    """Keep what is on trial, or have the board restart with what ran before; then wait for ever.

    `choice`: as codeset.choice, its keep() and note(why), of what is on trial. All tasks have to
    be alive for a minute on end; by then the page has to be served, and a plug to be online where
    `wants_plug`.
    """
    healthy_s = 0
    why = None
    for _ in range(_ENDS_S):
        beat()
        await sleep_ms(_LOOK_MS)
        late = hub.supervisor.late()
        if late:
            healthy_s = 0
            why = "no sign of life from %s" % ", ".join(late)
        elif hub.runtime.is_safe:
            why = "it ran in safe mode"
        else:
            healthy_s += 1
            if healthy_s >= _HEALTHY_S:
                why = await _missing(hub, port, wants_plug)
                if not why:
                    break
    if why:
        choice.note(why)
        hub.runtime.restart_because("the update is taken back: %s" % why)
    else:
        choice.keep()
        log("the update is kept: all was well for %d s" % _HEALTHY_S)
    while True:
        beat()
        await sleep_ms(_TIMEOUT_MS // 3)


def _choice():
    from codeset import choice

    return choice


async def _missing(hub, port, wants_plug):
    """Return what is wrong, in words, or None."""
    if wants_plug and not any([plug.device.online for plug in hub.targets.plugs.values()]):
        return "no plug is online any more"
    stream = None
    buf = bytearray(len(_OK))
    try:
        stream = await connect("127.0.0.1", port, _CONNECT_MS)
        stream.send(b"GET /health HTTP/1.1\r\n\r\n")
        await wait_for_ms(stream.readinto(buf), _ANSWER_MS)
    except (OSError, asyncio.TimeoutError) as e:
        return "its page cannot be reached (%r)" % e
    finally:
        if stream:
            stream.close()
    return None if buf == _OK else "its page is not served (%r)" % bytes(buf)
