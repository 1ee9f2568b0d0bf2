"""Keys by logging in with the phone app: a QR code, through Tuya's device sharing SDK.

The SDK serves integrations that Tuya has given a client id of their own, such as Home Assistant's.
Plughub has none: whoever uses this names one, and decides whether that is in order. Neither the
SDK nor what draws the code is installed unless somebody wants them.
"""

import contextlib
import io
import json
import time

from plughub.cli import UNREACHABLE, USAGE, Failure, errors
from plughub.keys.found import Found, name_of, with_parents

_SCHEMA = "haauthorize"
_TEXT_OF_CODE = "tuyaSmart--qrLogin?token="
_VALID_S = 300  # that is how long a code can be scanned
_LOOK_S = 2
_SEEN_MAX = 200
_MISSING = (
    "the login by QR code needs two packages that are not installed: "
    "`pip install tuya-device-sharing-sdk segno`. docs/keys.md says what else it takes."
)
_NO_CLIENT = (
    "the login by QR code needs --client-id, that of an integration which Tuya lets log in this "
    "way. Plughub has none of its own; see docs/keys.md."
)


def log_in(client_id, user_code, progress):
    """Show the QR code, wait until the app has confirmed it, and return the Found. Failure."""
    if not client_id:
        raise Failure(_NO_CLIENT, USAGE)
    try:
        import segno
        import tuya_sharing
    except ImportError:
        raise Failure(_MISSING, USAGE) from None
    login = tuya_sharing.LoginControl()
    progress("asking for a QR code")
    with _told("asking for a QR code"):
        answer = login.qr_code(client_id, _SCHEMA, user_code)
        token = answer["result"]["qrcode"] if answer.get("success") else None
    if not token:
        raise Failure(f"Tuya gives no QR code: {_reason(answer)}", UNREACHABLE)
    _draw(segno.make(_TEXT_OF_CODE + token))
    progress("scan it with the app that the user code is from, within 5 minutes")
    session = _confirmed(login, token, client_id, user_code)
    with _told("asking for devices"):
        manager = tuya_sharing.Manager(
            client_id, user_code, session["terminal_id"], session["endpoint"], session
        )
        try:
            progress("asking for devices")
            manager.update_device_cache()
            entries = [_entry(device) for device in manager.device_map.values()]
        finally:
            # Nothing is asked again: the session is not left open.
            with contextlib.suppress(Exception):
                manager.user_repository.unload(session["terminal_id"])
    return Found("the app account", with_parents(entries), is_whole=True)


def _confirmed(login, token, client_id, user_code):
    """Wait for the app; return its answer: tokens, "terminal_id" and "endpoint"."""
    for _ in range(_VALID_S // _LOOK_S):
        with _told("waiting for the app"):
            is_confirmed, answer = login.login_result(token, client_id, user_code)
        if is_confirmed:
            return answer
        time.sleep(_LOOK_S)
    raise Failure("the QR code was not confirmed within 5 minutes", UNREACHABLE)


@contextlib.contextmanager
def _told(doing):
    """Tell any failure of the SDK, which has no list of them, without its text: it has tokens."""
    try:
        yield
    except Exception as e:
        text = f"{doing} has failed ({type(e).__name__}). Check the internet, then try again."
        raise Failure(text, UNREACHABLE) from None


def _reason(answer):
    text = f"{answer.get('msg', 'no reason')} ({answer.get('code', 'no code')})"
    return "".join(c if c.isprintable() else " " for c in text)[:_SEEN_MAX]


def _draw(code):
    text = io.StringIO()
    code.terminal(text, compact=True)
    errors.print(text.getvalue(), markup=False, soft_wrap=True)


def _entry(device):
    """Return a device of the SDK as an entry of devices.json."""
    entry = {
        "name": name_of(getattr(device, "name", "")),
        "id": device.id,
        "key": getattr(device, "local_key", "") or "",
    }
    for name in ("category", "product_name", "product_id", "model", "sub", "uuid", "node_id"):
        value = getattr(device, name, None)
        if value not in (None, ""):
            entry[name] = value
    mapping = {}
    for dp, known in device.local_strategy.items():
        item = known["config_item"]
        try:
            values = json.loads(item["valueDesc"])
        except (TypeError, ValueError):
            values = {}
        mapping[str(dp)] = {
            "code": known["status_code"],
            "type": item["valueType"],
            "values": values,
        }
    if mapping:
        entry["mapping"] = mapping
    return entry
