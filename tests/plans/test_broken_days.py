"""What is broken or absent has its named warning or error, and the channel gets a full day all the same."""

from collections import Counter
from datetime import date
from itertools import pairwise

from app.database import new_id, sql
from app.plans import days
from app.plans.days import DayView
from app.plans.service import WantedPlan, add_plan
from app.plans.specs import AssetSpec, RuleSpec
from app.plans.zones import WantedZone, add_zone, edit_zone
from tests.plans.desk import Desk

DATE = "2026-05-15"
SPRING, AUTUMN = "2027-03-27", "2026-10-24"  # broadcast days in whose night the clocks of Lisbon change


async def full(desk: Desk, on: str = DATE, levels: dict[str, str] | None = None) -> DayView:
    """Make a day, hold it to be full, and to tell what is wrong by these codes and levels; it stays so when read."""
    made = await desk.generate(on)
    assert made.events[0].start_ms == made.start_ms
    assert made.events[-1].end_ms == made.end_ms
    assert all(one.end_ms == other.start_ms for one, other in pairwise(made.events))
    assert {one.code: one.level for one in made.findings} == (levels or {})
    assert all(one.detail.endswith(".") for one in made.findings)
    assert (await days.day("one", on)).findings == made.findings
    return made


def kinds(day: DayView) -> Counter[str]:
    return Counter(one.asset or one.kind for one in day.events)


async def test_a_plan_that_resolves_to_nothing(desk: Desk) -> None:
    await desk.plan("Empty")
    assert kinds(await full(desk, levels={"ZONE_EMPTY": "warning"})) == {"filler": 1}
    await desk.plan("Weekend", ("06:00", "24:00", []), priority=5)
    await edit_zone("one", "Weekend", "06:00-24:00", WantedZone(enabled=False), **desk.act)
    assert kinds(await full(desk, "2026-05-16", {"ZONE_EMPTY": "warning"})) == {"filler": 1}


async def test_a_plan_without_any_zone(desk: Desk) -> None:
    await add_plan("one", WantedPlan(name="Bare"), empty=True, **desk.act)
    assert kinds(await full(desk, levels={"GAP": "warning"})) == {"filler": 1}


async def test_a_rule_that_matches_nothing(desk: Desk) -> None:
    film = await desk.asset("Ferry", 30)
    await desk.program("noir", RuleSpec(tags=("noir",)))
    await desk.program("ferry", AssetSpec(film))
    await desk.plan("Week", ("06:00", "19:00", ["ferry"]), ("19:00", "22:00", ["noir"]), ("22:00", "06:00", ["ferry"]))
    made = await full(desk, levels={"RULE_EMPTY": "error"})
    (told,) = made.findings
    assert "noir in 19:00-22:00 finds nothing that may air: tags noir" in told.detail
    assert kinds(made) == {film: 42, "filler": 1}
    assert await days.validate("one", DATE) == []


async def test_a_rule_that_matches_nothing_leaves_its_turn_to_the_next_program(desk: Desk) -> None:
    film = await desk.asset("Ferry", 30)
    await desk.program("noir", RuleSpec(tags=("noir",)))
    await desk.program("ferry", AssetSpec(film))
    await desk.plan("Week", ("06:00", "19:00", ["noir", "ferry"]), ("19:00", "06:00", ["ferry"]))
    assert kinds(await full(desk, levels={"RULE_EMPTY": "error"})) == {film: 48}


async def test_a_file_that_is_gone_from_disk(desk: Desk) -> None:
    film, there = await desk.asset("Ferry", 30), await desk.asset("Fog", 30)
    for asset in (film, there):
        media = new_id()
        path = desk.settings.media / asset[:2] / f"{asset}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"film")
        await sql(
            "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, ?, 4, 'video/mp4', '{}')",
            media, asset, str(path.relative_to(desk.settings.media)),
        )  # fmt: skip
        await sql("UPDATE asset SET media = ? WHERE id = ?", media, asset)
    await desk.program("both", RuleSpec(types=("MOV",), rest_hours=0), mode="least_recently_used")
    await desk.plan("Week", ("06:00", "18:00", ["both"]), ("18:00", "06:00", ["both"]))
    await full(desk)
    assert await days.validate("one", DATE) == []
    (desk.settings.media / film[:2] / f"{film}.mp4").unlink()
    made = await full(desk, "2026-05-16", {"MEDIA_GONE": "error"})
    (told,) = made.findings
    assert told.detail.startswith("The file of Ferry is gone from disk")
    assert told.start_ms == next(one.start_ms for one in made.events if one.asset == film)
    assert kinds(made) == {film: 24, there: 24}
    assert [one.code for one in await days.validate("one", DATE)] == ["MEDIA_GONE"]
    assert "MEDIA_GONE" in [one.code for one in (await days.preview("one", "2026-05-17")).findings]


async def test_two_plans_of_equal_priority(desk: Desk) -> None:
    ferry, fog = await desk.asset("Ferry", 30), await desk.asset("Fog", 30)
    await desk.program("ferry", AssetSpec(ferry))
    await desk.program("fog", AssetSpec(fog))
    await desk.plan("Old", ("06:00", "18:00", ["ferry"]), ("18:00", "06:00", ["ferry"]), priority=5)
    await desk.plan("New", ("19:00", "22:00", ["fog"]), priority=5)
    made = await full(desk, levels={"EQUAL_PRIORITY": "warning"})
    (told,) = made.findings
    assert told.detail == "New and Old have the same priority; New wins: the newer of two equal plans."
    assert kinds(made) == {ferry: 42, fog: 6}
    assert (await days.regenerate("one", DATE, **desk.act)).events == made.events


async def test_a_zone_over_the_hour_that_the_clocks_skip_or_repeat(desk: Desk) -> None:
    film = await desk.asset("Ferry", 30)
    await desk.program("ferry", AssetSpec(film))
    await desk.plan("Week", ("02:00", "01:00", ["ferry"]))
    await add_zone(
        "one", "Week", WantedZone(name="Night", start="01:00", end="02:00", programs=["ferry"]), **desk.act
    )  # fmt: skip
    assert kinds(await full(desk)) == {film: 48}
    assert kinds(await full(desk, AUTUMN, {"DST_CHANGE": "warning"})) == {film: 50}
    assert kinds(await full(desk, SPRING, {"DST_GAP": "warning"})) == {film: 46}


async def test_a_zone_that_refuses_a_change_of_the_clocks(desk: Desk) -> None:
    film = await desk.asset("Ferry", 30)
    await desk.program("ferry", AssetSpec(film))
    await desk.plan("Week", ("03:00", "00:00", ["ferry"]))
    night = WantedZone(name="Night", start="00:00", end="03:00", programs=["ferry"], dst="reject")
    await add_zone("one", "Week", night, **desk.act)
    levels = {"DST_REJECTED": "error", "ZONE_EMPTY": "warning"}
    assert kinds(await full(desk, SPRING, levels)) == {film: 42, "filler": 1}
    await edit_zone("one", "Week", "Night", WantedZone(dst="shrink_one_block"), **desk.act)
    again = await days.regenerate("one", SPRING, **desk.act)
    assert (kinds(again), again.findings) == ({film: 46}, ())
    assert date.fromisoformat(SPRING) == again.date
