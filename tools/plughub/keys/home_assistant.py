"""What Home Assistant keeps of tuya-local and localtuya in `.storage/core.config_entries`.

Both keep local keys there. Tuya's own integration, which is named "tuya", does not.
"""


def is_storage(value):
    """Tell whether a JSON value is such a file."""
    data = value.get("data") if isinstance(value, dict) else None
    return isinstance(data, dict) and isinstance(data.get("entries"), list)


def devices(value):
    """Return the devices, [{"device_id", "local_key", "host", "protocol_version", ...}]."""
    found = []
    for entry in value["data"]["entries"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("data"), dict):
            continue
        options = entry.get("options")
        # Both write what has been reconfigured to the options.
        settings = entry["data"] | (options if isinstance(options, dict) else {})
        if entry.get("domain") == "tuya_local":
            found.append(_of_tuya_local(entry, settings))
        elif entry.get("domain") == "localtuya":
            found += _of_localtuya(entry, settings)
    return found


def _of_tuya_local(entry, settings):
    device = {"name": entry.get("title")} | settings
    cid = settings.get("device_cid")
    if cid and isinstance(cid, str):
        # The id there is the gateway's; that of the sub-device itself is not known.
        device |= {"device_id": cid, "parent": settings.get("device_id"), "node_id": cid}
    return device


def _of_localtuya(entry, settings):
    several = settings.get("devices")
    if not isinstance(several, dict):
        return [{"name": entry.get("title")} | settings]  # before its version 4
    return [
        {"device_id": id} | device for id, device in several.items() if isinstance(device, dict)
    ]
