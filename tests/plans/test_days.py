"""Schedule days as they are made, made again, overridden, listed and checked."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.clock import from_ms
from app.database import sql
from app.errors import DaypartError
from app.plans import days, service
from app.plans.service import WantedPlan
from app.plans.specs import AssetSpec, ClockSpec, Element
from tests.plans.desk import Desk
from tests.plans.test_service import refused

FIRST, SECOND, THIRD = "2026-05-15", "2026-05-16", "2026-05-17"


def picks(day, name="harbour"):
    return [one.asset for one in day.events if one.lineage.get("program", {}).get("name") == name]


async def episodes_of(date):
    return picks(await days.day("one", date))


async def test_a_day_is_made_frozen_and_read_back(desk: Desk) -> None:
    episodes = await desk.furnish()
    made = await desk.generate(FIRST)
    assert picks(made) == episodes[:4]
    assert (made.findings, await days.validate("one", FIRST)) == ((), [])
    assert made == await days.day("one", FIRST)
    assert (made.events[0].start_ms, made.events[-1].end_ms) == (made.start_ms, made.end_ms)


async def test_a_second_one_needs_force_and_an_unknown_channel_or_date_is_refused(desk: Desk) -> None:
    await desk.furnish()
    await desk.generate(FIRST)
    told = await refused(desk, "DAY_EXISTS", desk.generate(FIRST))
    assert "--force" in told.detail
    for date in ("15.05.2026", "2026-02-30", "tomorrow", ""):
        await refused(desk, "INVALID_DATE_FORMAT", desk.generate(date))
    await refused(desk, "CHANNEL_NOT_FOUND", days.generate("two", FIRST, **desk.act))
    await refused(desk, "DAY_NOT_FOUND", days.regenerate("one", SECOND, **desk.act))
    await refused(desk, "DAY_NOT_FOUND", days.day("one", SECOND))


async def test_no_plan_an_archived_one_and_a_channel_that_is_off_are_told(desk: Desk) -> None:
    told = await refused(desk, "NO_ACTIVE_PLAN", desk.generate(FIRST))
    assert told.detail.startswith("No active plan found")
    await desk.furnish()
    await service.edit_plan("one", "Week", WantedPlan(active=False), None, **desk.act)
    await refused(desk, "NO_ACTIVE_PLAN", desk.generate(FIRST))
    await sql("UPDATE channel SET active = 0")
    await refused(desk, "CHANNEL_INACTIVE", desk.generate(FIRST))


async def test_a_day_that_is_over_stays_as_it_was(desk: Desk) -> None:
    await desk.furnish()
    await desk.generate("2026-05-14")
    desk.clock.set(datetime(2026, 5, 15, 5, 0, tzinfo=UTC))  # 06:00 in Lisbon, when the next one begins
    await refused(desk, "DAY_PAST", days.regenerate("one", "2026-05-14", **desk.act))
    await refused(desk, "DAY_PAST", days.override("one", "2026-05-14", "Week", **desk.act))
    await refused(desk, "DAY_PAST", desk.generate("2026-05-13"))
    assert (await days.preview("one", "2026-05-14")).events


async def test_gaps_warn_and_never_fail(desk: Desk) -> None:
    await desk.furnish()
    await desk.plan("Short", ("19:00", "20:00", ["harbour"]), priority=1)
    await service.edit_plan("one", "Week", WantedPlan(active=False), None, **desk.act)
    made = await desk.generate(FIRST)
    assert {one.code for one in made.findings} == {"ZONE_EMPTY"}
    assert sum(one.span_ms for one in made.events) == made.end_ms - made.start_ms


async def test_a_dry_run_and_a_preview_store_nothing(desk: Desk) -> None:
    await desk.furnish()
    before = desk.stored()
    looked = await desk.generate(FIRST, dry_run=True)
    assert (looked.id, len(looked.events)) == (None, len((await days.preview("one", FIRST)).events))
    assert desk.stored() == before
    made = await desk.generate(FIRST)
    assert made.events == looked.events
    before = desk.stored()
    assert (await days.regenerate("one", FIRST, dry_run=True, **desk.act)).events == made.events
    assert (await days.override("one", FIRST, "Week", dry_run=True, **desk.act)).events == made.events
    assert (await days.preview("one", FIRST)).events == made.events
    assert desk.stored() == before
    assert [one.plan.name for one in looked.stretches] == ["Week"] * 3


async def test_a_series_goes_on_from_day_to_day(desk: Desk) -> None:
    episodes = await desk.furnish()
    for date in (FIRST, SECOND, THIRD):
        await desk.generate(date)
    aired = [one for date in (FIRST, SECOND, THIRD) for one in await episodes_of(date)]
    assert aired == [episodes[n % 5] for n in range(12)]


async def test_making_a_day_again_restores_the_cursors_it_was_built_from(desk: Desk) -> None:
    await desk.furnish()
    await desk.generate(FIRST)
    second = await desk.generate(SECOND)
    cursors = await sql("SELECT * FROM cursor")
    again = await days.regenerate("one", SECOND, **desk.act)
    assert (again.events, again.supersedes) == (second.events, second.id)
    assert await sql("SELECT * FROM cursor") == cursors


async def test_making_an_earlier_day_again_leaves_later_ones_and_their_cursors(desk: Desk) -> None:
    episodes = await desk.furnish()
    for date in (FIRST, SECOND):
        await desk.generate(date)
    first, second = await episodes_of(FIRST), await days.day("one", SECOND)
    cursors = await sql("SELECT * FROM cursor")
    again = await days.regenerate("one", FIRST, **desk.act)
    assert (picks(again), [one.code for one in again.findings]) == (first, ["LATER_DAYS"])
    assert await days.day("one", SECOND) == second
    assert await sql("SELECT * FROM cursor") == cursors
    assert picks(await desk.generate(THIRD)) == [episodes[n % 5] for n in range(8, 12)]


async def test_one_day_is_current_and_the_others_are_kept(desk: Desk) -> None:
    await desk.furnish()
    made = [await desk.generate(FIRST)] + [await days.regenerate("one", FIRST, **desk.act) for _ in range(2)]
    rows = await sql("SELECT id, current, supersedes FROM schedule_day ORDER BY id")
    assert [(row["id"], row["current"], row["supersedes"]) for row in rows] == [
        (made[0].id, 0, None), (made[1].id, 0, made[0].id), (made[2].id, 1, made[1].id),
    ]  # fmt: skip
    assert [one.id for one in await days.days("one", FIRST, THIRD)] == [made[2].id]


async def test_an_override_uses_the_plan_a_person_chose_and_says_so(desk: Desk) -> None:
    await desk.furnish()
    await desk.plan("Marathon", ("00:00", "24:00", ["harbour"]), cron="0 0 1 1 *", active=False)
    made = await desk.generate(FIRST)
    over = await days.override("one", FIRST, "Marathon", **desk.act)
    assert (over.overridden, over.supersedes, made.overridden) == (True, made.id, False)
    assert len(picks(over)) == 48
    happened = await sql("SELECT verb FROM event WHERE topic = 'plans' AND subject_type = 'day' ORDER BY seq")
    assert [row["verb"] for row in happened] == ["made", "overridden"]
    back = await days.regenerate("one", FIRST, **desk.act)
    assert (back.overridden, back.events) == (False, made.events)
    await refused(desk, "PLAN_NOT_FOUND", days.override("one", FIRST, "Nothing", **desk.act))


async def test_what_runs_over_the_end_of_the_day_is_not_in_the_next_one(desk: Desk) -> None:
    film = await desk.asset("Long", 200)
    await desk.program("long", AssetSpec(film), bleed=True)
    await desk.plan("Night", ("04:00", "06:00", ["long"]), ("06:00", "04:00", ["long"]))
    first, second = await desk.generate(FIRST), await desk.generate(SECOND)
    assert second.own_start_ms == first.events[-1].end_ms > second.start_ms
    assert await days.validate("one", SECOND) == []
    await sql(
        "UPDATE day_event SET span_ms = span_ms + 1800000 WHERE day = ? AND start_ms = ?",
        first.id,
        first.events[-1].start_ms,
    )
    assert [one.code for one in await days.validate("one", SECOND)] == ["SEAM_OVERLAP"]


async def test_validate_tells_of_assets_that_may_not_air_any_more(desk: Desk) -> None:
    await desk.furnish()
    await desk.generate(FIRST)
    await sql("UPDATE asset SET approved = 0 WHERE title = 'Harbour 2'")
    assert [(one.code, one.detail) for one in await days.validate("one", FIRST)] == [
        ("NOT_ELIGIBLE", "Harbour 2 may not air any more.")
    ]


@pytest.mark.parametrize(("date", "hours"), [("2026-10-24", 25), ("2027-03-27", 23)])
async def test_the_days_on_which_the_clocks_change_are_whole(desk: Desk, date: str, hours: int) -> None:
    await desk.furnish()
    made = await desk.generate(date)
    assert made.end_ms - made.start_ms == hours * 3_600_000 == sum(one.span_ms for one in made.events)
    assert await days.validate("one", date) == []


async def test_two_channels_in_two_zones_begin_at_their_own_six_o_clock(desk: Desk) -> None:
    await desk.furnish()
    await desk.channel("tokyo", zone="Asia/Tokyo")
    await desk.plan("Week", channel="tokyo")
    one, other = await desk.generate(FIRST), await days.generate("tokyo", FIRST, **desk.act)
    assert (from_ms(one.start_ms).hour, from_ms(other.start_ms).hour) == (5, 21)


async def test_a_day_that_begins_off_the_grid_is_full_all_the_same(desk: Desk) -> None:
    await desk.furnish()
    await sql("UPDATE channel SET day_start = '06:10'")
    made = await desk.generate(FIRST)
    assert (made.events[0].kind, made.events[0].span_ms) == ("filler", 20 * 60_000)
    assert await days.validate("one", FIRST) == []


async def test_an_hour_clock_makes_a_radio_day(desk: Desk) -> None:
    await desk.channel("radio", "radio")
    for number in range(30):
        await desk.asset(f"Song {number}", 3.5, "MUS")
    await desk.asset("News", 3, "NEW")
    elements = (Element("MUS", 4), Element("NEW", at_s=1800, hard=True), Element("MUS", 6), Element("VOT"))
    await desk.program("hour", ClockSpec(elements, rest_hours=1), channel="radio")
    await desk.plan("Radio", ("00:00", "24:00", ["hour"]), channel="radio")
    made = await days.generate("radio", FIRST, **desk.act)
    assert [len(one.parts) for one in made.events] == [11] * 24
    assert {part.at_ms for one in made.events for part in one.parts if part.hard} == {1_800_000}
    assert {one.code for one in made.findings} == {"RULE_EMPTY"}
    assert (await days.day("radio", FIRST)).events == made.events


async def test_two_people_who_make_the_same_day_at_once_make_one(desk: Desk) -> None:
    await desk.furnish()
    outcomes = await asyncio.gather(*(desk.generate(FIRST) for _ in range(4)), return_exceptions=True)
    assert sorted(one.code for one in outcomes if isinstance(one, DaypartError)) == ["DAY_EXISTS"] * 3
    assert len(await sql("SELECT 1 FROM schedule_day")) == 1


async def test_a_day_that_cannot_be_stored_leaves_everything_as_it_was(desk: Desk) -> None:
    await desk.furnish()
    await desk.generate(FIRST)
    before = desk.stored()
    with closing(sqlite3.connect(desk.settings.database)) as connection, connection:
        connection.execute(
            "CREATE TRIGGER full AFTER INSERT ON day_event WHEN NEW.kind = 'program' AND"
            " (SELECT count(*) FROM day_event WHERE day = NEW.day) > 9 BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises(sqlite3.IntegrityError):
        await days.regenerate("one", FIRST, **desk.act)
    with closing(sqlite3.connect(desk.settings.database)) as connection, connection:
        connection.execute("DROP TRIGGER full")
    assert desk.stored() == before


async def test_lists_are_of_bounded_ranges(desk: Desk) -> None:
    for first, last in ((SECOND, FIRST), ("2026-01-01", "2027-12-31")):
        await refused(desk, "INVALID_DATE_RANGE", days.days("one", first, last))


ACTS = st.lists(
    st.tuples(st.sampled_from(["generate", "regenerate", "override"]), st.integers(0, 3)), min_size=1, max_size=8
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
async def test_however_often_a_day_is_made_again_it_is_as_it_was_first(desk: Desk, acts: list[tuple[str, int]]) -> None:
    if not await sql("SELECT 1 FROM plan"):
        await desk.furnish()
    for table in ("day_asset", "day_event", "schedule_day", "cursor"):
        await sql(f"DELETE FROM {table}")
    first: dict[str, list[str]] = {}
    for verb, number in acts:
        date = f"2026-05-{15 + number}"
        there = await sql("SELECT 1 FROM schedule_day WHERE date = ?", date)
        if bool(there) == (verb == "generate") and verb != "override":
            with pytest.raises(DaypartError):
                await _act(desk, verb, date)
            continue
        made = await _act(desk, verb, date)
        assert picks(made) == first.setdefault(date, picks(made))
        assert await days.validate("one", date) == []


async def _act(desk: Desk, verb: str, date: str) -> days.DayView:
    if verb == "generate":
        return await desk.generate(date)
    if verb == "regenerate":
        return await days.regenerate("one", date, **desk.act)
    return await days.override("one", date, "Week", **desk.act)
