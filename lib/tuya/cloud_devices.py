"""What Tuya's cloud knows of the devices of a project: names, local keys, MAC addresses.

Each function takes a Cloud and raises CloudError. What is not of its form is left out.
"""

from tuya.cloud_errors import BadAnswer, NoPermission
from tuya.cloud_points import TEXT_MAX, is_id, is_text
from tuya.port import const

_PAGES_MAX = const(100)
_PAGE = const(50)
_USER_PAGE = const(75)
_BATCH = const(50)  # ids that factory-infos takes at once

_ROW = "last_row_key"  # where a list goes on, for the next page
_TEXTS = (
    "name",
    "local_key",
    "category",
    "product_id",
    "product_name",
    "model",
    "icon",
    "uuid",
    "uid",
    "node_id",
    "gateway_id",
)


async def devices(cloud, on_page=None):
    """Return [device] of all app accounts that are linked to the project, [] without any.

    A device has "id", "sub" (whether a gateway stands before it), and of name, local_key,
    category, product_id, product_name, model, icon, uuid, uid (of the account), node_id,
    gateway_id and biz_type those that are known. An address is not among them: the cloud's "ip" is
    that of the router, seen from outside. `on_page(count)` is called after each page.
    """
    query = {"size": _PAGE}
    path = "/v1.0/iot-01/associated-users/devices"
    found = await _pages(cloud, path, query, "devices", on_page or (lambda count: None))
    for uid in sorted({found[id]["uid"] for id in found if _is_incomplete(found[id])}):
        await _complete(cloud, uid, found)
    return list(found.values())


def _is_incomplete(device):
    """Tell whether the list of one account may have more: it knows keys and gateways better."""
    if "uid" not in device:
        return False
    return "local_key" not in device or (device["sub"] and "gateway_id" not in device)


async def _complete(cloud, uid, found):
    query = {"source_type": "tuyaUser", "source_id": uid, "page_size": _USER_PAGE}
    try:
        more = await _pages(cloud, "/v1.3/iot-03/devices", query, "list", lambda count: None)
    except NoPermission:
        return  # older projects may not ask this; what is known is worth having
    for id in more:
        if id in found:
            for key in more[id]:
                found[id].setdefault(key, more[id][key])


async def _pages(cloud, path, query, name, on_page):
    """Return {id: device} of a list that comes in pages."""
    found = {}
    for _ in range(_PAGES_MAX):
        page = await cloud.get(path, query)
        items = page.get(name) if isinstance(page, dict) else None
        if not isinstance(items, list):
            raise BadAnswer("%s has sent no list of devices" % cloud.host)
        for item in items:
            if isinstance(item, dict) and is_id(item.get("id")):
                found[item["id"]] = _device(item)
        on_page(len(found))
        if not page.get("has_more"):
            return found
        row = page.get("last_row_key")
        if not isinstance(row, str) or not 0 < len(row) <= TEXT_MAX or row == query.get(_ROW):
            break
        query[_ROW] = row
    raise BadAnswer("%s does not come to the end of the list of devices" % cloud.host)


def _device(item):
    device = {"id": item["id"], "sub": item.get("sub") is True}
    for name in _TEXTS:
        if is_text(item.get(name)):
            device[name] = item[name]
    if isinstance(item.get("biz_type"), int):
        device["biz_type"] = item["biz_type"]
    return device


async def factory_infos(cloud, ids):
    """Return {id: {"mac", "uuid", "sn"}}, of each what is known."""
    found = {}
    ids = [id for id in ids if is_id(id)]
    for start in range(0, len(ids), _BATCH):
        query = {"device_ids": ",".join(ids[start : start + _BATCH])}
        items = await cloud.get("/v1.0/devices/factory-infos", query)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and item.get("id") in ids:
                names = [name for name in ("mac", "uuid", "sn") if is_text(item.get(name))]
                found[item["id"]] = {name: item[name] for name in names}
    return found
