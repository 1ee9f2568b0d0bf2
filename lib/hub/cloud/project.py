"""The component "cloud": the project on Tuya's IoT platform by which plugs are switched that are
not reached on the LAN, where that is wanted of them.
"""

from hub.cloud.fallback import Fallback
from hub.net.https import Https
from hub.system import wifi
from tuya.cloud import HOSTS, Cloud
from tuya.cloud_sign import is_token
from tuya.port import MICROPYTHON, const, sleep_ms, unix_time

NEEDS = const(5000)
SCHEMA = (
    ("client_id", "secret", ...),
    ("secret", "secret", ...),
    ("region", "host", "eu"),
    ("after", ("number", 0, 3600, "seconds"), 30),
    ("ca", "path", None),
)
# Bytes of an answer: the DPs of a bulb have some 8 kB.
_ANSWER_MAX = const(16000)


def check(checker, config):
    """Find the host of the region; leave all of it out where nobody could be sure who answers."""
    cloud = config["cloud"]
    hosts = dict(HOSTS)
    if cloud["region"] in hosts:
        cloud["region"] = hosts[cloud["region"]]
    elif "." not in cloud["region"]:
        known = ", ".join([name for name, _ in HOSTS])
        checker.fault("cloud.region", "not known here; known are " + known)
        config["cloud"] = None
    for name in ("client_id", "secret"):
        if not is_token(cloud[name]):
            checker.fault("cloud." + name, "expected a word of letters and digits")
            config["cloud"] = None
    if MICROPYTHON and not cloud["ca"]:
        text = "missing: the file with the certificate of who vouches for %s"
        checker.fault("cloud.ca", text % cloud["region"])
        config["cloud"] = None


def build(hub, item, config):
    """Return what sends through the cloud. It asks for nothing before somebody has pressed."""
    network = wifi if config["wifi"] else None
    https = Https(item["ca"], network, _ANSWER_MAX)

    def make(http):
        arguments = item["client_id"], item["secret"], item["region"], http
        return Cloud(*(arguments + (lambda: unix_time() * 1000, sleep_ms)), patience_ms=0)

    return Fallback(hub, item, https.request, make)
