"""The dashboard tells of linear channels: on now, next, how far the log reaches, and what needs somebody."""

import html
import re
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from app.channels import service as channels
from app.clock import ManualClock
from app.database import sql
from app.plans import attention, bookings, days
from app.plans.attention import Ahead
from app.plans.bookings import WantedBooking
from app.playlog import gone, rolling
from app.playlog import standings as standing_module
from app.playlog.standings import Standing, standings
from app.settings import Settings
from tests.plans.desk import MIN, Desk
from tests.plans.test_remaking import widened


@pytest.fixture
async def planner(app: Litestar, settings: Settings, clock: ManualClock) -> Desk:
    desk = Desk(settings, clock)
    await desk.channel()
    await desk.furnish()
    return desk


async def one(desk: Desk) -> Standing:
    (found,) = await standings(desk.clock.now_ms())
    return found


async def told(desk: Desk) -> Ahead | None:
    known = await channels.channels()
    return (await attention.ahead(known, desk.clock)).get(known[0].id)


async def page(client: httpx.AsyncClient) -> str:
    """The text of the dashboard, with its spaces as they are read."""
    body = re.sub(r"<[^>]+>", " ", (await client.get("/")).text)
    return " ".join(html.unescape(body).split())


async def test_it_follows_the_playlog_from_programme_to_booking_and_to_its_end(planner: Desk) -> None:
    planner.clock.advance(timedelta(hours=5))  # 19:37 in Lisbon, within the series
    before = await one(planner)
    assert (before.on, before.next, before.reaches_ms) == (None, None, None)
    await rolling.look(planner.clock)
    on = await one(planner)
    assert on.on is not None
    assert on.next is not None
    assert (on.on.title, on.next.title) == ("Harbour 2", "Harbour 3")
    assert (on.on.end_ms, on.next.start_ms - on.on.start_ms) == (on.next.start_ms, 30 * MIN)
    news = await planner.asset("Breaking", 7, "NEW")
    at = planner.clock.now() + timedelta(minutes=5)
    await bookings.book("one", WantedBooking(news, at), **planner.act)
    await rolling.look(planner.clock)
    cut = await one(planner)
    assert cut.on is not None
    assert cut.next is not None
    assert (cut.on.title, cut.next.title, cut.on.end_ms) == ("Harbour 2", "Breaking", cut.next.start_ms)
    planner.clock.advance(timedelta(minutes=6))
    aired = await one(planner)
    assert aired.on is not None
    assert aired.on.title == "Breaking"
    planner.clock.advance(timedelta(hours=9))
    over = await one(planner)
    assert (over.on, over.next, over.reaches_ms) == (None, None, cut.reaches_ms)
    await sql("UPDATE channel SET active = 0")
    assert await standings(planner.clock.now_ms()) == []


async def test_what_it_costs_does_not_grow_with_what_has_aired(planner: Desk) -> None:
    for query, values in (
        (standing_module._STANDING, 3),
        (f"{standing_module._AIRING} WHERE p.seq IN (?)", 1),
        (attention._FOUND, 2),
        (attention._BEHIND, 2),
    ):
        plan = [row["detail"] for row in await sql(f"EXPLAIN QUERY PLAN {query}", *[0] * values)]
        scanned = {step for step in plan if step.startswith("SCAN") and not re.match(r"SCAN (c|f|\(sub)\b", step)}
        assert not scanned, plan
        assert not [step for step in plan if "event_subject (subject_type=?)" in step], plan


async def test_days_with_errors_and_days_that_plans_left_behind_are_told_until_they_are_over(planner: Desk) -> None:
    for date in ("2026-05-14", "2026-05-15"):
        await planner.generate(date)
    assert await told(planner) is None
    await widened(planner)
    found = await told(planner)
    assert found is not None
    assert [str(each) for each in found.outdated] == ["2026-05-14", "2026-05-15"]
    await days.generate_filler("one", "2026-05-16", **planner.act)
    found = await told(planner)
    assert found is not None
    assert (found.errors, str(found.first_error)) == (1, "2026-05-16")
    planner.clock.advance(timedelta(days=4))
    assert await told(planner) is None


async def test_the_page_says_what_is_on_and_what_needs_somebody(
    viewer: httpx.AsyncClient, planner: Desk, clock: ManualClock
) -> None:
    assert "One has nothing to air." in await page(viewer)
    await rolling.look(clock)
    shown = await page(viewer)
    assert "One log to 18:30" in shown
    assert "Ferry , on air on One 13:30 – 15:00" in shown
    assert "15:00 Ferry" in shown
    assert "Nothing needs you." in shown or "Three steps" in shown
    film = (await sql("SELECT id FROM asset WHERE title = 'Ferry'"))[0]["id"]
    await sql("INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES ('m', 'm', 'm.mp4', 1, 'v', '{}')")
    await sql("UPDATE asset SET media = 'm' WHERE id = ?", film)
    await gone.look(by=rolling.WORKER, clock=clock)
    await widened(planner)
    shown = await page(viewer)
    assert "The file of Ferry is gone. One is about to air it. MEDIA_MISSING" in shown
    assert "4 days of One are older than the plans. They stay as made until made again. DAYS_OUTDATED" in shown
    clock.advance(timedelta(hours=2))
    assert "The log of One is short." in await page(viewer)
