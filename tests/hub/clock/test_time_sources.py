from hub.clock import dns, http_date, ntp


def answer(seconds, mode=4, stratum=2):
    data = bytearray(48)
    data[0] = 0x20 | mode
    data[1] = stratum
    data[40:44] = (seconds & 0xFFFFFFFF).to_bytes(4, "big")
    return bytes(data)


def refused(parse, *arguments):
    try:
        parse(*arguments)
    except ValueError:
        return True
    return False


def test_ntp_time_before_and_after_2036():
    assert ntp.parse(answer(1800000000 + 2208988800)) == 1800000000
    assert ntp.parse(answer(2100000000 + 2208988800)) == 2100000000


def test_ntp_answers_of_no_use():
    assert refused(ntp.parse, answer(1, mode=3))
    assert refused(ntp.parse, answer(1, stratum=0))
    assert refused(ntp.parse, answer(1, stratum=16))
    assert refused(ntp.parse, b"\x24" + bytes(20))
    assert refused(ntp.parse, answer(1500000000 + 2208988800))  # older than this firmware


class Answers:
    """A UDP socket on which these answers come, made of what was asked."""

    def __init__(self, *makers):
        self.makers = list(makers)
        self.is_closed = False

    def send(self, data, host, port):
        self.asked = bytes(data)

    async def receive(self, size, timeout_ms):
        if not self.makers:
            raise OSError(110, "ETIMEDOUT")
        return self.makers.pop(0)(self.asked)

    def close(self):
        self.is_closed = True


def bound(asked, seconds=1800000000):
    data = bytearray(answer(seconds + 2208988800))
    data[24:32] = asked[40:48]
    return bytes(data)


async def asked(*makers):
    udp = Answers(*makers)
    real = ntp.UDP
    ntp.UDP = lambda: udp
    try:
        return await ntp.ask("192.0.2.1", 123)
    finally:
        ntp.UDP = real
        assert udp.is_closed


async def test_an_answer_that_nobody_has_asked_for_sets_no_clock():
    def forged(asked):
        return answer(1900000000 + 2208988800)

    assert await asked(forged, forged, bound) == 1800000000
    try:
        await asked(forged, lambda asked: b"")
    except OSError:
        return
    raise AssertionError("a forged answer was taken")


QUESTION = (
    b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04pool\x03ntp\x03org\x00\x00\x01\x00\x01"
)
# pool.ntp.org is an alias here, its address follows; names are pointers.
ANSWER = (
    b"\x12\x34\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00\x04pool\x03ntp\x03org\x00\x00\x01\x00\x01"
    b"\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x10\x00\x04\x01a\xc0\x11"
    b"\xc0\x2a\x00\x01\x00\x01\x00\x00\x00\x10\x00\x04\xc0\x00\x02\x07"
)


def test_dns_question_and_answer():
    assert dns.question(b"\x12\x34", "pool.ntp.org") == QUESTION
    assert dns.parse(b"\x12\x34", ANSWER) == "192.0.2.7"


def test_dns_answers_of_no_use():
    assert refused(dns.parse, b"\x12\x35", ANSWER)
    assert refused(dns.parse, b"\x12\x34", QUESTION)
    for end in range(len(ANSWER)):
        assert refused(dns.parse, b"\x12\x34", ANSWER[:end]), end


async def test_numeric_addresses_need_no_asking():
    assert await dns.look_up("192.0.2.1", "0.0.0.0") == "192.0.2.1"


def test_the_date_of_an_http_answer():
    head = b"HTTP/1.0 200 OK\r\nServer: x\r\ndate: %s\r\n\r\n"
    assert http_date.parse(head % b"Sun, 06 Nov 1994 08:49:37 GMT") == 784111777
    assert http_date.parse(head % b"Thu, 29 Feb 2024 23:59:59 GMT") == 1709251199
    for date in (
        b"",
        b"Sunday, 06-Nov-94 08:49:37 GMT",
        b"Sun, 06 Nov 1994 08:49:37 CET",
        b"x" * 90,
    ):
        assert refused(http_date.parse, head % date), date
    assert refused(http_date.parse, b"HTTP/1.0 200 OK\r\n\r\n")
    assert refused(http_date.parse, b"\xff\xfe")


async def test_a_local_name_is_asked_of_everybody():
    class Everybody(Answers):
        def send(self, data, host, port):
            super().send(data, host, port)
            self.where = host, port

    udp = Everybody(lambda asked: asked[:2] + ANSWER[2:])
    real = dns.UDP
    dns.UDP = lambda: udp
    try:
        for name, where in (("hub.local", ("224.0.0.251", 5353)), ("a.b", ("192.0.2.3", 53))):
            udp.makers = [lambda asked: asked[:2] + ANSWER[2:]]
            assert await dns.look_up(name, "192.0.2.3") == "192.0.2.7"
            assert udp.where == where and udp.is_closed
    finally:
        dns.UDP = real
