"""The pages of the logs without scripts: what they show, what each act does, who may, and what is refused in words."""

import csv
import html
import io
import re
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from app.clock import ManualClock, from_ms
from app.database import sql
from app.plans import bookings
from app.plans.bookings import WantedBooking
from app.playlog import queries, rolling
from app.playlog.values import Line
from app.settings import Settings
from tests.plans.desk import Desk

TODAY = "/logs/one/2026-05-14"
JSON = {"accept": "application/json"}


class Log:
    """The log of the channel `one`, as the database has it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def lines(self) -> list[Line]:
        of, _ = await queries.at("one", self.desk.clock.now())
        return await queries.beginning(of.channel.id, 0, 2**62)

    async def open(self) -> list[Line]:
        """What can still be changed."""
        return [line for line in await self.lines() if line.start_ms > self.desk.clock.now_ms() + 120_000]

    async def first(self, kind: str, after_ms: int = 0) -> Line:
        return next(line for line in await self.open() if line.kind == kind and line.start_ms > after_ms)

    async def version(self, line: Line) -> str:
        rows = await sql("SELECT version FROM log WHERE id = ?", line.log)
        return str(rows[0]["version"])

    async def titles(self) -> list[tuple[int, str]]:
        return [(line.start_ms, line.title) for line in await self.lines()]


@pytest.fixture
def planner(app: Litestar, settings: Settings, clock: ManualClock) -> Desk:
    return Desk(settings, clock)


@pytest.fixture
async def log(planner: Desk) -> Log:
    """A channel with a film in a loop, spots in its breaks, and a log up to its horizon."""
    await planner.channel()
    await planner.furnish()
    for title in ("Quay Garage", "Swim School", "Bakery"):
        await planner.asset(title, 0.5, "COM")
    await planner.asset("=1+1", 0.25, "PSA")
    await rolling.look(planner.clock)
    return Log(planner)


async def post(client: httpx.AsyncClient, line: Line, act: str, **fields: str) -> httpx.Response:
    return await client.post(f"{TODAY}/events/{line.id}/{act}", data=fields)


async def test_list_tells_how_far_each_log_reaches(viewer: httpx.AsyncClient, log: Log) -> None:
    page = (await viewer.get("/logs")).text
    end = from_ms((await log.lines())[-1].end_ms) + timedelta(hours=1)  # Lisbon
    assert f"Thu 14 May, {end:%H:%M}" in page
    assert f'href="{TODAY}"' in page
    answer = await viewer.get("/logs", params={"channel": "one", "date": "2026-05-20"}, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/logs/one/2026-05-20")
    assert (await viewer.get("/logs", params={"channel": "one", "date": "never"})).status_code == 422


async def test_list_without_channels_says_what_to_do(viewer: httpx.AsyncClient) -> None:
    assert "No linear channel yet" in (await viewer.get("/logs")).text


async def test_day_shows_every_event_once_in_its_block(viewer: httpx.AsyncClient, log: Log) -> None:
    page = (await viewer.get(TODAY)).text
    lines = await log.lines()
    assert re.findall(r'id="row-([^"]+)"', page) == [line.id for line in lines]
    assert len(re.findall(r'<h2 id="at-', page)) == len({line.block_ms for line in lines})
    assert page.count('class="lrow__dur"') == len(lines)
    assert "data-open" not in page  # a viewer looks
    assert 'data-st="air"' in page


async def test_what_aired_is_folded(viewer: httpx.AsyncClient, log: Log, clock: ManualClock) -> None:
    clock.advance(timedelta(hours=3))
    page = (await viewer.get(TODAY)).text
    past, here = page.split('class="logpast fold"')[1].split('<section class="hour"', 1)
    assert re.search(r"\d blocks? aired, ", past)
    assert past.count('<details class="hour hour--past"') == int(re.findall(r"(\d+) blocks? aired", past)[0])
    assert 'data-st="air"' not in past
    assert here.count('data-st="air"') == 1
    assert 'data-st="aired"' in past


async def test_day_without_a_log_says_why_and_what_mends_it(viewer: httpx.AsyncClient, log: Log) -> None:
    for day, words in (
        ("2026-05-01", "No log of Fri 1 May"),
        ("2026-05-15", "The log does not reach to Fri 15 May yet"),
        ("2026-06-15", "Nothing is planned for Mon 15 Jun"),
    ):
        page = (await viewer.get(f"/logs/one/{day}")).text
        assert words in page
    assert 'href="/channels/one/days/2026-06-15"' in page
    assert (await viewer.get("/channels/one/days/2026-06-15")).status_code == 200


async def test_log_that_is_not_built_is_built_when_asked(
    viewer: httpx.AsyncClient, editor: httpx.AsyncClient, planner: Desk
) -> None:
    await planner.channel()
    await planner.furnish()
    assert "The log is not built yet" in (await viewer.get(TODAY)).text
    assert "/logs/one/build" not in (await viewer.get(TODAY)).text
    for page in (TODAY, "/logs"):
        assert 'action="/logs/one/build"' in (await editor.get(page)).text
    assert (await viewer.post("/logs/one/build")).status_code == 403
    answer = await editor.post("/logs/one/build")
    assert (answer.status_code, answer.headers["location"]) == (303, TODAY)
    page = (await editor.get(TODAY)).text
    assert "The log of One reaches to Thu 14 May, " in page
    assert "data-open" in page
    tab = await viewer.get("/channels/one/log")
    assert (tab.status_code, tab.headers["location"]) == (303, TODAY)
    assert 'href="/channels/one/log"' in (await viewer.get("/channels/one")).text


async def test_days_on_which_the_clocks_change_say_so(viewer: httpx.AsyncClient, log: Log) -> None:
    assert "Sat 24 Oct, 25 hours" in (await viewer.get("/logs/one/2026-10-24")).text
    assert "Sat 28 Mar, 23 hours" in (await viewer.get("/logs/one/2026-03-28")).text


async def test_event_is_removed_and_put_back(editor: httpx.AsyncClient, log: Log) -> None:
    before, spot = await log.titles(), await log.first("spot")
    page = (await editor.get(f"{TODAY}/events/{spot.id}")).text
    assert f'action="{TODAY}/events/{spot.id}/remove"' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    answer = await post(editor, spot, "remove", version=version[1])
    assert (answer.status_code, answer.headers["location"]) == (303, TODAY)
    day = (await editor.get(TODAY)).text
    assert f"“{spot.title}” is taken out." in html.unescape(day)
    assert (spot.start_ms, spot.title) not in await log.titles()
    undo = re.search(r'action="([^"]+/undo/\d+)"', day)
    assert undo is not None
    assert (await editor.post(undo[1])).status_code == 303
    assert await log.titles() == before
    assert "/undo/" not in (await editor.get(TODAY)).text


async def test_event_is_replaced_inserted_moved_and_locked(editor: httpx.AsyncClient, log: Log) -> None:
    spot, new = await log.first("spot"), await log.desk.asset("Newcomer", 0.5, "COM")
    version = await log.version(spot)
    assert (await post(editor, spot, "replace", asset=new, version=version)).status_code == 303
    assert (spot.start_ms, "Newcomer") in await log.titles()
    newcomer = next(line for line in await log.lines() if line.title == "Newcomer")
    other = await log.first("spot", newcomer.end_ms)
    answer = await post(editor, other, "insert", asset=new, side="before", version=await log.version(other))
    assert answer.status_code == 303
    assert [title for at, title in await log.titles()].count("Newcomer") == 2
    newcomer = next(line for line in await log.lines() if line.title == "Newcomer")
    last = [line for line in await log.open() if line.kind == "spot"][-1]
    version = await log.version(last)
    assert (await post(editor, newcomer, "move", to=f"after {last.id}", version=version)).status_code == 303
    titles = [line.title for line in await log.open() if line.kind == "spot"]
    assert titles[-2:] == [last.title, "Newcomer"]
    newcomer = next(line for line in await log.lines() if line.title == "Newcomer")
    assert (await post(editor, newcomer, "lock", version=await log.version(newcomer))).status_code == 303
    assert 'title="Locked' in (await editor.get(TODAY)).text
    page = (await editor.get(f"{TODAY}/events/{newcomer.id}")).text
    assert "/unlock" in page
    assert "/remove" not in page


async def test_booking_says_so_and_leads_to_its_page(editor: httpx.AsyncClient, log: Log) -> None:
    clock = log.desk.clock
    film = await log.desk.asset("Special", 10, "MOV")
    start = clock.now() + timedelta(minutes=40)
    made = await bookings.book("one", WantedBooking(film, start), by=log.desk.by, clock=clock)
    await rolling.look(clock)
    line = next(line for line in await log.lines() if line.booking == made.booking.id)
    page = html.unescape((await editor.get(f"{TODAY}/events/{line.id}")).text)
    assert "This is part of a booking. Change or cancel that." in page
    assert "/remove" not in page
    assert (await editor.get(f"/channels/one/bookings/{made.booking.id}")).status_code == 200
    assert f'href="/channels/one/bookings/{made.booking.id}"' in page
    day = (await editor.get(TODAY)).text
    assert re.search(rf'id="row-{line.id}"[^>]*', day)[0].count("data-open") == 0  # type: ignore[index]


async def test_refused_act_changes_nothing_and_says_why(editor: httpx.AsyncClient, log: Log) -> None:
    spot, film = await log.first("spot"), (await log.desk.asset("Long", 300, "MOV"))
    raw, version = await log.desk.asset("Raw", 1, "COM", approved=False), await log.version(spot)
    on_air = next(line for line in await log.lines() if line.end_ms > log.desk.clock.now_ms())
    before = log.desk.stored()
    table = [
        (spot, "remove", {"version": "99"}, "changed by someone else"),
        (spot, "replace", {"version": version, "asset": film}, "too long"),
        (spot, "replace", {"version": version, "asset": raw}, "not ready and approved"),
        (spot, "insert", {"version": version, "asset": film, "side": "beside"}, "before or after"),
        (spot, "move", {"version": version, "to": f"before {spot.id}"}, "another event"),
        (spot, "paint", {"version": version}, "Replace, insert, move"),
        (spot, "remove", {"version": "x"}, "whole number"),
        (on_air, "remove", {"version": version}, "on its way"),
    ]
    for line, act, fields, words in table:
        plain = await post(editor, line, act, **fields)
        assert (plain.status_code, plain.headers["location"]) == (303, TODAY)
        assert words in html.unescape((await editor.get(TODAY)).text), act
        scripted = await editor.post(
            f"{TODAY}/events/{line.id}/{act}", data=fields, headers={"HX-Request": "true", "HX-Target": "form"}
        )
        assert scripted.status_code in (409, 422)
        assert words in scripted.headers["hx-trigger"]
    assert (await editor.post(f"{TODAY}/events/none/remove", data={"version": version})).status_code == 404
    assert (await editor.post(f"{TODAY}/undo/99999")).status_code == 404
    assert log.desk.stored() == before


async def test_scripts_get_a_toast_whose_undo_puts_back(editor: httpx.AsyncClient, log: Log) -> None:
    before, spot = await log.titles(), await log.first("spot")
    headers = {"HX-Request": "true", "HX-Target": "form"}
    form = {"version": await log.version(spot)}
    answer = await editor.post(f"{TODAY}/events/{spot.id}/remove", data=form, headers=headers)
    assert answer.status_code == 204
    told = httpx.Response(200, text=answer.headers["hx-trigger"]).json()
    assert told["changed"] == {"topic": "playlog"}
    undone = await editor.post(told["toast"]["undo"], headers=headers)
    assert (undone.status_code, "is as it was" in undone.headers["hx-trigger"]) == (204, True)
    assert await log.titles() == before


async def test_viewers_look_and_strangers_do_not(
    viewer: httpx.AsyncClient, stranger: httpx.AsyncClient, log: Log
) -> None:
    spot = await log.first("spot")
    assert "/remove" not in (await viewer.get(f"{TODAY}/events/{spot.id}")).text
    assert (await post(viewer, spot, "remove", version="1")).status_code == 403
    assert (await viewer.post(f"{TODAY}/undo/1")).status_code == 403
    for path in ("/logs", TODAY, f"{TODAY}/export.csv", f"{TODAY}/events/{spot.id}"):
        assert (await stranger.get(path)).headers["location"].startswith("/sign-in")


async def test_parts_that_scripts_fetch_come_alone(editor: httpx.AsyncClient, log: Log) -> None:
    for address, target, start in (
        ("/logs", "section#log-list", '<section id="log-list"'),
        (TODAY, "section#rundown", '<section id="rundown"'),
        (TODAY, "aside#log-library", '<aside id="log-library"'),
    ):
        answer = await editor.get(address, headers={"HX-Request": "true", "HX-Target": target})
        assert answer.text.lstrip().startswith(start)


async def test_library_lists_what_may_air_for_the_place_that_was_chosen(editor: httpx.AsyncClient, log: Log) -> None:
    spot = await log.first("spot")
    await log.desk.asset("Quay unapproved", 1, "COM", approved=False)
    query = {"at": spot.id or "", "act": "replace", "q": "quay"}
    page = html.unescape((await editor.get(TODAY, params=query)).text)
    assert f"Replaces “{spot.title}” at " in page
    assert f'action="{TODAY}/events/{spot.id}/replace"' in page
    assert re.findall(r'class="lib__t"><b>([^<]+)', page) == ["Quay Garage"]
    assert "Goes in after" in (await editor.get(TODAY, params={"at": spot.id or "", "act": "after"})).text
    none = (await editor.get(TODAY, params={"q": "nothing is called so"})).text
    assert "Nothing of that name may air" in none


async def test_others_see_what_changed_at_once(editor: httpx.AsyncClient, log: Log) -> None:
    headers = {"HX-Request": "true", "HX-Target": "section#rundown"}
    spot = await log.first("spot")
    assert f"row-{spot.id}" in (await editor.get(TODAY, headers=headers)).text
    await post(editor, spot, "remove", version=await log.version(spot))
    assert f"row-{spot.id}" not in (await editor.get(TODAY, headers=headers)).text


async def test_programs_get_json_from_the_same_addresses(scripts: dict[str, httpx.AsyncClient], log: Log) -> None:
    viewer = scripts["viewer"]
    for own, api in (("/logs", "/api/logs"), (TODAY, f"/api{TODAY}")):
        answer = await viewer.get(own, headers=JSON)
        assert answer.headers["content-type"] == "application/json"
        assert "Accept" in answer.headers["vary"]
        assert answer.json() == (await viewer.get(api)).json()
    found = (await viewer.get(f"/api{TODAY}")).json()
    ids = [event["id"] for block in found["blocks"] for event in block["events"]]
    assert ids == [line.id for line in await log.lines()]
    assert (found["start"], found["end"]) == ("2026-05-14T06:00:00+01:00", "2026-05-15T06:00:00+01:00")
    lost = await viewer.get("/logs/none/2026-05-14", headers=JSON)
    assert (lost.status_code, lost.json()["code"]) == (404, "CHANNEL_NOT_FOUND")
    assert (await viewer.get("/logs/one/yesterday", headers=JSON)).json()["code"] == "INVALID_DATE_FORMAT"


async def test_csv_has_a_row_an_event_and_no_formula(viewer: httpx.AsyncClient, log: Log) -> None:
    spot = await log.first("spot")
    await sql("UPDATE playlog SET title = '=1+1' WHERE id = ?", spot.id)
    answer = await viewer.get(f"{TODAY}/export.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="log-one-2026-05-14.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    lines = await log.lines()
    assert [row["id"] for row in rows] == [line.id for line in lines]
    assert next(row["title"] for row in rows if row["id"] == spot.id) == "'=1+1"
    for row, line in zip(rows, lines, strict=True):
        assert float(row["duration"]) == line.length_ms / 1000
    assert rows[0]["start"].endswith("+01:00")
