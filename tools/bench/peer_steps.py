"""A Python peer on its way through a scenario: CLIENT ID KEY VERSION PORT, as upy/steps.py."""

import json
import sys
import time


def _tinytuya(device_id, key, version, port):
    import tinytuya

    device = tinytuya.Device(
        *(device_id, "127.0.0.1", key),
        version=float(version or 3.3),
        port=port,
        persist=True,
        connection_timeout=2,
        connection_retry_limit=1,
        connection_retry_delay=1,
    )
    device.set_sendWait(None)
    return device


def _rustuya(device_id, key, version, port):
    import rustuya

    return rustuya.Device(
        device_id, key, address="127.0.0.1", version=version or "auto", port=port, timeout=3
    )


STEPS = (("status",), ("set", 1, True), ("status",), ("set", 1, False), ("status",))
CLIENTS = {"tinytuya": _tinytuya, "rustuya": _rustuya}


def tell(about):
    print(json.dumps(about), flush=True)
    sys.stdin.readline()


def attempt(name, call, *arguments):
    """Return what the client answered; raise ValueError for what it calls an error."""
    answer = call(*arguments)
    if isinstance(answer, dict) and "Error" in answer:
        raise ValueError(f"{answer['Error']} ({answer.get('Err')})")
    if name == "set":
        return {"set": arguments[1]}
    if not isinstance(answer, dict) or "dps" not in answer:
        raise ValueError(f"returned {str(answer)[:40]}")
    return {"status": answer["dps"]}


def main(client, device_id, key, version, port):
    device = CLIENTS[client](device_id, key, None if version == "-" else version, int(port))
    for name, *arguments in STEPS:
        call = device.set_value if name == "set" else device.status
        while True:
            try:
                tell(attempt(name, call, *arguments))
                break
            except Exception as error:  # whatever a client raises is what its user gets
                tell({"error": f"{type(error).__name__}: {error}"})
                time.sleep(0.3)


if __name__ == "__main__":
    main(*sys.argv[1:])
