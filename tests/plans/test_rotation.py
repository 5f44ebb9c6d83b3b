"""What rests (domain rules of rotation): what was on air and what is scheduled, as-run first, and then who is left.

| rule | test |
|---|---|
| what aired within the time window is left out | test_what_was_on_air_rests_also_where_no_day_planned_it |
| tentative picks count until as-run tells of their time | test_what_was_scheduled_counts_until_as_run_tells_otherwise |
| then the last half, and then again with a warning | test_a_pool_that_was_all_on_air_comes_again_with_a_warning |
| days ahead are planned on tentative ones | test_a_film_of_the_day_before_is_not_picked_again |
"""

from app.asrun import service as asrun
from app.asrun.rules import Entry
from app.database import sql
from app.plans import days, queries
from app.plans.applying import checked_day as checked
from app.plans.specs import RuleSpec
from tests.plans.desk import Desk

FIRST, SECOND = "2026-05-15", "2026-05-16"
HOUR = 3_600_000


async def films(desk: Desk, number: int, rest_hours: int = 30) -> list[str]:
    """A film at 20:00 of each day, by chance out of some."""
    ids = [await desk.asset(f"Film {n}", 90) for n in range(number)]
    await desk.program("film", RuleSpec(types=("MOV",), rest_hours=rest_hours), mode="random")
    await desk.plan("Week", ("20:00", "22:00", ["film"]))
    return ids


def picked(day: days.DayView):
    (one,) = [event for event in day.events if event.asset]
    return one


async def aired(asset: str, start_ms: int, status: str = "AIRED", key: str = "1") -> None:
    channel = (await sql("SELECT id FROM channel"))[0]["id"]
    row = Entry(
        channel=channel, title="x", asset=asset, start_ms=start_ms, end_ms=start_ms + 2 * HOUR, status=status,
        reason="why", evidence="served", source="playout", source_key=key,
    )  # fmt: skip
    await asrun.record([row])


async def used(date: str) -> dict[str, int]:
    return await queries.used_before((await sql("SELECT id FROM channel"))[0]["id"], date)


async def test_a_film_of_the_day_before_is_not_picked_again(desk: Desk) -> None:
    await films(desk, 2)
    first, second = picked(await desk.generate(FIRST)), picked(await desk.generate(SECOND))
    assert first.asset != second.asset
    assert second.lineage["why"]["rotation"] == "rested"
    assert await used(SECOND) == {first.asset: first.start_ms}


async def test_what_was_scheduled_counts_until_as_run_tells_otherwise(desk: Desk) -> None:
    one, other = await films(desk, 2)
    planned = picked(await desk.generate(FIRST))
    instead = other if planned.asset == one else one
    await aired(instead, planned.start_ms - 4 * HOUR, key="before")  # ends long before, and says nothing of 20:00
    assert await used(SECOND) == {planned.asset: planned.start_ms, instead: planned.start_ms - 4 * HOUR}
    await aired(instead, planned.start_ms + 400, "SUBSTITUTED")
    assert await used(SECOND) == {instead: planned.start_ms + 400}
    assert picked(await desk.generate(SECOND)).asset == planned.asset


async def test_what_aired_as_planned_counts_from_when_it_did(desk: Desk) -> None:
    await films(desk, 2)
    planned = picked(await desk.generate(FIRST))
    await aired(planned.asset, planned.start_ms + 400)
    assert await used(SECOND) == {planned.asset: planned.start_ms + 400}
    assert await used(FIRST) == {}


async def test_what_was_on_air_rests_also_where_no_day_planned_it(desk: Desk) -> None:
    ids = await films(desk, 3)
    start, _ = (await days.preview("one", FIRST)).channel.grid.day(checked(FIRST))
    await aired(ids[0], start - 6 * HOUR, key="1")
    await aired(ids[1], start - 3 * HOUR, key="2")
    found = picked(await desk.generate(FIRST))
    assert (found.asset, found.lineage["why"]["fresh"]) == (ids[2], 1)


async def test_a_pool_that_was_all_on_air_comes_again_with_a_warning(desk: Desk) -> None:
    (film,) = await films(desk, 1)
    start, _ = (await days.preview("one", FIRST)).channel.grid.day(checked(FIRST))
    await aired(film, start - 3 * HOUR)
    made = await desk.generate(FIRST)
    assert picked(made).asset == film
    assert "ROTATION_DEGRADED" in [one.code for one in made.findings]


async def test_what_was_skipped_or_never_seen_does_not_rest(desk: Desk) -> None:
    ids = await films(desk, 2)
    start, _ = (await days.preview("one", FIRST)).channel.grid.day(checked(FIRST))
    await aired(ids[0], start - 3 * HOUR, "SKIPPED", "1")
    await aired(ids[1], start - 3 * HOUR, "ERROR", "2")
    assert await used(FIRST) == {}
