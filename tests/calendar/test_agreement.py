"""All views and exports come from one query and show the same, also in the weeks of the clock change."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from app.calendar import days
from app.clock import from_ms, zone
from app.database import sql
from tests.posts.desk import ZONE, Desk

LISBON = zone(ZONE)
WEEKS = {"plain": date(2026, 6, 8), "short": date(2027, 3, 22), "long": date(2026, 10, 19)}
CHANNELS = ("Harbour", "Kitchen", "Workshop")


async def filled(planner: Desk, monday: date) -> dict[str, date]:
    """Targets at all hours of a week, at its edges and beside them; the ids of those inside, with their dates."""
    channels = [await planner.channel(title=title) for title in CHANNELS]
    first, last = days.day(monday, LISBON).span.from_ms, days.day(monday + timedelta(days=6), LISBON).span.to_ms
    inside = [first, *range(first + 1, last - 1, 5 * 3_600_000 + 60_001), last - 1]
    targets = {}
    for number, ms in enumerate([first - 1, *inside, last]):
        made = await planner.schedule(channels[number % 3], at=from_ms(ms), title=f"Post {number}")
        targets[made.targets[0]] = ms
    return {id: from_ms(ms).astimezone(LISBON).date() for id, ms in targets.items() if ms in inside}


def shown(page: str) -> set[str]:
    return set(re.findall(r'id="i-post-([0-9a-f-]+)"', page))


async def page(browser: httpx.AsyncClient, **query: str) -> str:
    answer = await browser.get("/schedule", params=query)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("week", WEEKS)
async def test_views_and_exports_agree(viewer: httpx.AsyncClient, planner: Desk, week: str) -> None:
    monday = WEEKS[week]
    there = await filled(planner, monday)
    at = monday.isoformat()
    assert shown(await page(viewer, view="week", date=at)) == set(there)
    for n in range(7):
        day = monday + timedelta(days=n)
        own = {id for id, date in there.items() if date == day}
        assert shown(await page(viewer, view="day", date=day.isoformat())) == own
        export = await viewer.get("/schedule/export.csv", params={"view": "day", "date": day.isoformat()})
        assert {row["id"] for row in csv.DictReader(io.StringIO(export.content.decode("utf-8-sig")))} == own
    by_channel: set[str] = set()
    for title in CHANNELS:
        found = shown(await page(viewer, view="channel", date=at, channel=title.lower()))
        assert not by_channel & found
        by_channel |= found
    assert by_channel == set(there)
    assert set(there) < shown(await page(viewer, view="list", date=at))
    span = days.span_of(days.shown("week", monday, LISBON))
    params = {"from": from_ms(span.from_ms).isoformat(), "to": from_ms(span.to_ms).isoformat()}
    told = (await viewer.get("/api/calendar", params=params, headers={"accept": "application/json"})).json()
    assert {item["id"] for item in told["items"]} == set(there)


@pytest.mark.parametrize("week", WEEKS)
async def test_month_has_each_item_on_its_day(viewer: httpx.AsyncClient, planner: Desk, week: str) -> None:
    monday = WEEKS[week]
    there = await filled(planner, monday)
    month = await page(viewer, view="month", date=monday.isoformat())
    for day in set(there.values()):
        cell = re.search(rf'<td data-date="{day.isoformat()}".*?</td>', month, re.S)
        assert cell is not None
        named, more = shown(cell[0]), re.search(r'data-more="(\d+)"', cell[0])
        assert named <= {id for id, date in there.items() if date == day}
        assert len(named) + (int(more[1]) if more else 0) == list(there.values()).count(day)


@pytest.mark.parametrize(
    ("at", "day", "note"),
    [("2027-03-01", "2027-03-28", "23 h, 01:00 jumps to 02:00"), ("2026-10-01", "2026-10-25", "25 h, 02:00 goes back")],
)
async def test_month_of_a_clock_change_names_it_on_its_day_alone(
    viewer: httpx.AsyncClient, planner: Desk, at: str, day: str, note: str
) -> None:
    await planner.channel(title="Harbour")
    month = await page(viewer, view="month", date=at)
    cells = re.findall(r'<td data-date="([0-9-]+)".*?</td>', month, re.S)
    assert len(cells) == len(set(cells))
    assert len(cells) % 7 == 0
    noted = [cell for cell in re.findall(r"<td .*?</td>", month, re.S) if "day__note" in cell]
    assert len(noted) == 1
    assert f'data-date="{day}"' in noted[0]
    assert note in noted[0]


async def test_items_stand_where_their_time_is_on_a_long_day(viewer: httpx.AsyncClient, planner: Desk) -> None:
    channel = await planner.channel(title="Harbour")
    first = await planner.schedule(channel, at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    again = await planner.schedule(channel, at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    day = await page(viewer, view="day", date="2026-10-25")
    places = dict(re.findall(r'id="i-post-([0-9a-f-]+)"[^>]*? data-s="(\d+)"', day))
    # Both read 01:30; an hour of five-minute units lies between them.
    assert day.count("<time>01:30</time>") == 2
    assert int(places[again.targets[0]]) - int(places[first.targets[0]]) == 12
    assert 'data-units="300"' in day


async def test_calendar_programs_see_the_same(
    viewer: httpx.AsyncClient, stranger: httpx.AsyncClient, planner: Desk
) -> None:
    there = await filled(planner, WEEKS["plain"])
    made = (await viewer.post("/schedule/link")).text
    link = re.search(r'value="(http[^"]+/calendar\.ics\?key=[^"]+)"', made)
    assert link is not None
    feed = (await stranger.get(link[1])).text
    events = feed.replace("\r\n ", "").split("BEGIN:VEVENT\r\n")[1:]
    read = {re.search(r"UID:post-(\S+)@", one)[1]: re.search(r"DTSTART:(\S+)", one)[1] for one in events}  # type: ignore[index]
    stored = {row["id"]: from_ms(row["due_ms"]) for row in await sql("SELECT id, due_ms FROM target")}
    assert read == {id: f"{at:%Y%m%dT%H%M%SZ}" for id, at in stored.items()}
    assert set(there) < set(read)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"channel": "harbour"}, {"First"}),
        ({"channel": ["harbour", "kitchen"]}, {"First", "Second"}),
        ({"q": "seco"}, {"Second"}),
        ({"status": "failed"}, {"Third"}),
        ({"status": "pending"}, {"First", "Second"}),
        ({"status": "cancelled"}, {"Fourth"}),
        ({"kind": "post"}, {"First", "Second", "Third"}),
        ({}, {"First", "Second", "Third"}),
        ({"channel": "nowhere"}, set()),
        ({"q": "%"}, set()),
    ],
)
async def test_filters_hold_for_every_view_and_export(
    viewer: httpx.AsyncClient, planner: Desk, query: dict[str, str], expected: set[str]
) -> None:
    states = {"First": "scheduled", "Second": "scheduled", "Third": "failed", "Fourth": "cancelled"}
    for number, (title, state) in enumerate(states.items()):
        channel = await planner.channel(title={"First": "Harbour", "Second": "Kitchen"}.get(title, title))
        made = await planner.schedule(channel, at=datetime(2026, 5, 20, 9 + number, tzinfo=UTC), title=title)
        await planner.put_in_state(made.targets[0], state)
    titles = {
        row["id"]: row["title"] for row in await sql("SELECT t.id, p.title FROM target t JOIN post p ON p.id = t.post")
    }
    for view in ("day", "week", "month", "list"):
        asked = {"view": view, "date": "2026-05-20", **query}
        assert {titles[id] for id in shown(await page(viewer, **asked))} == expected
        export = (await viewer.get("/schedule/export.csv", params=asked)).content.decode("utf-8-sig")
        assert {row["title"] for row in csv.DictReader(io.StringIO(export))} == expected
