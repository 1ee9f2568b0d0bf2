"""The ESP32's `socket` on MicroPython for a PC: tuples as addresses, and ten sockets in all.

`usocket` is the module of the interpreter, which this one stands in front of. With PLUGHUB_DEAF
it hears nothing of what devices broadcast: see deaf.py.
"""

import errno
import io

import deaf
import idf_heap
import uselect
import usocket
from usocket import (  # noqa: F401
    AF_INET,
    SO_BROADCAST,
    SO_REUSEADDR,
    SOCK_DGRAM,
    SOCK_STREAM,
    SOL_SOCKET,
)

IPPROTO_TCP = 6
TCP_NODELAY = 1

_LIMIT = 10
_ENFILE = 23
_ECONNRESET = 104
_ECONNREFUSED = 111
_NO_MEMORY = -203  # as getaddrinfo says it
_LOOK_UP = 900  # bytes
_SO_SNDBUF = 7
# A PC gives twice as much: about what lwIP takes until it is not writable any more.
_SEND_BUFFER = 4096
_MP_STREAM_POLL = 3
_MP_STREAM_CLOSE = 4
_MP_STREAM_GET_FILENO = 10
# Source that is compiled on the PC has the PC's numbers in the place of errno's names: no others
# must come from sockets then. Frozen code has the board's.
_numbers = errno.OF_THE_BOARD if errno.OF_THE_BOARD[115] == errno.EINPROGRESS else {}
_known_options = (SO_REUSEADDR, SO_BROADCAST)
_open = set()


def in_use():
    """Return how many sockets are open."""
    return len(_open)


def close_all():
    """Close every socket, as a soft reset of the board does."""
    for sock in list(_open):
        sock.close()


def getaddrinfo(host, port, af=AF_INET, type=SOCK_STREAM, proto=0, flags=0):
    if idf_heap.free() < _LOOK_UP:
        raise OSError(_NO_MEMORY)
    _sockaddr((host, port))  # raises for a name that is not known
    return [(AF_INET, type, proto, "", (host, port))]


class socket(io.IOBase):
    """Polled by its file number, so that the event loop sees the real socket."""

    def __init__(self, af=AF_INET, type=SOCK_STREAM, proto=0, *, accepted=None):
        self._sock = accepted or usocket.socket(af, type)
        self._is_connecting = False
        try:
            if len(_open) >= _LIMIT:
                raise OSError(_ENFILE)
            idf_heap.opened(self)
        except OSError:
            self._sock.close()
            raise
        self._sock.setsockopt(SOL_SOCKET, _SO_SNDBUF, _SEND_BUFFER)
        _open.add(self)

    def __getattr__(self, name):
        return getattr(self._sock, name)

    def recv(self, size):
        return self._do(self._sock.recv, size)

    def send(self, data):
        size = self._do(self._sock.send, data)
        idf_heap.sent(self, size)
        return size

    def readinto(self, buffer):
        return self._do(self._sock.readinto, buffer)

    def write(self, data):
        size = self._do(self._sock.write, data)
        if size:
            idf_heap.sent(self, size)
        return size

    def read(self, size=-1):
        return self._do(self._sock.read, size)

    def readline(self):
        return self._do(self._sock.readline)

    def bind(self, address):
        self._do(self._sock.bind, _sockaddr(deaf.address_for(address)))

    def connect(self, address):
        self._is_connecting = True
        self._do(self._sock.connect, _sockaddr(address))

    def accept(self):
        sock, address = self._do(self._sock.accept)
        return socket(accepted=sock), _tuple(address)

    def sendto(self, data, address):
        return self._do(self._sock.sendto, data, _sockaddr(address))

    def recvfrom(self, size):
        data, address = self._do(self._sock.recvfrom, size)
        return data, _tuple(address)

    def setsockopt(self, level, option, value):
        if level == SOL_SOCKET and option not in _known_options:
            print("Warning: lwip.setsockopt() option not implemented")
        else:
            self._sock.setsockopt(level, option, value)

    def makefile(self, *mode):
        return self

    def ioctl(self, request, argument):
        if request == _MP_STREAM_GET_FILENO:
            return self._sock.fileno()
        if request == _MP_STREAM_POLL:  # TLS asks what it stands upon
            poll = uselect.poll()
            poll.register(self._sock, argument)
            return sum([events for _, events in poll.poll(0)])
        if request == _MP_STREAM_CLOSE:
            self.close()
        return 0

    def close(self):
        if self in _open:
            _open.remove(self)
            idf_heap.closed(self)
            self._sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def _do(self, function, *arguments):
        """Call a function of the PC's socket; its errors get the board's numbers."""
        try:
            return function(*arguments)
        except OSError as e:
            number = _numbers.get(e.errno, e.errno)
            if number == _ECONNREFUSED and self._is_connecting:
                number = _ECONNRESET  # so a read says it, where connect() has not waited
            raise OSError(number) from None


def _sockaddr(address):
    return usocket.getaddrinfo(address[0], address[1])[0][-1]


def _tuple(sockaddr):
    b = bytes(sockaddr)
    return "%d.%d.%d.%d" % (b[4], b[5], b[6], b[7]), b[2] << 8 | b[3]
