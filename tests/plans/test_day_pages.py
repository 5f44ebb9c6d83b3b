"""Pages of schedule days: dates as they stand, a day as a rundown, and each act with what it would change."""

import re
from datetime import UTC, datetime

import httpx

from app.database import sql
from app.plans import bookings
from app.plans.bookings import WantedBooking
from app.plans.specs import AssetSpec
from tests.plans.desk import Desk

DAYS = "/channels/one/days"
DAY = f"{DAYS}/2026-05-15"


async def page(browser: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await browser.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(answer.text.split())


async def post(browser: httpx.AsyncClient, path: str, **fields: str) -> str:
    answer = await browser.post(path, data=fields)
    assert answer.status_code == 303, answer.text
    return await page(browser, answer.headers["location"])


def texts(shown: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


async def test_three_weeks_tell_which_dates_are_made_and_by_what(editor: httpx.AsyncClient, planner: Desk) -> None:
    assert "No plan applies" in await page(editor, DAYS)
    await planner.furnish()
    shown = texts(await page(editor, DAYS))
    assert "Mon 4 May – Sun 24 May" in shown
    assert "Today, Thu 14 May Not made Week would apply" in shown
    assert shown.count("Never made") == 10
    assert shown.count("Make day") == 11
    told = texts(await post(editor, f"{DAY}/generate"))
    assert "Fri 15 May is made." in told
    shown = texts(await page(editor, DAYS))
    assert "Tomorrow, Fri 15 May Made Week" in shown
    assert shown.count("Make day") == 10
    later = texts(await page(editor, f"{DAYS}?at=2026-10-25"))
    assert "Sat 24 Oct Not made Week would apply 25 h, clocks go back" in later


async def test_a_day_is_a_rundown_with_its_bookings_and_the_reasons(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.furnish()
    assert "Week would make it." in await page(editor, DAY)
    await post(editor, f"{DAY}/generate")
    news = await planner.asset("News", 10, "NEW")
    await bookings.book("one", WantedBooking(news, datetime(2026, 5, 15, 18, 10, tzinfo=UTC)), **planner.act)
    shown = texts(await page(editor, DAY))
    assert "Fri 15 May, 06:00 – Sat 16 May, 05:59" in shown
    assert (
        "19:00 – 19:10 Harbour 1 cut by a booking Week, 19:00-21:00, harbour: The next in order, of 5 candidates. 10:00"
        in shown
    )
    assert "19:10 – 19:20 News Booking booked; what it cuts goes on where it would be 10:00" in shown
    assert "19:20 – 19:30 Harbour 1 goes on, 20:00 in" in shown
    assert (
        "19:30 – 20:00 Harbour 2 Week, 19:00-21:00, harbour: The next in order, of 5 candidates. 30:00 plays 25:00"
        in shown
    )
    assert "Ferry Week, 21:00-19:00, ferry: The program names it." in shown
    assert "Filler Week, 21:00-19:00: Nothing of 21:00-19:00 fits in what is left." in shown
    assert "Sat 16 May" in shown
    assert "/bookings/new?date=2026-05-15&amp;time=19:30" in await page(editor, DAY)


async def test_what_runs_over_the_border_of_a_day_is_told_on_both(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.program("long", AssetSpec(await planner.asset("Opera", 100)), bleed=True)
    await planner.plan("Nights", ("04:30", "06:00", ["long"]))
    await post(editor, f"{DAY}/generate")
    assert "Opera runs on into the next day until 06:30." in await page(editor, DAY)
    told = await post(editor, f"{DAYS}/2026-05-16/generate")
    assert "Opera runs on from the day before until 06:30." in told
    assert 'id="e-' in told


async def test_making_again_shows_what_changes_before_it_does(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.furnish()
    await post(editor, f"{DAY}/generate")
    assert "Nothing would change" in await page(editor, f"{DAY}/again")
    await planner.plan("Film night", ("19:00", "21:00", ["ferry"]), priority=5)
    before = planner.stored()
    shown = texts(await page(editor, f"{DAY}/again"))
    assert "4 stretches would change." in shown
    assert "19:00 – 19:30 Harbour 1 Ferry" in shown
    assert planner.stored() == before
    told = texts(await post(editor, f"{DAY}/again"))
    assert "Fri 15 May is made again." in told
    assert "Film night, 19:00-21:00, ferry" in told


async def test_a_day_is_overridden_by_one_plan_after_a_look(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.furnish()
    special = await planner.plan("Special", ("06:00", "18:00", ["ferry"]))
    await post(editor, f"{DAY}/generate")
    assert "Special" in await page(editor, f"{DAY}/override")
    before = planner.stored()
    assert "would change" in await page(editor, f"{DAY}/override?plan={special}")
    assert planner.stored() == before
    told = texts(await post(editor, f"{DAY}/override", plan=special))
    assert "Overridden by Special" in told
    assert "18:00 – 06:00 Base has no programs; filler airs. ZONE_EMPTY" in told
    assert "Overridden Special" in texts(await page(editor, DAYS))


async def test_a_check_tells_what_is_wrong_by_now_with_its_code(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.furnish()
    await post(editor, f"{DAY}/generate")
    assert "Nothing is wrong with this day" in await page(editor, f"{DAY}/check")
    await sql("UPDATE asset SET state = 'retired' WHERE title = 'Ferry'")
    assert "Ferry may not air any more. NOT_ELIGIBLE" in texts(await page(editor, f"{DAY}/check"))


async def test_days_of_the_clock_change_tell_their_length_and_read_no_time_twice(
    editor: httpx.AsyncClient, planner: Desk
) -> None:
    await planner.furnish()
    await post(editor, f"{DAYS}/2026-10-24/generate")
    shown = texts(await page(editor, f"{DAYS}/2026-10-24"))
    assert "25 h, clocks go back" in shown
    times = re.findall(r'<time>([^<]+)</time> <span class="soft">–', await page(editor, f"{DAYS}/2026-10-24"))
    assert len(times) == len(set(times)) == 20
    assert {"01:30 UTC+1", "02:00 UTC"} < set(times)


async def test_refusals_are_told_on_the_page_and_change_nothing(
    editor: httpx.AsyncClient, viewer: httpx.AsyncClient, planner: Desk
) -> None:
    before = planner.stored()
    for path, status, words in (
        (f"{DAY}/generate", 409, "No active plan found"),
        (f"{DAYS}/2026-05-10/generate", 409, "is over on One"),
        (f"{DAY}/override", 404, ""),
        (f"{DAYS}/2026-15-15/generate", 422, ""),
        ("/channels/none/days/2026-05-15/generate", 404, ""),
    ):
        answer = await editor.post(path, data={"plan": "none"})
        assert answer.status_code == status, (path, answer.text)
        assert words in answer.text
    assert (await viewer.post(f"{DAY}/generate")).status_code == 403
    assert (await editor.get(f"{DAY}/check")).status_code == 404
    assert planner.stored() == before
