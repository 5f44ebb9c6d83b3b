"""Each rule of planning by its id, and the tests that hold it; the last test here looks whether they are there.

| rule | held by |
|---|---|
| CHN-001 | tests/channels/test_rules.py::test_slug_is_refused_or_reads_well_in_an_address |
| CHN-001 | tests/channels/test_pages.py::test_wrong_field_is_told_and_all_that_was_typed_stays |
| CHN-003 | tests/plans/test_rules.py::test_grids_that_are_refused |
| CHN-004 | tests/plans/test_rules.py::test_grids_that_are_refused |
| CHN-005 | tests/plans/test_contract.py::test_chn_005_blocks_begin_at_the_offset_of_the_grid |
| CHN-006 | tests/plans/test_rules.py::test_day_starts_that_are_refused |
| CHN-014 | tests/plans/test_rules.py::test_hourly_grid_with_an_offset_is_unusual |
| C-GRID-01 | tests/plans/test_building.py::test_c_grid_01_programmes_begin_on_the_grid |
| C-GRID-01 | tests/plans/test_contract.py::test_c_grid_01_the_grid_of_the_channel_decides_and_a_change_leaves_made_days |
| C-ZONE-01 | tests/plans/test_building.py::test_c_zone_01_items_take_turns_until_the_window_is_full |
| C-ZONE-02 | tests/plans/test_building.py::test_c_zone_02_a_window_that_is_not_full_ends_at_its_end_and_content_is_not_stretched |
| C-ZONE-03 | tests/plans/test_building.py::test_c_zone_03_an_item_that_does_not_fit_leaves_room_for_one_that_does |
| C-LF-01 | tests/plans/test_building.py::test_c_lf_01_a_film_runs_on_and_the_next_zone_begins_softly |
| C-LF-01 | tests/plans/test_building.py::test_blocks_that_are_asked_for_grow_with_the_film |
| C-BD-01 | tests/plans/test_building.py::test_c_bd_01_a_film_over_the_start_of_the_day_belongs_to_the_day_before |
| C-BD-01 | tests/plans/test_days.py::test_what_runs_over_the_end_of_the_day_is_not_in_the_next_one |
| Z-VAL-01 to 09 | tests/plans/test_contract.py::test_z_val_each_code_refuses_a_zone_and_leaves_storage |
| Z-VAL-09 | tests/plans/test_rules.py::test_zones_of_a_plan_must_not_overlap |
| Z-VAL-09 | tests/plans/test_rules.py::test_zones_of_other_days_dates_or_switched_off_do_not_clash |
| Z-ACT | tests/plans/test_windows.py::test_zone_is_active_by_switch_then_dates_then_weekday_of_the_broadcast_date |
| Z-ACT | tests/plans/test_windows.py::test_two_in_the_morning_of_a_saturday_is_friday |
| Z-BEH-03 | tests/plans/test_windows.py::test_higher_plans_replace_only_the_minutes_they_cover |
| Z-BEH | tests/plans/test_windows.py::test_a_zone_without_programs_is_transparent_to_weaker_plans |
| Z-BEH | tests/plans/test_windows.py::test_what_a_zone_does_when_the_clocks_change |
| Z-STOR-01 | tests/plans/test_rules.py::test_z_stor_01_midnight_at_the_end_comes_back_as_it_was |
| Z-STOR-01 | tests/plans/test_service.py::test_zone_keeps_midnight_its_days_and_the_order_of_its_programs |
| Z-INT | tests/plans/test_service.py::test_zone_of_an_unknown_plan_and_half_a_zone_are_refused |
| plan add, list, show, update, delete | tests/plans/test_commands.py::test_c2_plans_are_added_listed_shown_changed_copied_and_deleted |
| plan coverage | tests/plans/test_service.py::test_plan_begins_with_a_zone_over_the_day_unless_it_is_to_be_empty |
| plan dates | tests/plans/test_applying.py::test_ranges_are_inclusive_and_yearly_ones_go_over_the_new_year |
| plan cron | tests/plans/test_cron.py::test_dates_that_an_expression_means |
| plan order | tests/plans/test_applying.py::test_order_is_priority_then_narrowness_then_age_then_name |
| day generate success | tests/plans/test_days.py::test_a_day_is_made_frozen_and_read_back |
| day generate duplicate | tests/plans/test_days.py::test_a_second_one_needs_force_and_an_unknown_channel_or_date_is_refused |
| day generate no plan, inactive | tests/plans/test_days.py::test_no_plan_an_archived_one_and_a_channel_that_is_off_are_told |
| day generate gaps warn | tests/plans/test_days.py::test_gaps_warn_and_never_fail |
| day generate dry-run | tests/plans/test_days.py::test_a_dry_run_and_a_preview_store_nothing |
| day generate all or nothing | tests/plans/test_days.py::test_a_day_that_cannot_be_stored_leaves_everything_as_it_was |
| day override sets flag | tests/plans/test_days.py::test_an_override_uses_the_plan_a_person_chose_and_says_so |
| day regenerate | tests/plans/test_days.py::test_making_a_day_again_restores_the_cursors_it_was_built_from |
| day regenerate past | tests/plans/test_days.py::test_a_day_that_is_over_stays_as_it_was |
| day validate | tests/plans/test_days.py::test_validate_tells_of_assets_that_may_not_air_any_more |
| day validate | tests/plans/test_rules.py::test_days_that_break_a_rule_are_told |
| day list, show | tests/plans/test_commands.py::test_c6_c7_days_are_made_shown_listed_checked_and_overridden |
| day immutable | tests/plans/test_service.py::test_plan_edits_never_touch_days_that_are_made |
| day current | tests/plans/test_days.py::test_one_day_is_current_and_the_others_are_kept |
| preview of all plans | tests/plans/test_contract.py::test_a_preview_shows_every_plan_of_the_date_and_why_one_won |
| wall clock of each channel | tests/plans/test_contract.py::test_a_day_begins_at_the_channels_own_minute_in_its_own_zone |
| clock changes | tests/plans/test_building.py::test_no_block_is_lost_or_doubled_when_the_clocks_change |
| no block past the day | tests/plans/test_day_properties.py::test_only_programs_that_may_run_on_pass_the_end_of_the_day |
| seed stable | tests/plans/test_contract.py::test_seed_is_the_same_in_every_process_and_for_ever |
| seed stable | tests/plans/test_building.py::test_the_same_gives_the_same_and_a_foreign_program_changes_nothing |
| sequential advance | tests/plans/test_building.py::test_the_same_film_over_three_blocks_moves_its_cursor_once |
| sequential advance | tests/plans/test_commands.py::test_c26_a_series_goes_on_in_the_next_process |
| marathon | tests/plans/test_building.py::test_a_marathon_repeats_no_film_until_all_were_shown |
| marathon | tests/plans/test_contract.py::test_a_marathon_takes_only_films_of_its_length_and_rating |
| rotation | tests/plans/test_rotation.py::test_what_was_scheduled_counts_until_as_run_tells_otherwise |
| rotation | tests/plans/test_choosing.py::test_rotation_then_avoids_the_more_recent_half_and_only_then_repeats_with_a_warning |
| eligibility | tests/plans/test_building.py::test_what_is_not_ready_not_approved_or_of_unknown_length_never_airs |
| lineage | tests/plans/test_building.py::test_lineage_tells_where_each_pick_comes_from |
| bookings | tests/plans/test_bookings.py::test_overlaps_are_refused_with_what_they_hit |
| broken or absent | tests/plans/test_broken_days.py::test_a_plan_that_resolves_to_nothing |
| broken or absent | tests/plans/test_broken_days.py::test_a_rule_that_matches_nothing |
| broken or absent | tests/plans/test_broken_days.py::test_a_file_that_is_gone_from_disk |
| broken or absent | tests/plans/test_broken_days.py::test_two_plans_of_equal_priority |
| broken or absent | tests/plans/test_broken_days.py::test_a_zone_over_the_hour_that_the_clocks_skip_or_repeat |
"""

import re
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from app.clock import from_ms
from app.database import sql
from app.plans import days, grids, service, zones
from app.plans.choosing import Choice, Draw, Slot, choose
from app.plans.grids import WantedGrid
from app.plans.matching import Library
from app.plans.specs import AssetSpec, RuleSpec
from app.plans.values import Grid
from app.plans.zones import WantedZone
from tests.plans.desk import Desk
from tests.plans.test_service import refused
from tests.plans.values import DAY, LISBON, asset, built, clock, fixed, local, plan, rule, window

ROOT = Path(__file__).parents[2]
DATE = "2026-05-15"


def test_chn_005_blocks_begin_at_the_offset_of_the_grid():
    for minutes, offset in ((15, 10), (30, 5), (60, 45)):
        grid = Grid(minutes, offset, time(6, offset), LISBON.tz)
        day = built([plan("p", window("00:00", "24:00", fixed("a")))], [asset("a", 10)], grid=grid)
        starts = {(local(one.start_ms, grid).minute - offset) % minutes for one in day.events if one.kind == "program"}
        assert starts == {0}


async def test_c_grid_01_the_grid_of_the_channel_decides_and_a_change_leaves_made_days(desk: Desk) -> None:
    film = await desk.asset("Short", 10)
    await desk.program("short", AssetSpec(film))
    await desk.plan("Week", ("06:00", "18:00", ["short"]), ("18:00", "06:00", ["short"]))
    made = {30: await desk.generate("2026-05-15")}
    for number, minutes in enumerate((15, 60)):
        await grids.put_grid("one", WantedGrid(minutes, 0, "06:00"), **desk.act)
        made[minutes] = await desk.generate(f"2026-05-{16 + number}")
    assert {minutes: len(day.events) for minutes, day in made.items()} == {15: 96, 30: 48, 60: 24}
    assert (await days.day("one", "2026-05-15")).events == made[30].events


EVENING = {"name": "Evening", "start": "19:00", "end": "22:00"}
Z_VAL = {
    "Z-VAL-01": {"end": "22:10"},
    "Z-VAL-02": {"start": "19:10", "end": "22:10"},
    "Z-VAL-04": {"name": ""},
    "Z-VAL-05": {"end": "19:00"},
    "Z-VAL-06": {"days": ["SOMEDAY"]},
    "Z-VAL-07": {"first": "2026-06-01", "last": "2026-05-01"},
    "Z-VAL-08": {"dst": "ignore"},
    "Z-VAL-09": {"start": "18:00"},
    "PROGRAM_NOT_FOUND": {"programs": ["nothing"]},  # 03: what a zone refers to
}


async def test_z_val_each_code_refuses_a_zone_and_leaves_storage(desk: Desk) -> None:
    await desk.plan("Week", ("18:00", "19:00", []), ("22:00", "23:00", []))
    for code, change in Z_VAL.items():
        wanted = WantedZone(**EVENING | change)
        await refused(desk, code, zones.add_zone("one", "Week", wanted, **desk.act))
    await zones.add_zone("one", "Week", WantedZone(**EVENING), **desk.act)
    for code, change in Z_VAL.items():
        await refused(desk, code, zones.edit_zone("one", "Week", "Evening", WantedZone(**change), **desk.act))


async def test_a_preview_shows_every_plan_of_the_date_and_why_one_won(desk: Desk) -> None:
    await desk.furnish()
    await desk.plan("Special", ("20:00", "21:00", ["ferry"]), priority=9, first=DATE, last=DATE)
    found = await days.preview("one", DATE)
    week = (await service.plan("one", "Week")).id
    names = [one.plan.name for one in found.stretches]
    assert list(dict.fromkeys(names)) == ["Week", "Special"]
    (won,) = [one for one in found.stretches if one.plan.name == "Special" and one.zone.programs]
    assert (clock(won.start_ms), clock(won.end_ms)) == ("20:00", "21:00")
    assert won.over == ((week, "priority 9 over 0"),)
    assert {one.plan.name for one in (await days.preview("one", "2026-05-16")).stretches} == {"Week"}


async def test_a_day_begins_at_the_channels_own_minute_in_its_own_zone(desk: Desk) -> None:
    await desk.furnish()
    places = [("Asia/Kolkata", "04:30"), ("America/New_York", "05:00"), ("Asia/Kathmandu", "06:00")]
    for name, starts in places:
        await sql("UPDATE channel SET timezone = ?, day_start = ?", name, starts)
        for on in (DATE, "2026-10-31", "2027-03-13"):
            made = await desk.generate(on)
            first, last = (from_ms(at).astimezone(ZoneInfo(name)) for at in (made.start_ms, made.end_ms))
            assert (f"{first:%Y-%m-%d %H:%M}", f"{last:%H:%M}") == (f"{on} {starts}", starts)
            assert await days.validate("one", on) == []
            evening = [one for one in made.events if one.lineage.get("program", {}).get("name") == "harbour"]
            assert f"{from_ms(evening[0].start_ms).astimezone(ZoneInfo(name)):%H:%M}" == "19:00"
        await sql("DELETE FROM schedule_day")


def test_seed_is_the_same_in_every_process_and_for_ever():
    films = [asset(f"f{n}", 90, type="MOV") for n in range(10)]
    draw = Draw("channel", DAY, Library(films), {}, {})
    picks = []
    for at in range(5):
        found = choose(draw, Slot("program", at, 0, "random"), RuleSpec(rest_hours=0), lambda length: True)
        assert isinstance(found, Choice)
        picks.append(found.asset.id)
    # By sha256sum of "channel:program:2026-05-14:0:0" and so on, its first eight bytes modulo ten.
    assert picks == ["f2", "f2", "f6", "f4", "f4"]


def test_a_marathon_takes_only_films_of_its_length_and_rating():
    films = [
        *(asset(f"ok{n}", 85, type="MOV", rating="12") for n in range(3)), asset("short", 59, type="MOV", rating="12"),
        asset("long", 181, type="MOV", rating="12"), asset("adult", 85, type="MOV", rating="18"),
        asset("episode", 85, type="EPI", rating="12"),
    ]  # fmt: skip
    wanted = rule(types=("MOV",), not_ratings=("18",), shortest_s=3600, longest_s=180 * 60)
    day = built([plan("p", window("00:00", "24:00", wanted))], films)
    assert {one.asset for one in day.events} == {"ok0", "ok1", "ok2"}


def test_every_rule_is_held_by_a_test_that_is_there():
    named = re.findall(r"^\| [^|]+ \| (tests/\S+\.py)::(\w+) \|$", __doc__, re.M)
    assert len(named) == __doc__.count("::")
    for path, name in named:
        assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.M), f"{path}::{name}"
