"""The ESP32's `socket` on MicroPython for a PC: tuples as addresses, and ten sockets in all.

`usocket` is the module of the interpreter, which this one stands in front of.
"""

import io

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
_MP_STREAM_CLOSE = 4
_MP_STREAM_GET_FILENO = 10
_known_options = (SO_REUSEADDR, SO_BROADCAST)
_open = set()


def in_use():
    """Return how many sockets are open."""
    return len(_open)


def getaddrinfo(host, port, af=AF_INET, type=SOCK_STREAM, proto=0, flags=0):
    _sockaddr((host, port))  # raises for a name that is not known
    return [(AF_INET, type, proto, "", (host, port))]


class socket(io.IOBase):
    """Polled by its file number, so that the event loop sees the real socket."""

    def __init__(self, af=AF_INET, type=SOCK_STREAM, proto=0, *, accepted=None):
        if len(_open) >= _LIMIT:
            if accepted:
                accepted.close()
            raise OSError(_ENFILE)
        self._sock = accepted or usocket.socket(af, type)
        _open.add(id(self))

    def __getattr__(self, name):
        return getattr(self._sock, name)

    def recv(self, size):
        return self._sock.recv(size)

    def send(self, data):
        return self._sock.send(data)

    def readinto(self, buffer):
        return self._sock.readinto(buffer)

    def write(self, data):
        return self._sock.write(data)

    def read(self, size=-1):
        return self._sock.read(size)

    def readline(self):
        return self._sock.readline()

    def bind(self, address):
        self._sock.bind(_sockaddr(address))

    def connect(self, address):
        self._sock.connect(_sockaddr(address))

    def accept(self):
        sock, address = self._sock.accept()
        return socket(accepted=sock), _tuple(address)

    def sendto(self, data, address):
        return self._sock.sendto(data, _sockaddr(address))

    def recvfrom(self, size):
        data, address = self._sock.recvfrom(size)
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
        if request == _MP_STREAM_CLOSE:
            self.close()
        return 0

    def close(self):
        if id(self) in _open:
            _open.remove(id(self))
            self._sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


def _sockaddr(address):
    return usocket.getaddrinfo(address[0], address[1])[0][-1]


def _tuple(sockaddr):
    b = bytes(sockaddr)
    return "%d.%d.%d.%d" % (b[4], b[5], b[6], b[7]), b[2] << 8 | b[3]
