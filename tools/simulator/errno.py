"""The ESP32's `errno` in software: newlib's numbers, which are not those of a PC."""

EPERM = 1
ENOENT = 2
EIO = 5
EBADF = 9
EAGAIN = 11
ENOMEM = 12
EACCES = 13
EEXIST = 17
ENODEV = 19
EISDIR = 21
EINVAL = 22
EOPNOTSUPP = 95
ECONNRESET = 104
ENOBUFS = 105
ECONNREFUSED = 111
EADDRINUSE = 112
ECONNABORTED = 113
ETIMEDOUT = 116
EHOSTUNREACH = 118
EINPROGRESS = 119
EALREADY = 120
ENOTCONN = 128

errorcode = {value: name for name, value in list(globals().items()) if name[:1] == "E"}

#: {number of a PC: number of the board}
OF_THE_BOARD = {98: 112, 103: 113, 107: 128, 110: 116, 113: 118, 114: 120, 115: 119}
