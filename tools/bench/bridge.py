"""The MQTT bridge of rustuya, as a process of its own: bridge.py BROKER_PORT STATE_FILE."""

import sys

from pyrustuyabridge import PyBridgeServer

PyBridgeServer(
    mqtt_broker=f"mqtt://127.0.0.1:{sys.argv[1]}",
    mqtt_event_topic="rustuya/state/{id}/{dp}",
    mqtt_payload_template="{value}",
    state_file=sys.argv[2],
    log_level="error",
).start()
