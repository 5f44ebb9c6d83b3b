"""Programmes and bookings on the calendar: all views and exports agree, and only bookings can be moved."""

import csv
import io
import re
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from app.calendar import days, layout
from app.calendar.items import Item, Span
from app.clock import ManualClock, from_ms, zone
from app.settings import Settings
from tests.calendar.stations import CHANNELS, furnish
from tests.plans.desk import Desk

LISBON = zone("Europe/Lisbon")
PLAIN, LONG = date(2026, 6, 8), date(2026, 10, 19)
JSON = {"accept": "application/json"}


@pytest.fixture
async def station(app: Litestar, settings: Settings, clock: ManualClock) -> Desk:
    return Desk(settings, clock)


Told = dict[str, Any]


async def told(browser: httpx.AsyncClient, span: Span, **query: str) -> list[Told]:
    params = {"from": from_ms(span.from_ms).isoformat(), "to": from_ms(span.to_ms).isoformat(), **query}
    answer = await browser.get("/api/calendar", params=params, headers=JSON)
    assert answer.status_code == 200, answer.text
    found: list[Told] = answer.json()["items"]
    return found


async def page(browser: httpx.AsyncClient, **query: str) -> str:
    answer = await browser.get("/schedule", params=query)
    assert answer.status_code == 200
    return answer.text


async def exported(browser: httpx.AsyncClient, **query: str) -> set[str]:
    text = (await browser.get("/schedule/export.csv", params=query)).content.decode("utf-8-sig")
    return {row["id"] for row in csv.DictReader(io.StringIO(text))}


def named(shown: str, items: list[Told]) -> set[str]:
    """The items that a page shows: pins by their ids, and of each stretch as many programmes as it counts."""
    found = set(re.findall(r'id="i-booking-([0-9a-f-]+)"', shown))
    for channel in CHANNELS:
        order = [one["id"] for one in items if one["kind"] == "programme" and one["channel"] == channel]
        for id, count in re.findall(r'id="i-programme-([0-9a-f-]+)" href="[^"]+"[^>]*? data-count="(\d+)"', shown):
            if id in order:
                run = order[order.index(id) : order.index(id) + int(count)]
                assert len(run) == int(count) > 0
                assert not found & set(run)
                found |= set(run)
    return found


async def test_views_and_exports_agree_on_what_airs(
    viewer: httpx.AsyncClient, stranger: httpx.AsyncClient, station: Desk
) -> None:
    monday = LONG
    await furnish(station, monday, 9)
    at, span = monday.isoformat(), days.span_of(days.shown("week", monday, LISBON))
    items = await told(viewer, span)
    every = {one["id"] for one in items}
    assert {one["kind"] for one in items} == {"programme", "booking"}
    assert len(every) == len(items) > 200
    assert await exported(viewer, view="week", date=at) == every
    assert named(await page(viewer, view="week", date=at, hours="24"), items) == every
    for slug in CHANNELS:
        own = {one["id"] for one in items if one["channel"] == slug}
        assert named(await page(viewer, view="channel", date=at, hours="24", channel=slug), items) == own
    for one in days.shown("week", monday, LISBON):
        own = [item for item in items if _overlaps(item, one.span)]
        assert named(await page(viewer, view="day", date=one.date.isoformat()), own) == {item["id"] for item in own}
        assert await exported(viewer, view="day", date=one.date.isoformat()) == {item["id"] for item in own}
    month = days.span_of(days.shown("list", monday, LISBON))
    listed = await told(viewer, month)
    assert named(await page(viewer, view="list", date=at), listed) == {one["id"] for one in listed}
    for kind in ("programme", "booking"):
        own = {one["id"] for one in items if one["kind"] == kind}
        assert {one["id"] for one in await told(viewer, span, kind=kind)} == own
        assert named(await page(viewer, view="week", date=at, hours="24", kind=kind), items) == own
    made = (await viewer.post("/schedule/link")).text
    link = re.search(r'value="(http[^"]+/calendar\.ics\?key=[^"]+)"', made)
    assert link is not None
    feed = (await stranger.get(link[1])).text.replace("\r\n ", "")
    year = Span(station.clock.now_ms() - 30 * 86_400_000, station.clock.now_ms() + 366 * 86_400_000)
    ends = {f"{one['kind']}-{one['id']}": datetime.fromisoformat(one["end"]) for one in await told(viewer, year)}
    read = dict(re.findall(r"UID:((?:programme|booking)-\S+)@daypart.*?DTEND:(\d{8}T\d{6}Z)", feed, re.S))
    assert read == {key: f"{end:%Y%m%dT%H%M%SZ}" for key, end in ends.items()}


def _overlaps(item: Told, span: Span) -> bool:
    start, end = (datetime.fromisoformat(item[name]) for name in ("start", "end"))
    return start < from_ms(span.to_ms) and end > from_ms(span.from_ms)


async def test_a_month_counts_programmes_and_names_bookings_and_none_overlaps(
    viewer: httpx.AsyncClient, station: Desk
) -> None:
    await furnish(station, PLAIN, 3)
    month = await page(viewer, view="month", date=PLAIN.isoformat())
    items = await told(viewer, days.span_of(days.shown("month", PLAIN, LISBON)))
    for slug in CHANNELS:
        own = [one for one in items if one["channel"] == slug]
        assert all(one["end"] <= other["start"] for one, other in pairwise(own))
        assert any("-" in one["id"][36:] for one in own)  # what a booking left of a programme
    for n in range(3):
        on = PLAIN + timedelta(days=n)
        cell = re.search(rf'<td data-date="{on}".*?</td>', month, re.S)
        assert cell
        there = [one for one in items if datetime.fromisoformat(one["start"]).astimezone(LISBON).date() == on]
        counts = [sum(1 for one in there if one["kind"] == "programme" and one["channel"] == slug) for slug in CHANNELS]
        assert [int(count) for count in re.findall(r'data-count="(\d+)"', cell[0]) if int(count)] == counts
        assert set(re.findall(r'id="i-booking-([0-9a-f-]+)"', cell[0])) == {
            one["id"] for one in there if one["kind"] == "booking"
        }


async def test_a_programme_says_that_its_day_is_frozen_and_leads_there(
    editor: httpx.AsyncClient, station: Desk, settings: Settings
) -> None:
    await furnish(station, PLAIN, 3)
    items = await told(editor, days.span_of(days.shown("week", PLAIN, LISBON)), kind="programme")
    one = next(item for item in items if "-" in item["id"][36:])  # what a booking left of it
    shown = (await editor.get(f"/schedule/items/programme/{one['id']}")).text
    assert "its schedule day is frozen" in shown
    assert re.search(r'href="/channels/(one|two)/days/2026-06-\d\d#e-\d+"[^>]*><span>Open day', shown)

    def stored() -> list[str]:
        with closing(sqlite3.connect(settings.database)) as connection:
            return [line for line in connection.iterdump() if "api_key" not in line and "session" not in line]

    before = stored()
    for act in ("move", "resize"):
        body = {"date": "2026-06-09", "time": "12:00", "version": 0}
        answer = await editor.post(f"/api/calendar/programme/{one['id']}/{act}", json=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (409, "DAY_FROZEN")
    missing = await editor.get("/schedule/items/programme/nothing")
    assert missing.status_code == 404
    assert stored() == before


async def test_a_booking_is_moved_resized_and_put_back(editor: httpx.AsyncClient, station: Desk) -> None:
    await furnish(station, PLAIN, 3)
    span = days.span_of(days.shown("week", PLAIN, LISBON))
    one = (await told(editor, span, kind="booking"))[0]
    assert (one["movable"], one["resizable"], one["start"]) == (True, True, "2026-06-08T19:10:00Z")

    async def act(verb: str, at: str, version: int, status: int = 200) -> Any:
        body = {"date": at[:10], "time": at[11:], "version": version}
        answer = await editor.post(f"/api/calendar/booking/{one['id']}/{verb}", json=body, headers=JSON)
        assert answer.status_code == status, answer.text
        return answer.json()

    moved = await act("move", "2026-06-10T12:00", one["version"])
    assert (moved["item"]["start"], moved["item"]["end"]) == ("2026-06-10T11:00:00Z", "2026-06-10T11:10:00Z")
    assert "“News” moved to Wed 10 Jun, 12:00." in moved["message"]
    assert (await act("move", "2026-06-11T12:00", one["version"], 409))["code"] == "VERSION_STALE"
    shorter = await act("resize", "2026-06-10T12:05", moved["item"]["version"])
    assert (shorter["item"]["end"], shorter["message"]) == ("2026-06-10T11:05:00Z", "“News” ends Wed 10 Jun, 12:05.")
    assert (await act("resize", "2026-06-10T11:55", shorter["item"]["version"], 422))["code"] == "INVALID_TIME_RANGE"
    taken = await act("move", "2026-06-09T21:08", shorter["item"]["version"], 409)
    assert (taken["code"], taken["free"]) == ("TRACK_OVERLAP", "2026-06-09T20:20:00+00:00")
    undone = await editor.post(f"/api/calendar/undo/{shorter['undo']}", headers=JSON)
    assert undone.json()["item"]["end"] == "2026-06-10T11:10:00Z"
    form = {"date": "2026-06-10", "time": "13:00", "version": str(undone.json()["item"]["version"])}
    answer = await editor.post(f"/schedule/items/booking/{one['id']}/move", data=form)
    assert answer.status_code == 303
    assert "“News” stands at Wed 10 Jun, 13:00 now." in (await editor.get(answer.headers["location"])).text


_days = st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.integers(0, 3), st.integers(1, 9)), max_size=12)


@given(_days, st.integers(0, 30), st.integers(1, 60))
def test_runs_cover_their_span_as_the_items_do(parts: list[tuple[str, int, int]], first: int, length: int) -> None:
    items, at = [], 0
    for number, (run, gap, lasts) in enumerate(parts):
        at += gap
        items.append(
            Item("k", str(number), "c", "t", at, at + lasts, 0, "pending", "s", "l", "i", "", 0, False, run=run)
        )
        at += lasts
    span = Span(first, first + length)
    found = layout.runs(items, span, span.from_ms)
    inside = [one for one in items if one.start_ms < span.to_ms and one.end_ms and one.end_ms > span.from_ms]
    assert [one.id for run in found for one in run.items] == [one.id for one in inside]
    assert [one.id for run in found for one in run.begun] == [one.id for one in inside if one.start_ms >= span.from_ms]
    assert all(span.from_ms <= run.start_ms < run.end_ms <= span.to_ms for run in found)
    assert all(
        one.end_ms < other.start_ms or not one.items[0].run or one.items[0].run != other.items[0].run
        for one, other in pairwise(found)
    )
    assert sum(run.end_ms - run.start_ms for run in found) == sum(
        min(one.end_ms or 0, span.to_ms) - max(one.start_ms, span.from_ms) for one in inside
    )
