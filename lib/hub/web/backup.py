"""Routes for backups. What they load is forgotten again once it has been used."""

from hub.backup.fault import BackupFault
from hub.system.store import remove
from hub.system.unload import unload, unload_furnishers
from hub.web import page
from hub.web.config import alone
from hub.web.http import Problem, Response, not_written
from tuya.port import const, known_time

_PIECE = const(1024)
_KIND = "application/octet-stream"
_FIELDS = ("kdf", "nonce", "key", "proof")


async def script(hub, request):
    """Return what the page needs for backups."""
    unload("hub.web.backup", "hub.backup")
    return page.script(request, "BACKUP")


async def make_backup(hub, request):
    """Return a backup of this home: without secrets with {}, else under a key that comes wrapped.

    {"kdf": how the key was derived, "nonce", "key", "proof"}: see docs/backup.md.
    """
    try:
        return await _made(hub, request)
    finally:
        unload("hub.web.backup", "hub.backup")


async def _made(hub, request):
    from hub.backup.container import is_kdf

    value = request.json_object(*_FIELDS)
    key = None
    if value:
        if not is_kdf(value.get("kdf")):
            raise Problem(400, "Expected kdf as docs/backup.md describes it")
        key = _unwrap(hub, request, [value.get(name) for name in _FIELDS[1:]])
    if hub.is_changing or any([hasattr(stream, "is_backup") for stream in hub.streams]):
        detail = "The configuration is being changed, or another backup is being sent; try again"
        raise Problem(503, detail, "Retry-After: 5\r\n")
    hub.meters.save()
    hub.state.write()
    hub.is_changing = True
    try:
        size = await _make(hub, value.get("kdf"), key)
    finally:
        hub.is_changing = False
    headers = "Content-Length: %d\r\nCache-Control: no-store\r\n" % size
    headers += 'Content-Disposition: attachment; filename="%s.backup"\r\n' % hub.name
    return Response(_Sent(hub), _KIND, 200, headers)


async def _make(hub, kdf, key):
    from hub.backup.making import make

    try:
        return await make(hub.name, known_time(), kdf, key)
    except BackupFault as e:
        raise Problem(409, str(e)) from None
    except OSError as e:
        raise not_written(e) from None
    finally:
        unload_furnishers()


async def restore(hub, request):
    """Restore the backup in the body, and restart: {"restarting", "missing": what it lacked}.

    The header Backup-Key has the key of one that is encrypted: "NONCE KEY PROOF".
    """
    try:
        return await _restored(hub, request)
    finally:
        unload("hub.web.backup", "hub.config.characters", "hub.backup")


async def _restored(hub, request):
    if request.headers.get("content-type") != _KIND:
        raise Problem(415, "Send the backup as it is, with Content-Type: %s" % _KIND)
    words = request.headers.get("backup-key", "").split()
    key = _unwrap(hub, request, words) if words else None
    missing = await alone(hub, lambda: _restore(hub, request, key))
    # Nothing may be changed any more: the next start goes on with what has begun.
    hub.is_changing = True
    hub.runtime.restart_soon()
    return {"restarting": True, "missing": missing}


async def _restore(hub, request, key):
    from hub.backup.restoring import leave_to_next_start, prepare

    if hub.unconfirmed:
        hub.changes().revert()
    try:
        with request.file() as file:  # pyright: ignore
            # Changes are loaded once all that opens has been forgotten.
            missing = await prepare(file, key, lambda *home: hub.changes().check(*home))
    except BackupFault as e:
        raise Problem(400, str(e)) from None
    # What runs still writes its own files before the restart.
    leave_to_next_start()
    return missing


def _unwrap(hub, request, words):
    from hub.web.login.wrapping import unwrap

    if len(words) != len(_FIELDS) - 1:
        raise Problem(400, "Expected a nonce, a key and a proof")
    return unwrap(hub, request.peer, *words)


class _Sent:
    """The body of a response: the file of a backup, a piece at a time. It goes with the client."""

    is_backup = True

    def __init__(self, hub):
        from hub.backup.making import SPOOL

        self._path = SPOOL
        self._file = open(SPOOL, "rb")  # noqa: SIM115 - close() closes it
        self._streams = hub.streams
        self._streams.add(self)

    def __aiter__(self):
        return self

    async def __anext__(self):
        piece = self._file.read(_PIECE) if self in self._streams else b""
        if not piece:
            raise StopAsyncIteration
        return iter((piece,))

    def close(self):
        """End it. May be called twice."""
        if self in self._streams:
            self._streams.discard(self)
            self._file.close()
            remove(self._path)
