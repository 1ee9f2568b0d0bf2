"""What others want switched: checked, carried out by the executor, and answered if asked for.

    ON OFF TOGGLE, true false, 1 0, OPEN CLOSE STOP, in any case of letters
    {"on": true, "for": 600, "id": 7, "time": 1795194004}
    {"brightness": 40, "colour": "#ff8000"}   what else the target has, with "on" or without

`on` may be "toggle"; `for` are seconds until it is turned back; the answer holds the same `id`;
with a `time`, Unix time, it is not done when it comes late.
"""

import asyncio
import json

from hub.log import WARNING, log
from hub.targets.target import Action
from tuya.errors import TuyaError
from tuya.port import compact_json, const, known_time

_CAUSE = "MQTT"
_TASKS_MAX = const(8)
_FOR_MAX_S = const(86400)
_LATE_S = const(10)
_WORDS = "ON OFF TOGGLE TRUE FALSE 1 0 OPEN CLOSE STOP"
_FIELDS = ("on", "for", "id", "time")


class Commands:
    """`tell(name, what, text)` publishes a text at <base>/<name>/<what>, once."""

    def __init__(self, executor, inputs, tell):
        self._executor = executor
        self._inputs = inputs
        self._tell = tell
        self._tasks = set()

    def switch(self, name, payload):
        """Begin what a message for a target asks for; a faulty one is answered with an error."""
        id = None
        try:
            command = parse(payload)
            id = command.get("id")
            action = _action(name, command)
            if len(self._tasks) >= _TASKS_MAX:
                raise ValueError("too many commands at a time")
        except ValueError as e:
            self._failed(name, id, str(e))
        else:
            self._tasks.add(asyncio.create_task(self._perform(action, id)))

    def set_input(self, name, payload):
        """Take what a message says of an input that rules ask about."""
        try:
            on = parse(payload).get("on")
            if on not in (True, False):
                raise ValueError("an input is on or off")
            if name not in self._inputs:
                raise ValueError("no rule asks about it")
            self._inputs[name].put(on)
        except ValueError as e:
            log("MQTT: input %s: %s" % (name, e), WARNING)

    def close(self):
        """End what is under way."""
        for task in self._tasks:
            task.cancel()

    async def _perform(self, action, id):
        try:
            target = await self._executor.perform(action, _CAUSE)
        except KeyError:
            self._failed(action.name, id, "there is nothing of this name")
        except TuyaError as e:
            self._failed(action.name, id, str(e))
        else:
            log("done: %s (%s)" % (action, _CAUSE))
            if id is not None:
                answer = {"id": id, "ok": True, "on": getattr(target, "on", None)}
                self._tell(action.name, "result", compact_json(answer))
        finally:
            self._tasks.discard(asyncio.current_task())

    def _failed(self, name, id, why):
        log("failed: %s (%s): %s" % (name, _CAUSE, why), WARNING)
        self._tell(name, "result", compact_json({"id": id, "ok": False, "error": why}))


def parse(payload):
    """Return {"on": True, False or "toggle", ...} of what a message says, values in "values".

    Raises ValueError.
    """
    text = payload.decode().strip()
    if text[:1] != "{":
        word = text.upper()
        if not word or word not in _WORDS.split():
            raise ValueError("expected ON, OFF, TOGGLE, or JSON")
        if word == "STOP":
            return {"values": {"command": "stop"}}
        return {"on": "toggle" if word == "TOGGLE" else word in ("ON", "TRUE", "1", "OPEN")}
    try:
        command = json.loads(text)
    except ValueError:
        raise ValueError("this is no JSON") from None
    values = {field: command.pop(field) for field in list(command) if field not in _FIELDS}
    if values:
        from hub.config import expect  # for the few homes that send such

        expected = expect.values(values)
        if expected:
            raise ValueError("expected " + expected)
        command["values"] = values
    on = command.get("on")
    is_right = on is None if values else on == "toggle"
    if on is not True and on is not False and not is_right:
        raise ValueError('expected "on" as true, false or "toggle", or values')
    if not isinstance(command.get("id"), (int, str, type(None))):
        raise ValueError('expected "id" as a number or a text')
    return command


def _action(name, command):
    on = command.get("on")
    values = command.get("values")
    seconds = command.get("for")
    if seconds is not None and not (_is_whole(seconds) and 1 <= seconds <= _FOR_MAX_S):
        raise ValueError('expected "for" as seconds up to %d' % _FOR_MAX_S)
    sent_at = command.get("time")
    if sent_at is not None:
        now = known_time()
        if not _is_whole(sent_at):
            raise ValueError('expected "time" as Unix time')
        if now is not None and now - sent_at > _LATE_S:
            raise ValueError("it comes %d s late, and is not done any more" % (now - sent_at))
    if values:
        verb = values if on is None else dict(values, on=on)
    else:
        verb = on if on == "toggle" else "on" if on else "off"
    return Action(name, verb, seconds and seconds * 1000)


def _is_whole(value):
    return isinstance(value, int) and value is not True and value is not False
