"""A board's prompt on standard input and output, for mpremote: runs on MicroPython for a PC.

    micropython repl.py IMAGE

IMAGE is a littlefs of 2 MiB, made if it is missing, and mounted as the board's flash. Speaks the
raw REPL with raw paste; Ctrl-D resets softly: boot.py runs, and main.py unless it was raw.
"""

import gc
import io
import os
import sys

import vfs

HERE = __file__.rsplit("/", 1)[0]
sys.path[:] = [".frozen/simulator", HERE, ".frozen"]

import errno  # noqa: E402, F401 - the flash will hide the folder they come from
import select  # noqa: E402, F401
import socket  # noqa: E402
import time  # noqa: E402, F401

import esp32  # noqa: E402, F401
import idf_heap  # noqa: E402, F401
import machine  # noqa: E402
import network  # noqa: E402, F401

_PATH = ["", ".frozen", "/lib"]
_BLOCK = 4096
_BLOCKS = 512
_WINDOW = 128
_OF_THE_BOARD = (
    "sys",
    "os",
    "io",
    "gc",
    "vfs",
    "machine",
    "network",
    "socket",
    "time",
    "esp32",
    "errno",
    "select",
    "idf_heap",
    "utime",
    "usocket",
)
_RAW_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
_BANNER = b"\r\nMicroPython on a PC, as a board\r\n>>> "


class Flash:
    """A block device over a file of the PC."""

    def __init__(self, path):
        try:
            os.stat(path)
        except OSError:
            with open(path, "wb") as file:
                for _ in range(_BLOCKS):
                    file.write(b"\xff" * _BLOCK)
        self._file = open(path, "r+b")  # noqa: SIM115 - open as long as the board runs

    def readblocks(self, block, buffer, offset=0):
        self._file.seek(block * _BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        self._file.seek(block * _BLOCK + offset)
        self._file.write(buffer)
        self._file.flush()

    def ioctl(self, operation, argument):
        return {4: _BLOCKS, 5: _BLOCK, 6: 0}.get(operation)


def mount(path):
    flash = Flash(path)
    try:
        file_system = vfs.VfsLfs2(flash)
    except OSError:
        vfs.VfsLfs2.mkfs(flash)
        file_system = vfs.VfsLfs2(flash)
    vfs.umount("/")
    vfs.mount(file_system, "/")
    os.chdir("/")
    sys.path[:] = _PATH


class Prompt:
    def __init__(self):
        self._in = sys.stdin.buffer
        self._out = sys.stdout.buffer
        self._raw = False
        self._globals = {"__name__": "__main__"}

    def serve(self):
        """Obey until the input ends."""
        self._out.write(_BANNER)
        source = bytearray()
        while True:
            key = self._in.read(1)
            if not key:
                return
            if key == b"\x01":
                self._raw = True
                source = bytearray()
                self._out.write(b"\r\n" + _RAW_BANNER)
            elif key == b"\x02":
                self._raw = False
                self._out.write(_BANNER)
            elif key == b"\x03":
                source = bytearray()
                self._out.write(b"" if self._raw else b"\r\n>>> ")
            elif key == b"\x04" and source:
                self._out.write(b"OK")
                self._execute(source)
                source = bytearray()
            elif key == b"\x04":
                self._soft_reset()
            elif key == b"\x05" and self._raw and not source:
                self._raw_paste()
            elif self._raw:
                source.extend(key)

    def _raw_paste(self):
        if self._in.read(1) != b"A":
            return
        self._in.read(1)
        self._out.write(b"R\x01" + bytes((_WINDOW, 0)) + b"\x01")
        source = bytearray()
        while True:
            key = self._in.read(1)
            if key in (b"", b"\x03"):
                return
            if key == b"\x04":
                break
            source.extend(key)
            if len(source) % _WINDOW == 0:
                self._out.write(b"\x01")
        self._out.write(b"\x04")
        self._execute(source)

    def _execute(self, source):
        error = b""
        try:
            exec(compile(str(source, "utf-8"), "<stdin>", "exec"), self._globals)
        except SystemExit:  # machine.reset(): the prompt is a friendly one again
            self._raw = False
            self._soft_reset()
            return
        except BaseException as e:
            error = self._traceback(e)
        self._out.write(b"\x04" + error + b"\x04>")

    def _traceback(self, exception):
        text = io.StringIO()
        sys.print_exception(exception, text)
        return text.getvalue().encode()

    def _soft_reset(self):
        if self._raw:
            self._out.write(b"OK\r\n")
        self._out.write(b"MPY: soft reboot\r\n")
        socket.close_all()
        machine.reset_softly()
        # Nothing but the flash is mounted at the start.
        for path in os.listdir("/"):
            self._unmount("/" + path)
        sys.path[:] = _PATH
        for name in list(sys.modules):
            if name not in _OF_THE_BOARD:
                sys.modules.pop(name)
        self._globals = {"__name__": "__main__"}
        gc.collect()
        if self._run("boot.py") and not self._raw:
            self._run("main.py")
        self._out.write(b"\r\n" + _RAW_BANNER if self._raw else _BANNER)

    def _unmount(self, path):
        try:
            vfs.umount(path)
        except OSError:
            pass  # it is a file or a folder

    def _run(self, name):
        try:
            with open(name) as file:
                source = file.read()
        except OSError:
            return True
        if name == "main.py":
            self._prepare_event_loop("stdin" in source)
        try:
            exec(compile(source, name, "exec"), self._globals)
        except BaseException as e:
            self._out.write(self._traceback(e))
            return False
        return True

    def _prepare_event_loop(self, reads_console):
        import asyncio

        poller = asyncio.core._io_queue.poller
        for number in range(1000, 1032):  # see control.py
            poller.register(number)
        for number in range(1000, 1032):
            poller.unregister(number)
        # Ctrl-C arrives as a byte here; on the board the serial driver looks for it. Who reads
        # the console has to look for it too: a stream has one reader.
        if not reads_console:
            asyncio.create_task(self._interrupt(asyncio.StreamReader(self._in)))

    async def _interrupt(self, stream):
        while True:
            key = await stream.read(1)
            if key == b"\x03":
                raise KeyboardInterrupt
            if not key:
                raise SystemExit


mount(sys.argv[1])
Prompt().serve()
