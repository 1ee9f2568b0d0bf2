"""Brings an update to a hub piece by piece, and tells what came of its trial."""

import json
import time

from plughub.cli import UNREACHABLE, Failure

_KIND = {"Content-Type": "application/octet-stream"}
_TRIES = 5
_PAUSE_S = 2
# A trial takes a minute, and three where it does not go well.
_TRIAL_S = 240
_ROUND_S = 2
_KEPT = "the update is kept"


def send(hub, update, progress):
    """Send an Update to a plughub.hub_api.HubAPI, and have it run on trial.

    Goes on where it was cut off. `progress(done, size)` is told of each piece.
    """
    piece = hub.ask("GET", "update")["piece"]
    _patiently(lambda: _send(hub, update, piece, progress))
    hub.ask("POST", "update/install", {})


def await_trial(hub, pause=time.sleep):
    """Wait for the end of the trial; return why it was taken back, None where it is kept.

    Raises Failure where the hub does not come back.
    """
    began = time.monotonic()
    due = began + _TRIAL_S
    said = "it does not answer any more"
    while time.monotonic() < due:
        pause(_ROUND_S)
        try:
            system = hub.ask("GET", "system")
            texts = [line["text"] for line in hub.ask("GET", "log")]
        except Failure as e:
            if e.code != UNREACHABLE:
                raise
            continue
        if time.monotonic() - system["uptime"] < began - _ROUND_S:
            continue  # it has not restarted yet
        said = "its trial has not come to an end"
        back = [fault for fault in system["faults"] if "was taken back" in fault]
        if back:
            return back[0]
        if any(_KEPT in text for text in texts):
            return None
    raise Failure(f"the hub was not seen to be well within {_TRIAL_S} s: {said}", UNREACHABLE)


def _send(hub, update, piece, progress):
    at = hub.ask("POST", "update", update.about)["at"]
    size = len(update.data)
    while at < size:
        answer = hub.fetch("PUT", f"update?at={at}", update.data[at : at + piece], _KIND)
        at = json.loads(answer)["at"]
        progress(at, size)


def _patiently(send):
    for left in reversed(range(_TRIES)):
        try:
            return send()
        except Failure as e:
            if e.code != UNREACHABLE or not left:
                raise
        time.sleep(_PAUSE_S)
    return None
