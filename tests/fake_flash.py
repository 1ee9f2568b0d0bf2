"""A littlefs in memory, as a board's flash, whose power is cut at any write: MicroPython only."""

import os

FOLDER = "/test"


class PowerCut(OSError):
    def __init__(self):
        super().__init__(5, "the power is gone")


class Disk:
    """A flash in memory that stops taking writes after `writes_left`."""

    def __init__(self, blocks=16):
        self._size = 512
        self.data = bytearray(blocks * self._size)
        self.writes_left = None

    def readblocks(self, block, buf, offset=0):
        at = block * self._size + offset
        buf[:] = memoryview(self.data)[at : at + len(buf)]

    def read_slowly(self, block, buf, offset):
        at = block * self._size + offset
        for i in range(len(buf)):
            buf[i] = self.data[at + i]

    def writeblocks(self, block, buf, offset=None):
        self._write(block * self._size + (offset or 0), buf)

    def _write(self, at, data):
        if self.writes_left is not None:
            if not self.writes_left:
                raise PowerCut
            self.writes_left -= 1
        self.data[at : at + len(data)] = data

    def ioctl(self, op, argument):
        if op == 4:
            return len(self.data) // self._size
        if op == 5:
            return self._size
        if op == 6:
            self._write(argument * self._size, b"\xff" * self._size)
        return 0


class _Powered:
    """A disk while it has power: what the garbage collector closes long after a cut writes nothing
    any more, and reads without taking heap, which is locked then.
    """

    def __init__(self, disk):
        self._disk = disk
        self.is_on = True

    def readblocks(self, block, buf, offset=0):
        if self.is_on:
            self._disk.readblocks(block, buf, offset)
        else:
            self._disk.read_slowly(block, buf, offset)

    def writeblocks(self, block, buf, offset=None):
        if self.is_on:
            self._disk.writeblocks(block, buf, offset)

    def ioctl(self, op, argument):
        return self._disk.ioctl(op, argument) if self.is_on or op != 6 else 0


class Mounted:
    """The disk as /test, from one power-on to the next."""

    def __init__(self, disk):
        self._powered = _Powered(disk)

    def __enter__(self):
        import vfs

        vfs.mount(vfs.VfsLfs2(self._powered, progsize=32, readsize=32), FOLDER)

    def __exit__(self, *exception):
        import vfs

        vfs.umount(FOLDER)
        self._powered.is_on = False


class InFolder:
    """A disk that is mounted, and the current folder."""

    def __init__(self, disk):
        self._mounted = Mounted(disk)

    def __enter__(self):
        self._before = os.getcwd()
        self._mounted.__enter__()
        os.chdir(FOLDER)

    def __exit__(self, *exception):
        os.chdir(self._before)
        self._mounted.__exit__(*exception)


def fresh_disk(blocks=16):
    import vfs

    disk = Disk(blocks)
    vfs.VfsLfs2.mkfs(disk, progsize=32, readsize=32)
    return disk


def each_cut(disk, before, work, recover, look):
    """Have the power cut at the first write of `work`, at the second, until it is done; yield what
    `look()` returns each time, after the starts that follow.

    `before`: what is on the disk when the work begins. The next start, which does `recover()`, is
    cut off as well, and the one after it ends what that began.
    """
    writes = 0
    is_done = False
    while not is_done:
        disk.data[:] = before
        is_done = cut_at(disk, writes, work)
        cut_at(disk, 1, recover)
        with InFolder(disk):
            recover()
            found = look()
        yield found
        writes += 1


def cut_at(disk, writes, work):
    """Do `work` with the power cut at that write; tell whether it was done before."""
    disk.writes_left = writes
    try:
        with InFolder(disk):
            work()
    except OSError:
        return False
    finally:
        disk.writes_left = None
    return True
