"""What a plug has drawn in years, as the API tells it."""

from fake_hub import FakeHub, ask, respond

HOURS = [(1790000000, 60.5, 60), (1790003600, None, 0)]
PATH = "/api/v1/plugs/lamp/course"


class FakeArchive:
    def __init__(self):
        self.asked = []

    async def course(self, id, since, until):
        self.asked.append((id, since, until))
        return "hour", HOURS


def a_hub():
    hub = FakeHub()
    hub.archive = FakeArchive()
    return hub


async def test_it_is_told_as_json():
    hub = a_hub()
    status, answer = await ask(hub, "GET", PATH + "?since=1790000000")
    assert status == 200
    assert answer == {"by": "hour", "course": [list(row) for row in HOURS]}
    assert hub.archive.asked[0][:2] == ("bf1", 1790000000)
    await ask(hub, "GET", PATH)
    _, since, until = hub.archive.asked[1]
    assert until - since == 2678401


async def test_it_is_told_as_csv_to_who_wants_that():
    response = await respond(a_hub(), "GET", PATH, accept="text/csv")
    text = b"".join(response.body).decode()
    assert response.kind.startswith("text/csv")
    assert text == "at,watts,wh\n1790000000,60.5,60\n1790003600,,0\n"


async def test_what_is_no_time_is_refused():
    for query in ("?since=yesterday", "?since=-5", "?since=", "?since=" + "9" * 30, "?until=5"):
        assert (await ask(a_hub(), "GET", PATH + query))[0] == 400, query


async def test_a_board_has_none():
    status, problem = await ask(FakeHub(), "GET", PATH)
    assert status == 404 and "PC" in problem["detail"]
    assert (await ask(a_hub(), "GET", "/api/v1/plugs/nobody/course"))[0] == 404
