"""A MicroPython board at the other end of a serial port: its files, its reset, its console."""

import contextlib
import io
import struct
import time
from dataclasses import dataclass

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from plughub.board.ports import why_closed
from plughub.cli import UNREACHABLE, Failure

# mpremote gives a command ten seconds; flash that is full has to erase more than that takes.
_COMMAND_S = 60
_BYTE_S = 3
_ATTEMPTS = 3
_HOLD_ATTEMPTS = 5
_READ_S = 0.1
_REOPEN_S = 0.5
# What the chip itself tells over and over, where there is no firmware.
_BLANK = (b"invalid header", b"flash read err")

_FACTS = """
import gc, sys
gc.collect()
path = sys.path[:]
sys.path[:] = [".frozen"]
for name in ("hub_assets", "codeset"):
    sys.modules.pop(name, None)
try:
    import hub_assets, hub
    version = hub.VERSION
except ImportError:
    version = "-"
try:
    import codeset
    chooses = 1
except ImportError:
    chooses = 0
sys.path[:] = path
machine = getattr(sys.implementation, "_machine", "")
heap = gc.mem_alloc() + gc.mem_free()
print(getattr(sys.implementation, "_mpy", 0), heap, version, chooses, machine)
"""

# A line for each file: a board that is at work for long is not one that does not answer.
_HASHES = """
import hashlib, os
from binascii import hexlify
def tell(path):
    digest = hashlib.sha256()
    buffer = bytearray(512)
    with open(path, "rb") as file:
        while True:
            count = file.readinto(buffer)
            if not count:
                break
            digest.update(memoryview(buffer)[:count])
    print(hexlify(digest.digest()).decode(), path)
def look(path):
    try:
        is_folder = os.stat(path)[0] & 0x4000
    except OSError:
        return
    if not is_folder:
        return tell(path)
    for entry in os.ilistdir(path):
        look(path + "/" + entry[0])
for path in %r:
    look(path)
"""

_MAKE_FOLDERS = """
import os
for path in %r:
    try:
        os.mkdir(path)
    except OSError:
        pass
"""

_REMOVE = """
import os
for path in %r:
    os.remove(path)
for path in %r:
    try:
        os.rmdir(path)
    except OSError:
        pass
"""

# A start that was interrupted at the prompt is no failed one, of whichever code.
_RESET = """
try:
    try:
        from codeset.choice import interrupted
    except ImportError:
        from startup.lives import approve as interrupted
    interrupted()
except Exception:
    pass
import machine
machine.reset()
"""


class BoardError(Failure):
    """The board did not answer, or not as one with MicroPython does: one line of text."""

    def __init__(self, text):
        super().__init__(text, UNREACHABLE)


class NoPrompt(BoardError):
    """The port can be opened, but no MicroPython answers there."""


@dataclass(frozen=True)
class Facts:
    """`mpy`: sys.implementation._mpy, which tells the .mpy files it takes. `heap`: bytes.

    `hub`: the version of the hub in its firmware, None where there is none. `chooses`: whether
    lib/codeset is in it too. `machine`: what MicroPython calls the board.
    """

    mpy: int
    heap: int
    hub: str | None
    chooses: bool
    machine: str


class Board:
    """Held at its prompt from the start of the `with` on, and started again at its end.

    `port`: a serial port, or what else pyserial takes, such as socket://192.168.1.20:7777.
    """

    def __init__(self, port):
        self.port = port
        self._transport = None
        self._is_held = False
        self._rest = b""

    def __enter__(self):
        try:
            self._open()
        except (TransportError, OSError, ValueError) as error:
            raise BoardError(why_closed(self.port) or _reason(error)) from None
        try:
            self._hold()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception):
        # Whatever has failed, what the board has is to run.
        with contextlib.suppress(BoardError):
            if self._is_held:
                self.restart()
        self.close()

    def close(self):
        """Let the port go; the board goes on as it is."""
        with contextlib.suppress(OSError):
            self._transport.close()

    def facts(self):
        """Return the Facts of what is on it."""
        mpy, heap, hub, chooses, machine = self.execute(_FACTS).strip().split(" ", 4)
        version = None if hub == "-" else hub
        return Facts(int(mpy), int(heap), version, chooses == "1", machine)

    def hashes(self, paths):
        """Return {path: SHA-256 in hexadecimal} of the files that there are, also in folders."""
        lines = self.execute(_HASHES % (["/" + path for path in paths],)).splitlines()
        return {path[1:]: digest for digest, path in (line.split(" ", 1) for line in lines)}

    def read(self, name):
        """Return the content of a file, None where there is none."""
        try:
            return bytes(self._transport.fs_readfile("/" + name))
        except FileNotFoundError:
            return None
        except (TransportError, OSError, struct.error) as error:
            raise BoardError(f"{name} could not be read: {_reason(error)}") from None

    def make_folders(self, paths):
        """Make folders where there are none; the outer ones come first."""
        self.execute(_MAKE_FOLDERS % (["/" + path for path in paths],))

    def remove(self, paths, folders):
        """Remove files, then those of the folders that are empty; the inner ones come first."""
        absolute = [["/" + path for path in some] for some in (paths, folders)]
        self.execute(_REMOVE % tuple(absolute))

    def put(self, name, content, tell):
        """Write a file, whole or not at all. A failure is told by `tell(text)`, and tried again.

        Raises BoardError that names the file, when it has failed three times.
        """
        path = "/" + name
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                if attempt > 1:
                    self._hold()
                self._transport.fs_writefile(path + ".new", content)
                self.execute(f"import os\nos.rename({path + '.new'!r}, {path!r})")
                return
            except (TransportError, BoardError, OSError, struct.error) as error:
                failure = f"{name} could not be written: {_reason(error)}"
            if attempt < _ATTEMPTS:
                tell(f"{failure}; trying again")
        raise BoardError(failure)

    def execute(self, code):
        """Run code at the prompt; return what it prints."""
        try:
            return self._transport.exec(code).decode()
        except (TransportError, OSError, struct.error) as error:
            raise BoardError(_reason(error)) from None

    def restart(self):
        """Reset it, so that boot.py and main.py run as they do when it gets power."""
        self._is_held = False
        try:
            self._transport.exec_raw_no_follow(_RESET)
        except (TransportError, OSError, struct.error) as error:
            raise BoardError(f"the board cannot be reset: {_reason(error)}") from None

    def read_lines(self):
        """Return the lines of the console that came in about a tenth of a second, once it runs."""
        try:
            serial = self._transport.serial
            serial.timeout = _READ_S
            self._rest += serial.read(max(1, serial.in_waiting))
        except OSError:
            self._reopen()
        *lines, self._rest = self._rest.split(b"\n")
        return [line.decode(errors="replace") for line in lines]

    def _open(self):
        self._transport = _Transport(self.port, baudrate=115200, timeout=_BYTE_S)

    def _hold(self):
        """Interrupt whatever runs, and have the prompt."""
        for attempt in range(1, _HOLD_ATTEMPTS + 1):
            try:
                # The heap stays as it is: a soft reset would run boot.py.
                with contextlib.redirect_stdout(io.StringIO()):
                    self._transport.enter_raw_repl(soft_reset=False, timeout_overall=_BYTE_S)
                self._is_held = True
                return
            except (TransportError, OSError) as error:
                failure = error
            if attempt < _HOLD_ATTEMPTS:
                time.sleep(1)  # it may be starting, and hears nothing
                told = self._pending()
                if any(sign in told for sign in _BLANK):
                    text = f"the board at {self.port} has no firmware yet: `plughub setup`"
                    raise NoPrompt(text)
        raise NoPrompt(f"no prompt of MicroPython at {self.port}: {_reason(failure)}")

    def _pending(self):
        """Return what has come and was not looked at."""
        try:
            return self._transport.serial.read(self._transport.serial.in_waiting)
        except OSError:
            return b""

    def _reopen(self):
        """A port of the chip's own USB goes when the chip is reset, and comes back."""
        self.close()
        time.sleep(_REOPEN_S)
        with contextlib.suppress(TransportError, OSError):
            self._open()


class _Transport(SerialTransport):
    """mpremote's, with more patience."""

    def exec(self, command, data_consumer=None):
        output, error = self.exec_raw(command, _COMMAND_S, data_consumer)
        if error:
            raise TransportExecError(output, error.decode())
        return output


def _reason(error):
    """Return what went wrong as one line: of a traceback the last one."""
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
