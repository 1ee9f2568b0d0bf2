"""How a request to Tuya's OpenAPI is signed. No I/O.

Source: developer.tuya.com, "Sign Requests" (new-singnature), whose example is a test. The
signature is HMAC-SHA256, in upper case, under the project's secret, of

    client id + [access token] + t + nonce + method \\n hash of the body \\n signed headers \\n url

with `t` in ms, each signed header as "name:value\\n", and `url` without the host, its query sorted
by name and not percent-encoded. Requests for a token leave the access token out.
"""

from binascii import hexlify
from hashlib import sha256

from tuya.hmac import HMAC

# HMAC hashes a longer key first, which hmac.py leaves out; Tuya's have 32 characters.
_SECRET_MAX = 64
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


class Signer:
    """Signs for one project of the Tuya IoT platform. Raises ValueError for what is no secret."""

    def __init__(self, client_id, secret):
        if not is_token(client_id):
            raise ValueError("a client id is a word of letters and digits")
        if not is_token(secret) or len(secret) > _SECRET_MAX:
            # What was given is not shown: it may be the secret with a slip in it.
            raise ValueError("a client secret is a word of at most %d characters" % _SECRET_MAX)
        self.client_id = client_id
        self._hmac = HMAC(secret.encode())

    def sign(self, method, url, t, body=b"", token="", nonce="", headers=()):
        """Return the header "sign" of a request.

        `t`: Unix time in ms. `headers`: (name, value) of those that "Signature-Headers" names.
        """
        signed = "".join(["%s:%s\n" % header for header in headers])
        content = hexlify(sha256(body).digest()).decode()
        request = "%s\n%s\n%s\n%s" % (method, content, signed, url)
        text = "%s%s%d%s%s" % (self.client_id, token, t, nonce, request)
        return hexlify(self._hmac.digest(text.encode())).decode().upper()


def is_token(value):
    """Tell whether a value can stand in a header and in a path as it is: a word in ASCII."""
    if not isinstance(value, str) or not 0 < len(value) <= 512:
        return False
    return not value.encode().strip(_UNRESERVED)


def signed_url(path, query):
    """Return path and query as they are signed: sorted by name, the values as they are."""
    return _joined(path, [(name, str(query[name])) for name in sorted(query or ())])


def wire_url(path, query):
    """Return path and query as they are sent: the same, with the values percent-encoded."""
    return _joined(path, [(name, _encoded(str(query[name]))) for name in sorted(query or ())])


def _joined(path, pairs):
    return path + "?" + "&".join(["%s=%s" % pair for pair in pairs]) if pairs else path


def _encoded(text):
    characters = [chr(byte) if byte in _UNRESERVED else "%%%02X" % byte for byte in text.encode()]
    return "".join(characters)
