"""Plans, zones, programs and grids as they are stored; what is refused leaves storage as it was."""

import pytest

from app.errors import DaypartError
from app.library import series
from app.library.uses import find
from app.plans import announcing, copying, days, grids, programs, service, trying, zones
from app.plans.grids import WantedGrid
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan
from app.plans.specs import AssetSpec, PackageSpec, RuleSpec, SeriesSpec
from app.plans.zones import WantedZone
from tests.plans.desk import Desk


async def refused(desk: Desk, code: str, work) -> DaypartError:
    before = desk.stored()
    with pytest.raises(DaypartError) as error:
        await work
    assert error.value.code == code
    assert desk.stored() == before
    return error.value


async def test_plan_begins_with_a_zone_over_the_day_unless_it_is_to_be_empty(desk: Desk) -> None:
    made = await service.add_plan("one", WantedPlan(name="  Week  end ", priority=3), **desk.act)
    assert [(one.name, one.start_min, one.end_min) for one in made.plan.zones] == [("Base", 0, 1440)]
    assert (made.plan.name, made.plan.priority, made.version, made.uncovered) == ("Week end", 3, 1, ())
    empty = await service.add_plan("one", WantedPlan(name="Empty"), empty=True, **desk.act)
    assert (empty.plan.zones, empty.uncovered) == ((), ((0, 1440),))


async def test_plans_are_found_by_name_and_id_and_not_those_of_other_channels(desk: Desk) -> None:
    await desk.channel("two")
    id = await desk.plan("Week")
    other = await desk.plan("Week", channel="two")
    assert (await service.plan("one", " week ")).id == (await service.plan("one", id)).id == id
    await refused(desk, "PLAN_WRONG_CHANNEL", service.plan("one", other))
    await refused(desk, "PLAN_NOT_FOUND", service.plan("one", "Month"))
    await refused(
        desk, "PLAN_NOT_FOUND", service.plan("one", other.replace(other[-1], "f" if other[-1] != "f" else "e"))
    )
    await refused(desk, "CHANNEL_NOT_FOUND", service.plans("three"))


async def test_social_channels_have_no_plans(desk: Desk) -> None:
    await desk.channel("social", "social")
    await refused(desk, "CHANNEL_NOT_PLANNED", service.plans("social"))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (WantedPlan(name=" "), "NAME_BAD"),
        (WantedPlan(), "NAME_BAD"),
        (WantedPlan(name="WEEK"), "PLAN_NAME_DUPLICATE"),
        (WantedPlan(name="p", cron="daily"), "INVALID_CRON"),
        (WantedPlan(name="p", first="2026-02-30"), "INVALID_DATE_RANGE"),
        (WantedPlan(name="p", first="2026-05-02", last="2026-05-01"), "INVALID_DATE_RANGE"),
        (WantedPlan(name="p", priority=-1), "INVALID_PRIORITY"),
        (WantedPlan(name="p", priority=2**70), "INVALID_PRIORITY"),
        (WantedPlan(name="p", description="x" * 3000), "DESCRIPTION_LONG"),
    ],
)
async def test_plans_that_are_refused(desk: Desk, wanted: WantedPlan, code: str) -> None:
    await desk.plan("Week")
    await refused(desk, code, service.add_plan("one", wanted, **desk.act))


async def test_plan_is_changed_under_its_version(desk: Desk) -> None:
    await desk.plan("Week", cron="0 0 * * MON-FRI")
    await desk.plan("Month")
    changed = await service.edit_plan("one", "Week", WantedPlan(name="Days", cron="", active=False), 1, **desk.act)
    assert (changed.plan.name, changed.plan.cron, changed.plan.active, changed.version) == ("Days", None, False, 2)
    stale = await refused(
        desk, "VERSION_STALE", service.edit_plan("one", "Days", WantedPlan(priority=1), 1, **desk.act)
    )
    assert stale.facts == {"expected": 1, "actual": 2}
    await refused(desk, "NO_FIELDS_PROVIDED", service.edit_plan("one", "Days", WantedPlan(), 2, **desk.act))
    taken = WantedPlan(name="month")
    await refused(desk, "PLAN_NAME_DUPLICATE", service.edit_plan("one", "Days", taken, 2, **desk.act))
    assert (await service.edit_plan("one", "Days", WantedPlan(name="days"), 2, **desk.act)).plan.name == "days"


async def test_plan_with_zones_or_days_is_archived_instead_of_deleted(desk: Desk) -> None:
    await desk.furnish()
    told = await refused(desk, "PLAN_HAS_DEPENDENCIES", service.remove_plan("one", "Week", **desk.act))
    assert told.detail == "Week has 2 zones. Archive it instead."
    await desk.generate("2026-05-15")
    for name in ("19:00-21:00", "21:00-19:00"):
        await zones.remove_zone("one", "Week", name, **desk.act)
    told = await refused(desk, "PLAN_HAS_DEPENDENCIES", service.remove_plan("one", "Week", **desk.act))
    assert told.detail == "Week has 1 day. Archive it instead."
    await desk.plan("Other")
    await service.remove_plan("one", "Other", **desk.act)
    assert [one.plan.name for one in await service.plans("one")] == ["Week"]


async def test_copy_has_the_same_zones_and_is_archived_at_first(desk: Desk) -> None:
    await desk.furnish()
    copy = (await copying.copy_plan("one", "Week", "Next week", **desk.act)).plan
    before = await service.plan("one", "Week")
    assert (copy.plan.active, before.plan.active) == (False, True)
    assert [(one.name, one.start_min, one.programs) for one in copy.plan.zones] == [
        (one.name, one.start_min, one.programs) for one in before.plan.zones
    ]
    await refused(desk, "PLAN_NAME_DUPLICATE", copying.copy_plan("one", "Week", "next WEEK", **desk.act))


ZONE = WantedZone(name="Evening", start="19:00", end="22:00")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"end": "22:10"}, "Z-VAL-01"),
        ({"start": "19:15", "end": "22:15"}, "Z-VAL-02"),
        ({"start": "19:00:01"}, "Z-VAL-02"),
        ({"name": ""}, "Z-VAL-04"),
        ({"name": "NEWS"}, "Z-VAL-04"),
        ({"start": "22:00"}, "Z-VAL-05"),
        ({"start": "7pm"}, "Z-VAL-05"),
        ({"days": ["MON", "XXX"]}, "Z-VAL-06"),
        ({"first": "12-25"}, "Z-VAL-07"),
        ({"dst": "maybe"}, "Z-VAL-08"),
        ({"end": "18:30", "start": "17:30"}, "Z-VAL-09"),
        ({"programs": ["nothing"]}, "PROGRAM_NOT_FOUND"),
    ],
)
async def test_zones_that_are_refused(desk: Desk, change: dict, code: str) -> None:
    await desk.plan("Week", ("18:00", "19:00", []))
    await zones.edit_zone("one", "Week", "18:00-19:00", WantedZone(name="News"), **desk.act)
    fields = {name: getattr(ZONE, name) for name in ("name", "start", "end")} | change
    await refused(desk, code, zones.add_zone("one", "Week", WantedZone(**fields), **desk.act))


async def test_zone_keeps_midnight_its_days_and_the_order_of_its_programs(desk: Desk) -> None:
    await desk.furnish()
    await desk.plan("Late")
    wanted = WantedZone(
        name="Night",
        start="22:00",
        end="24:00",
        days=["sun", "FRI"],
        programs=["ferry", "Harbour", "ferry"],
        dst="reject",
    )
    _, made = await zones.add_zone("one", "Late", wanted, **desk.act)
    assert (made.start_min, made.end_min, made.days, made.dst) == (1320, 1440, {"FRI", "SUN"}, "reject")
    assert [one.name for one in made.programs] == ["ferry", "harbour", "ferry"]
    within, changed = await zones.edit_zone(
        "one", "Late", "night", WantedZone(start="23:00", days=[], dst=None), **desk.act
    )
    assert (changed.id, changed.start_min, changed.days, changed.dst) == (made.id, 1380, frozenset(), None)
    assert len(changed.programs) == 3
    assert within.version == 3
    await refused(desk, "ZONE_NOT_FOUND", zones.remove_zone("one", "Late", "day", **desk.act))
    await refused(desk, "NO_FIELDS_PROVIDED", zones.edit_zone("one", "Late", "night", WantedZone(), **desk.act))


async def test_zone_of_an_unknown_plan_and_half_a_zone_are_refused(desk: Desk) -> None:
    await refused(desk, "PLAN_NOT_FOUND", zones.add_zone("one", "Week", ZONE, **desk.act))
    await desk.plan("Week")
    await refused(desk, "MISSING_FIELD", zones.add_zone("one", "Week", WantedZone(name="x", start="19:00"), **desk.act))


async def test_the_whole_day_with_programs_meets_every_other_zone(desk: Desk) -> None:
    await desk.furnish()
    base = WantedZone(programs=["ferry"])
    await refused(desk, "Z-VAL-09", zones.edit_zone("one", "Week", "Base", base, **desk.act))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (WantedProgram(name="x"), "MISSING_FIELD"),
        (WantedProgram(name="", spec=RuleSpec()), "PROGRAM_NAME_BAD"),
        (WantedProgram(name="FERRY", spec=RuleSpec()), "PROGRAM_NAME_DUPLICATE"),
        (WantedProgram(name="x", spec=AssetSpec("nothing")), "ASSET_UNKNOWN"),
        (WantedProgram(name="x", spec=SeriesSpec("nothing")), "SERIES_UNKNOWN"),
        (WantedProgram(name="x", spec=PackageSpec((RuleSpec(),), intro=("no",))), "ASSET_UNKNOWN"),
        (WantedProgram(name="x", spec=RuleSpec(types=("XYZ",))), "SPEC_BAD"),
        (WantedProgram(name="x", spec=RuleSpec(), slots=0), "SLOTS_BAD"),
        (WantedProgram(name="x", spec=RuleSpec(), mode="manual"), "MODE_BAD"),
    ],
)
async def test_programs_that_are_refused(desk: Desk, wanted: WantedProgram, code: str) -> None:
    await desk.furnish()
    await refused(desk, code, programs.add_program("one", wanted, **desk.act))


async def test_program_comes_back_as_it_was_and_is_changed_under_its_version(desk: Desk) -> None:
    spec = RuleSpec(types=("MOV",), seasons=(1, 3), tags=("noir",), longest_s=7200)
    await desk.program("Films", spec, bleed=True, slots=4)
    found = await programs.program("one", "films")
    assert (found.program.spec, found.program.mode, found.program.bleed, found.program.slots) == (
        spec,
        "random",
        True,
        4,
    )
    changed = await programs.edit_program("one", "films", WantedProgram(mode="least_recently_used"), 1, **desk.act)
    assert (changed.program.mode, changed.version) == ("least_recently_used", 2)
    again = WantedProgram(slots=2)
    await refused(desk, "VERSION_STALE", programs.edit_program("one", "films", again, 1, **desk.act))
    await refused(desk, "NO_FIELDS_PROVIDED", programs.edit_program("one", "films", WantedProgram(), 2, **desk.act))


async def test_what_zones_and_programs_use_is_not_deleted(desk: Desk) -> None:
    await desk.furnish()
    announcing.register()
    await refused(desk, "PROGRAM_USED", programs.remove_program("one", "ferry", **desk.act))
    await refused(desk, "SERIES_USED", series.remove_series("Harbour", **desk.act))
    ferry = (await programs.program("one", "ferry")).program
    assert [use["kind"] for use in await find(ferry.spec.asset)] == ["program"]
    await zones.remove_zone("one", "Week", "21:00-19:00", **desk.act)
    await programs.remove_program("one", "ferry", **desk.act)
    assert await find(ferry.spec.asset) == []


async def test_series_that_only_a_program_names_stays(desk: Desk) -> None:
    made = await series.add_series("Empty", **desk.act)
    await desk.program("empty", SeriesSpec(made.id))
    await refused(desk, "SERIES_USED", series.remove_series("Empty", **desk.act))
    await programs.remove_program("one", "empty", **desk.act)
    await series.remove_series("Empty", **desk.act)
    assert await series.all_series() == []


async def test_place_in_a_series_is_checked_and_under_its_version(desk: Desk) -> None:
    _, (first, *_) = await desk.series("Harbour", 2)
    changed = await series.place(first, series.Place(season=2, genre=" Drama ", rating="12"), 2, **desk.act)
    assert (changed.season, changed.episode, changed.genre, changed.rating, changed.version) == (2, 1, "Drama", "12", 3)
    await refused(desk, "VERSION_STALE", series.place(first, series.Place(season=1), 2, **desk.act))
    await refused(desk, "NUMBER_BAD", series.place(first, series.Place(season=-1), 3, **desk.act))
    await refused(desk, "SERIES_UNKNOWN", series.place(first, series.Place(series="no"), 3, **desk.act))
    await refused(desk, "WORD_BAD", series.place(first, series.Place(genre="x" * 61), 3, **desk.act))
    await refused(desk, "SERIES_EXISTS", series.add_series("harbour", **desk.act))
    assert [one.season for one in await series.episodes("Harbour")] == [1, 2]
    assert (await series.place(first, series.Place(series=None), 3, **desk.act)).series is None


async def test_trying_a_rule_tells_what_it_picks_and_why_others_fall_out(desk: Desk) -> None:
    await desk.furnish()
    await desk.asset("Fog", 90, approved=False)
    await desk.program("films", RuleSpec(types=("MOV",), longest_s=5400))
    before = desk.stored()
    found = await trying.try_program("one", "films", clock=desk.clock)
    (source,) = found.sources
    assert (found.chosen.title, [one.title for one in source.pool]) == ("Ferry", ["Ferry"])
    assert [(one.reason, one.number, one.assets[0].title) for one in source.out] == [
        ("not_approved", 1, "Fog"), ("type", 5, "Harbour 1"),
    ]  # fmt: skip
    assert desk.stored() == before


async def test_grid_is_set_and_tells_which_zones_are_off_it(desk: Desk) -> None:
    await desk.plan("Week", ("19:30", "21:00", []))
    of, findings = await grids.put_grid("one", WantedGrid(60, 0, "05:00"), **desk.act)
    assert (of.grid.minutes, of.grid.day_start.hour) == (60, 5)
    assert [one.code for one in findings] == ["Z-VAL-01"]
    assert "19:30-21:00 of Week" in findings[0].detail
    await refused(desk, "CHN-003", grids.put_grid("one", WantedGrid(20, 0, "06:00"), **desk.act))
    await refused(desk, "CHN-006", grids.put_grid("one", WantedGrid(30, 5, "06:00"), **desk.act))
    await refused(desk, "ASSET_UNKNOWN", grids.put_grid("one", WantedGrid(30, 0, "06:00", "no"), **desk.act))
    assert (await grids.planned("one")).grid.minutes == 60


async def test_radio_has_hours_unless_told_otherwise(desk: Desk) -> None:
    await desk.channel("radio", "radio")
    assert (await grids.planned("radio")).grid.minutes == 60


async def test_plan_edits_never_touch_days_that_are_made(desk: Desk) -> None:
    await desk.furnish()
    made = await desk.generate("2026-05-15")
    await zones.edit_zone("one", "Week", "19:00-21:00", WantedZone(programs=["ferry"]), **desk.act)
    assert (await days.day("one", "2026-05-15")).events == made.events
