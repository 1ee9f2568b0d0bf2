"""Keys from a project of the Tuya IoT platform: client id, secret, and the data centre."""

import asyncio
from dataclasses import dataclass, field

from plughub.cli import NOT_FOUND, UNREACHABLE, USAGE, Failure
from plughub.keys.found import Found, name_of, with_parents
from plughub.keys.web import Web, now_ms
from tuya.cloud import HOSTS, Cloud
from tuya.cloud_devices import devices, factory_infos
from tuya.cloud_errors import (
    CloudBusy,
    CloudError,
    CloudUnreachable,
    NoPermission,
    QuotaSpent,
    TrialExpired,
    WrongCredentials,
    WrongRegion,
)
from tuya.cloud_points import mapping

NOT_LINKED = (
    "The project has no devices. Link the account of your app to it: on the Tuya IoT platform "
    'open the project, "Devices", "Link App Account", and scan the code with the app. Both have '
    "to be in the same data centre. docs/keys.md has the steps."
)
_WRONG_SECRET = 1004  # so the client id is known there
# Of what several data centres say, the lowest of these is what a person can act on.
_RANKS = {
    TrialExpired: 1,
    QuotaSpent: 1,
    Failure: 2,  # the project is at home there, and has no devices
    NoPermission: 3,
    WrongRegion: 5,
    WrongCredentials: 6,
    CloudUnreachable: 7,
}
_OTHERS = 4
# After these, asking for more is of no use.
_LASTING = (CloudUnreachable, CloudBusy, TrialExpired, QuotaSpent)


@dataclass(frozen=True)
class Project:
    """`region`: a name in tuya.cloud.HOSTS or a host, None to have it found."""

    client_id: str
    secret: str = field(repr=False)
    region: str | None = None

    def cloud(self, host, web, patience_ms=120000):
        """Return the Cloud of one data centre."""
        arguments = (host, web.request, now_ms, web.sleep_ms, patience_ms)
        try:
            return Cloud(self.client_id, self.secret, *arguments)
        except ValueError as e:
            raise Failure(str(e), USAGE) from None


def hosts_of(region):
    """Return ((name, host), ...) of a region, all without one. Raises Failure."""
    if region is None:
        return HOSTS
    if "." in region:
        return ((region, region),)
    found = tuple(pair for pair in HOSTS if pair[0] == region.lower())
    if not found:
        names = ", ".join(name for name, _ in HOSTS)
        raise Failure(f"there is no region {region}: use one of {names}, or a host", USAGE)
    return found


async def fetch(project, progress):
    """Return the Found of the data centre that takes the project and has devices of it.

    `progress(text)` is told how far it is. Raises CloudError, and Failure where there are none.
    """
    outcomes = []
    async with Web(progress) as web:
        for region, host in await _locate(project, web, progress):
            cloud = project.cloud(host, web)
            progress(f"asking {region} for devices")
            try:
                found = await devices(cloud, lambda count: progress(f"{count} devices"))
            except CloudError as e:
                outcomes.append(e)
                continue
            if found:
                return await _complete(cloud, region, found, progress)
            outcomes.append(Failure(NOT_LINKED, NOT_FOUND))
    raise _most_telling(outcomes)


async def _locate(project, web, progress):
    """Return [(name, host)] of those that take the project's credentials. Raises CloudError."""
    hosts = hosts_of(project.region)
    if len(hosts) == 1:
        return hosts
    progress("looking for the data centre")
    # One that is out of reach must not hold up the others: no second attempts.
    clouds = [project.cloud(host, web, patience_ms=0) for _, host in hosts]
    outcomes = await asyncio.gather(*[cloud.connect() for cloud in clouds], return_exceptions=True)
    taken = [pair for pair, outcome in zip(hosts, outcomes, strict=True) if outcome is None]
    if not taken:
        raise _most_telling(outcomes)
    return taken


def _most_telling(errors):
    def rank(error):
        is_wrong_secret = isinstance(error, CloudError) and error.code == _WRONG_SECRET
        return 0 if is_wrong_secret else _RANKS.get(type(error), _OTHERS)

    return min(errors, key=rank)


async def _complete(cloud, region, found, progress):
    warnings = []
    progress("asking for MAC addresses")
    try:
        infos = await factory_infos(cloud, [device["id"] for device in found])
    except CloudError as e:
        warnings.append(f"MAC addresses are missing: {e}")
        infos = {}
    mappings = await _mappings(cloud, found, progress, warnings)
    entries = [_entry(device, infos, mappings, cloud.host) for device in found]
    source = f"the project in {region}"
    return Found(source, with_parents(entries), True, region, warnings)


async def _mappings(cloud, found, progress, warnings):
    """Return {product_id: mapping}: devices of one product have the same DPs."""
    examples = {}
    for device in found:
        if "product_id" in device:
            examples.setdefault(device["product_id"], device)
    mappings = {}
    for number, product in enumerate(examples, 1):
        progress(f"asking for DPs: product {number} of {len(examples)}")
        try:
            mappings[product] = await mapping(cloud, examples[product]["id"])
        except CloudError as e:
            name = examples[product].get("product_name", product)
            warnings.append(f"the DPs of {name} are missing: {e}")
            if isinstance(e, _LASTING):
                break
    return mappings


def _entry(device, infos, mappings, host):
    """Return a device of the cloud as an entry of devices.json, in tinytuya's order."""
    entry = {
        "name": name_of(device.get("name")),
        "id": device["id"],
        "key": device.get("local_key", ""),
        "mac": "",
    }
    entry.update(infos.get(device["id"], {}))
    for name in ("category", "product_name", "product_id", "biz_type", "model", "sub"):
        if name in device:
            entry[name] = device[name]
    if "icon" in device:
        entry["icon"] = f"https://images.{host.partition('.')[2]}/{device['icon']}"
    for name in ("uuid", "node_id"):
        if name in device:
            entry[name] = device[name]
    if device.get("product_id") in mappings:
        entry["mapping"] = mappings[device["product_id"]]
    if "gateway_id" in device:
        entry["parent"] = device["gateway_id"]
    return entry


def failure_of(error):
    """Return the Failure that tells a CloudError."""
    return Failure(str(error), UNREACHABLE)
