"""What leaves for a client: joined, whole, and never more at once than a socket takes."""

import asyncio

from fake_time import FakeTime
from patched import Patched

from hub.web import writer
from hub.web.writer import Writer
from tuya.port import sleep_ms, ticks_diff, ticks_ms


class Socket:
    """Takes at most `most` bytes of each piece, as a PC's may."""

    def __init__(self, most=100000):
        self.most = most
        self.sent = []

    def send(self, data):
        data = bytes(data[: self.most])
        self.sent.append(data)
        return len(data)


def no(is_fresh, ms):
    return False


async def nothing():
    pass


async def writable(sock):
    await asyncio.sleep(0)


def waiting(writable):
    """Have sockets become writable as an async function says, while this context lasts."""
    return Patched(writer, writable=writable)


async def test_small_parts_leave_as_one_piece():
    sock = Socket()
    with waiting(writable):
        await Writer(no, nothing).write(sock, iter([b"a" * 10] * 30), True)
    assert sock.sent == [b"a" * 300]


async def test_long_parts_are_cut_and_nothing_is_lost_or_doubled():
    parts = [bytes((i % 251,)) * (i * 37 % 900) for i in range(40)] + [b"z" * 5000]
    for most in (100000, 1000, 300):
        sock = Socket(most)
        with waiting(writable):
            await Writer(no, nothing).write(sock, iter(parts))
        assert b"".join(sock.sent) == b"".join(parts)
        assert max([len(piece) for piece in sock.sent]) <= 1440
        if most > 1440:
            assert len(sock.sent) == len(b"".join(parts)) // 1440 + 1


async def never(sock):
    await asyncio.Event().wait()


async def ends_after_ms(writing):
    began_at = ticks_ms()
    try:
        await writing
    except asyncio.TimeoutError:
        return ticks_diff(ticks_ms(), began_at)
    raise AssertionError("it was written")


async def test_one_client_that_does_not_read_is_borne_for_5_s_and_the_others_for_1():
    with waiting(never), FakeTime():
        to_all = Writer(no, nothing)
        ends = [ends_after_ms(to_all.write(Socket(), iter([b"x"]))) for _ in range(3)]
        found = sorted(await asyncio.gather(*ends))
    assert found[1] < 1500 and 4500 < found[2] < 5500


async def test_of_several_long_answers_one_goes_on_at_a_time():
    sockets = [Socket() for _ in range(3)]
    open_one = []

    async def writable_once_opened(sock):
        while sock not in open_one:
            await asyncio.sleep(0)

    with waiting(writable_once_opened):
        to_all = Writer(no, nothing)
        writing = [to_all.write(sock, iter([b"x" * 5000]), True) for sock in sockets]
        tasks = [asyncio.create_task(task) for task in writing]
        open_one.extend(sockets[1:])
        for _ in range(50):
            await asyncio.sleep(0)
        # The first one has its turn and does not read: the others have got one piece each.
        assert [len(sock.sent) for sock in sockets] == [1, 1, 1]
        open_one.append(sockets[0])
        for task in tasks:
            await task
        assert [sum(map(len, sock.sent)) for sock in sockets] == [5000] * 3


async def test_each_piece_but_the_first_gives_way():
    sock = Socket()
    given = []

    async def give_way():
        given.append(len(sock.sent))

    with waiting(writable):
        await Writer(no, give_way).write(sock, iter([b"x" * 5000]), True)
    assert sum(map(len, sock.sent)) == 5000
    assert given == list(range(1, len(sock.sent)))


async def test_memory_is_looked_at_right_before_each_piece():
    """Who is looked after and then waits for a socket would send what others have used up."""
    left = [0]

    class Last(Socket):
        def send(self, data):
            left[0] -= 1
            assert left[0] >= 0
            return Socket.send(self, data)

    async def refill():
        while True:
            await sleep_ms(30)
            left[0] = 1

    async def slowly(sock):
        await sleep_ms(7)

    sockets = [Last() for _ in range(3)]
    with waiting(slowly), FakeTime():
        to_all = Writer(lambda is_fresh, ms: not left[0], nothing)
        task = asyncio.create_task(refill())
        await asyncio.gather(*[to_all.write(sock, iter([b"x" * 3000])) for sock in sockets])
        task.cancel()
    assert [sum(map(len, sock.sent)) for sock in sockets] == [3000] * 3


def broken(after):
    for _ in range(after):
        yield b"x" * 500
    raise MemoryError


async def test_a_lack_of_memory_is_told_only_while_nothing_has_left():
    sock = Socket()
    with waiting(writable):
        try:
            await Writer(no, nothing).write(sock, broken(1), True)
        except MemoryError:
            assert sock.sent == []
        else:
            raise AssertionError("nobody was told")
        try:
            await Writer(no, nothing).write(sock, broken(5), True)
        except OSError as e:
            assert e.args[0] == 12 and sock.sent
        else:
            raise AssertionError("nobody was told")


class Clock:
    """Moved by nothing but what the Writer sleeps."""

    def __init__(self):
        self.ms = 0

    def ticks_ms(self):
        return self.ms

    async def sleep_ms(self, ms):
        self.ms += ms

    def of_writer(self):
        """Have the Writer live by it, while this context lasts."""
        return Patched(writer, ticks_ms=self.ticks_ms, sleep_ms=self.sleep_ms)


async def test_an_answer_waits_while_memory_is_scarce_but_not_for_ever():
    clock = Clock()

    async def took(is_scarce, size):
        """Return (ms that an answer of that size took, how many pieces)."""
        began_at = clock.ms
        sock = Socket()
        scarce = lambda is_fresh, _: is_scarce(is_fresh, clock.ms - began_at)  # noqa: E731
        await Writer(scarce, nothing).write(sock, iter([b"x" * size]), True)
        return clock.ms - began_at, len(sock.sent)

    with waiting(writable), clock.of_writer():
        # Its first piece waits where there is least, and the others before that.
        ms, count = await took(lambda is_fresh, ms: not is_fresh and ms < 900, 2000)
        assert 900 <= ms < 1000 and count == 2
        ms, count = await took(lambda is_fresh, ms: not is_fresh, 2000)
        assert 1900 <= ms < 2300 and count == 2
        assert await took(lambda is_fresh, ms: not is_fresh, 1) == (0, 1)
        ms, count = await took(lambda is_fresh, ms: True, 1)
        assert 1900 <= ms < 2300 and count == 1


async def test_pieces_leave_one_after_the_other_while_memory_is_tight():
    clock = Clock()
    with waiting(writable), clock.of_writer():
        tight = Writer(lambda is_fresh, ms: ms < 25, nothing)
        clock.ms += 100
        began_at = clock.ms
        for _ in range(4):
            await tight.write(Socket(), iter([b"x"]), True)
        assert 75 <= clock.ms - began_at <= 100
