"""Days that are older than their plans are told, and made again in a row without a break in any series."""

from datetime import timedelta

import httpx
import pytest

from app.errors import NotFound
from app.plans import days, outlook, remaking, service, zones
from app.plans.days import DayView
from app.plans.grids import planned
from app.plans.zones import WantedZone
from tests.plans.desk import Desk
from tests.plans.test_day_pages import DAYS, page, post, texts

DATES = ["2026-05-14", "2026-05-15", "2026-05-16"]


async def older(desk: Desk) -> list[str]:
    of = await planned("one")
    return [str(one) for one in await remaking.outdated(of, outlook.today(of, desk.clock))]


async def widened(desk: Desk) -> None:
    """The series' zone gets an hour more, so that a day takes two episodes more."""
    desk.clock.advance(timedelta(seconds=1))
    await zones.edit_zone("one", "Week", "21:00-19:00", WantedZone(start="22:00"), **desk.act)
    await zones.edit_zone("one", "Week", "19:00-21:00", WantedZone(end="22:00"), **desk.act)


def aired(days: list[DayView], episodes: list[str]) -> list[str]:
    return [one.asset for day in days for one in day.events if one.asset in episodes]


async def test_days_are_told_that_plans_have_left_behind(desk: Desk) -> None:
    await desk.furnish()
    for date in DATES:
        await desk.generate(date)
    assert await older(desk) == []
    desk.clock.advance(timedelta(seconds=1))
    await service.edit_plan(
        "one",
        "Week",
        service.WantedPlan(description="changed"),
        (await service.plan("one", "Week")).version,
        **desk.act,
    )
    assert await older(desk) == DATES
    desk.clock.advance(timedelta(seconds=1))
    await desk.generate(DATES[0], force=True)
    await desk.plan("Another time", first="2026-06-01")
    assert await older(desk) == DATES[1:]


async def test_made_again_in_a_row_series_go_on_from_day_to_day(desk: Desk) -> None:
    episodes = await desk.furnish()
    for date in DATES:
        await desk.generate(date)
    await widened(desk)
    made = await remaking.remake_from("one", DATES[0], **desk.act)
    assert [str(one.date) for one in made] == DATES
    found = aired(made, episodes)
    assert len(found) == 6 * len(DATES)
    assert found == [episodes[n % len(episodes)] for n in range(len(found))]
    assert await older(desk) == []
    assert {one.code for day in made for one in day.findings} == set()
    after = await desk.generate("2026-05-17")
    assert aired([after], episodes)[0] == episodes[len(found) % len(episodes)]


async def test_from_a_later_day_earlier_ones_stay(desk: Desk) -> None:
    episodes = await desk.furnish()
    first = await desk.generate(DATES[0])
    for date in DATES[1:]:
        await desk.generate(date)
    await widened(desk)
    made = await remaking.remake_from("one", DATES[1], **desk.act)
    found = aired([first, *made], episodes)
    assert found == [episodes[n % len(episodes)] for n in range(len(found))]


async def test_overridden_days_keep_their_plan_and_what_is_not_made_is_refused(desk: Desk) -> None:
    await desk.furnish()
    await desk.plan("Special", ("06:00", "12:00", ["ferry"]), active=False)
    for date in DATES:
        await desk.generate(date)
    await days.override("one", DATES[1], "Special", **desk.act)
    await widened(desk)
    assert await older(desk) == [DATES[0], DATES[2]]
    made = await remaking.remake_from("one", DATES[0], **desk.act)
    assert [one.overridden for one in made] == [False, True, False]
    before = desk.stored()
    with pytest.raises(NotFound) as refused:
        await remaking.remake_from("one", "2026-05-20", **desk.act)
    assert refused.value.code == "DAY_NOT_FOUND"
    assert desk.stored() == before


async def test_pages_offer_it(editor: httpx.AsyncClient, planner: Desk) -> None:
    await planner.furnish()
    for date in DATES:
        await planner.generate(date)
    assert "had been made" not in await page(editor, DAYS)
    await widened(planner)
    for address in (DAYS, "/channels/one/plans"):
        told = texts(await page(editor, address))
        assert "The plans were changed after 3 days had been made. Thu 14 May to Sat 16 May stay as they are" in told
    shown = texts(await post(editor, f"{DAYS}/{DATES[0]}/follow"))
    assert "3 days made again from Thu 14 May." in shown
    assert "had been made" not in shown
