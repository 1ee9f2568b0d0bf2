"""Whatever bytes are said to be a backup, the end is a home or one clear error."""

import asyncio
import contextlib
import hashlib
import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.backup.container import FILES, make_header
from hub.backup.fault import BackupFault
from hub.backup.restoring import prepare
from hub.components import schema
from hub.config.draft import Draft, Faulty
from hub.system import staging
from plughub.backup.file import open_backup

_NAMES = st.sampled_from([*FILES, "auth.json", "../x", ""])
_CONTENTS = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
        max_leaves=6,
    ).map(lambda value: json.dumps(value).encode()),
    st.dictionaries(
        st.sampled_from(["plugs", "wifi", "rules", "name", "groups"]),
        st.none() | st.lists(st.dictionaries(st.sampled_from(["id", "name", "key"]), st.text())),
    ).map(lambda value: json.dumps(value).encode()),
)


def proved(body):
    """Return a backup without secrets that is whole."""
    data = make_header("attic", None, max(1, len(body))) + body
    return data + hashlib.sha256(data).hexdigest().encode() + b"\n"


@given(st.binary() | st.binary().map(lambda tail: b'{"plughub":"backup","format":1,' + tail))
def test_any_bytes_are_told_for_what_they_are(data):
    try:
        open_backup(data, lambda: "a passphrase")
    except BackupFault as e:
        assert str(e)


async def check(read_new, read_rules, secrets):
    await Draft(schema(), read_new, read_rules, (), {}, (), secrets).check()


@settings(max_examples=60)
@given(
    st.lists(st.tuples(_NAMES, _CONTENTS), max_size=4).map(
        lambda files: b"".join(b"%s %d\n%s\n" % (n.encode(), len(c), c) for n, c in files)
    )
    | st.binary(min_size=1, max_size=80)
)
def test_whatever_is_in_it_a_board_takes_it_or_says_why(tmp_path_factory, body):
    folder = tmp_path_factory.mktemp("flash")
    before = {"config.json": '{"name": "cellar"}', "secrets.json": '{"wifi": "x"}'}
    for name, text in before.items():
        (folder / name).write_text(text)
    with contextlib.chdir(folder):
        staging.recover()  # as each start does
        files = lambda: [path for path in folder.rglob("*") if path.is_file()]  # noqa: E731
        try:
            asyncio.run(prepare(io.BytesIO(proved(body)), None, check))
        except (BackupFault, Faulty) as e:
            assert str(e)
            left = {path.name: path.read_text() for path in files()}
            assert left == before
        else:
            staging.commit()
            for path in files():
                assert isinstance(json.loads(path.read_bytes()), dict)
