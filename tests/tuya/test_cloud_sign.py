"""Signatures, against the example that Tuya's documentation works through."""

from tuya.cloud_sign import Signer, is_token, signed_url, wire_url

SIGNER = Signer("1KAD46OrT9HafiKdsXeg", "4OHBOnWOqaEC1mWXOpVL3yV50s0qGSRC")
T = 1588925778000
TOKEN = "3f4eda2bdec17232f67c0b188af3eec1"
NONCE = "5138cc3a9033d69856923fd07b491173"
HEADERS = (("area_id", "29a33e8796834b1efa6"), ("call_id", "8afdb70ab2ed11eb85290242ac130003"))


def test_a_request_for_a_token():
    url = signed_url("/v1.0/token", {"grant_type": 1})
    signature = SIGNER.sign("GET", url, T, nonce=NONCE, headers=HEADERS)
    assert signature == "9E48A3E93B302EEECC803C7241985D0A34EB944F40FB573C7B5C2A82158AF13E"


def test_a_request_with_a_token():
    url = signed_url("/v2.0/apps/schema/users", {"page_size": 50, "page_no": 1})
    assert url == "/v2.0/apps/schema/users?page_no=1&page_size=50"
    signature = SIGNER.sign("GET", url, T, token=TOKEN, nonce=NONCE, headers=HEADERS)
    assert signature == "AE4481C692AA80B25F3A7E12C3A5FD9BBF6251539DD78E565A1A72A508A88784"


def test_all_that_is_sent_is_signed():
    basis = {"method": "POST", "url": "/a?b=1", "t": T, "body": b"{}", "token": TOKEN}
    right = SIGNER.sign(**basis)
    changes = {"method": "PUT", "url": "/a?b=2", "t": T + 1, "body": b"[]", "token": "x"}
    for name, value in changes.items():
        changed = dict(basis)
        changed[name] = value
        assert SIGNER.sign(**changed) != right, name


def test_the_query_is_encoded_on_the_wire_and_not_in_the_signature():
    query = {"ids": "a,b", "name": "L\u00e4mp & co"}
    assert signed_url("/x", query) == "/x?ids=a,b&name=L\u00e4mp & co"
    assert wire_url("/x", query) == "/x?ids=a%2Cb&name=L%C3%A4mp%20%26%20co"
    assert signed_url("/x", {}) == wire_url("/x", None) == "/x"


def test_what_is_no_secret_is_refused_without_showing_it():
    for client_id, secret in (
        ("", "s3cret"),
        ("id", ""),
        ("id", "s3cret with blanks"),
        ("id\r\nhost: evil", "s3cret"),
        (None, "s3cret"),
        ("id", "s3cret" * 11),
        ("id", "s3cret\u00e4"),
    ):
        try:
            Signer(client_id, secret)
        except ValueError as e:
            assert "s3cret" not in str(e)
        else:
            raise AssertionError((client_id, secret))
    assert is_token("abc-DEF_0.~") and not is_token("a/b") and not is_token(7)
