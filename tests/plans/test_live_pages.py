"""Parts of the pages of days and bookings that are fetched again when somebody else changes what they show."""

import html
import re
from datetime import date, datetime, timedelta

import httpx
import pytest

from app.plans import bookings, day_views, days, rebooking
from app.plans.bookings import WantedBooking
from app.plans.grids import planned
from app.plans.rebooking import WantedMove
from tests.plans.desk import Desk
from tests.plans.test_day_pages import DAY, DAYS, texts
from tests.plans.test_remaking import widened

BOOKINGS = "/channels/one/bookings"


async def live(browser: httpx.AsyncClient, address: str, target: str) -> str:
    """What a page would show in a part of it by now, as its script asks for it."""
    whole = (await browser.get(address)).text
    found = re.search(rf'<section id="{target}"[^>]*>', whole)
    assert found, whole
    assert 'data-live="plans channels"' in found[0]
    asks = re.search(r'data-live-url="([^"]+)"', found[0])
    return await refetched(browser, html.unescape(asks[1]) if asks else address, target)


async def refetched(browser: httpx.AsyncClient, address: str, target: str) -> str:
    answer = await browser.get(address, headers={"HX-Request": "true", "HX-Target": f"section#{target}"})
    assert answer.status_code == 200
    assert re.match(rf'\s*<section id="{target}"', answer.text)
    assert "<html" not in answer.text
    return texts(" ".join(answer.text.split()))


async def test_days_follow_what_others_do(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.furnish()
    assert "This day is not made yet" in await live(editor, DAY, "schedule-day")
    await days.generate("one", "2026-05-15", **planner.act)
    assert "Tomorrow, Fri 15 May Made Week" in await live(editor, DAYS, "day-list")
    assert "Nothing is wrong with this day" in await live(editor, f"{DAY}/check", "schedule-day")
    await widened(planner)
    shown = await live(editor, DAY, "schedule-day")
    assert "The plans were changed after this day had been made." in shown
    assert "Show what changes" in shown
    assert "Older than the plans" in await live(editor, DAYS, "day-list")
    await days.regenerate("one", "2026-05-15", **planner.act)
    shown = await live(editor, DAY, "schedule-day")
    assert "DAYS_OUTDATED" not in shown
    assert "21:30 – 22:00 Harbour 1" in shown
    assert "Older than the plans" not in await live(editor, DAYS, "day-list")


async def test_a_refusal_is_followed_by_the_day_as_it_is(editor: httpx.AsyncClient, planner: Desk) -> None:
    refused = await editor.post(f"{DAY}/generate")
    assert refused.status_code == 409
    assert f'data-live-url="{DAY}"' in refused.text


async def test_a_booking_that_somebody_else_changed_says_so_and_leaves_the_form(
    editor: httpx.AsyncClient, planner: Desk
) -> None:
    news = await planner.asset("News", 10, "NEW")
    at = planner.clock.now() + timedelta(days=1)
    made = (await bookings.book("one", WantedBooking(news, at), **planner.act)).booking
    home = f"{BOOKINGS}/{made.id}"
    assert "Fri 15 May, 14:37:12" in await live(editor, home, "booking-state")
    asks = re.search(r'data-live-url="([^"]+)"', (await editor.get(home)).text)
    assert asks is not None
    assert "changed meanwhile" not in await refetched(editor, asks[1], "booking-state")
    await rebooking.move(made.id, _moved(at), made.version, **planner.act)
    shown = await refetched(editor, asks[1], "booking-state")
    assert "This booking was changed meanwhile." in shown
    assert "Fri 15 May, 15:37:12" in shown
    assert "15:37:12" in await live(editor, BOOKINGS, "booking-list")
    assert "changed meanwhile" not in await live(editor, home, "booking-state")
    await bookings.cancel("one", made.id, **planner.act)
    assert "Cancelled This booking was changed meanwhile." in await refetched(editor, asks[1], "booking-state")
    assert "Nothing is booked" in await live(editor, BOOKINGS, "booking-list")
    for wrong in ("?seen=x", "?seen=1.5"):
        assert (await editor.get(f"{home}{wrong}")).status_code == 400


def _moved(at: datetime) -> WantedMove:
    return WantedMove(at + timedelta(hours=1), None, "join")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("14", "Thu 14 May stays as it is"),
        ("14 15", "Thu 14 May to Fri 15 May stay as they are"),
        ("14 16", "Thu 14 May and Sat 16 May stay as they are"),
        ("14 16 17", "Thu 14 May, Sat 16 May and Sun 17 May stay as they are"),
        ("14 16 17 18 19", "Thu 14 May, Sat 16 May, Sun 17 May and 2 more stay as they are"),
    ],
)
async def test_days_that_plans_left_behind_are_named(desk: Desk, dates: str, said: str) -> None:
    told = day_views.outdated(await planned("one"), [date(2026, 5, int(day)) for day in dates.split()])
    assert told is not None
    assert told["text"] == f"{said} until made again."
    assert told["action"] == "/channels/one/days/2026-05-14/follow"
