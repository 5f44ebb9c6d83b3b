"""Each rule of the playlog, and the tests that hold it; the last test here looks whether they are there.

| rule | held by |
|---|---|
| list, show, query active, gap, edge | tests/playlog/test_api.py::test_it_is_extended_listed_asked_and_checked |
| list, show, query, validate, extend | tests/playlog/test_commands.py::test_c13_it_is_generated_listed_asked_edited_and_checked |
| validate gaps, overlaps, duration, eligibility | tests/playlog/test_contract.py::test_each_broken_rule_is_told_by_its_code |
| horizon proactive-extend, min | tests/playlog/test_rolling.py::test_c14_it_rolls_on_over_the_day_edge_and_changes_nothing_that_is_there |
| horizon locked-immutable | tests/playlog/test_rolling.py::test_c34_a_day_made_again_is_followed_from_the_commit_edge_on |
| horizon atomic publish | tests/playlog/test_rolling.py::test_c40_two_workers_at_once_give_one_result_and_one_that_is_killed_leaves_no_half |
| horizon next-block-ready | tests/playlog/test_contract.py::test_the_next_block_is_there_long_before_it_airs |
| horizon after an outage | tests/playlog/test_rolling.py::test_c14_after_the_worker_was_away_it_is_full_again_with_no_double |
| small extensions equal one | tests/playlog/test_growing.py::test_many_small_extensions_equal_one_and_each_covers_every_millisecond |
| retention | tests/playlog/test_rolling.py::test_only_what_was_taken_out_is_forgotten_after_a_week |
| clock changes | tests/playlog/test_rolling.py::test_c37_no_minute_is_lost_or_doubled_when_the_clocks_change |
| chain | tests/playlog/test_expanding.py::test_c16_a_package_has_its_bumpers_around_it_and_breaks_filled_exactly |
| acts at markers | tests/playlog/test_breaking.py::test_c16_programmes_are_interrupted_at_chapters_or_between_equal_acts |
| zero breaks keep the ad time | tests/playlog/test_expanding.py::test_zero_inventory_has_no_breaks_and_zero_breaks_keep_the_time |
| breaks sum exactly | tests/playlog/test_breaking.py::test_breaks_sum_up_exactly_and_none_is_needlessly_short |
| fill cooldown | tests/playlog/test_filling.py::test_spots_rest_and_the_least_recent_goes_first |
| fill daily cap | tests/playlog/test_filling.py::test_a_daily_cap_holds_for_the_broadcast_day_alone |
| fill pads | tests/playlog/test_filling.py::test_little_that_is_left_is_slate_between_spots_with_the_remainder_last |
| fallback ladder | tests/playlog/test_expanding.py::test_c41_missing_media_is_replaced_step_by_step_and_told |
| no plan | tests/playlog/test_rolling.py::test_a_channel_without_plans_gets_filler_and_is_told_until_it_has_one |
| override | tests/playlog/test_editing.py::test_c35_what_is_inserted_takes_time_from_breaks_and_the_next_block_begins_on_time |
| preemption | tests/playlog/test_rolling.py::test_c32_a_booking_inside_the_horizon_preempts_and_goes_again_when_it_is_cancelled |
"""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.clock import HOUR_MS
from app.playlog import queries, rolling, service
from app.playlog.verifying import verify
from tests.plans.desk import Desk
from tests.plans.values import MIN, asset
from tests.playlog.test_retiming import block
from tests.playlog.values import START, shelf

ROOT = Path(__file__).parents[2]
SHOWS = [asset(id, length) for id, length in (("show-0", 25), ("spot-0", 1), ("filler-0", 4))]


def test_each_broken_rule_is_told_by_its_code():
    well, on = block(0), shelf(SHOWS)
    lengths = {one.id: one.duration_ms or 0 for one in SHOWS}
    longer = replace(well[0], end_ms=well[0].end_ms + 1_001, out_ms=well[0].out_ms + 1_001)
    within = replace(well[-1], end_ms=well[-1].end_ms + 1_000, out_ms=well[-1].out_ms + 1_000)
    for lines, shelved, codes in (
        (well, on, []),
        ([well[0], well[2]], on, ["PLAYLOG_GAP"]),
        ([longer, *well[1:]], on, ["PLAYLOG_OVERLAP", "DURATION_MISMATCH"]),
        ([*well[:2], within], on, []),
        (well, shelf(SHOWS[1:]), ["NOT_ELIGIBLE"]),
        (well, shelf(SHOWS, missing=frozenset({"spot-0"})), ["MEDIA_MISSING"]),
    ):
        assert [one.code for one in verify(lines, shelved, lengths)] == codes
    gap = verify([well[0], well[2]], on, lengths)[0]
    assert (gap.start_ms, gap.end_ms) == (START + 25 * MIN, START + 26 * MIN)


async def test_the_next_block_is_there_long_before_it_airs(desk: Desk) -> None:
    await desk.furnish()
    of = await service.rolling("one")
    for _ in range(10):
        await rolling.look(desk.clock)
        now = desk.clock.now_ms()
        for ahead in (0, MIN, HOUR_MS, 3 * HOUR_MS - 1):
            found = await queries.at_ms(of.channel.id, now + ahead)
            assert found is not None
            assert found.start_ms <= now + ahead < found.end_ms
        desk.clock.advance(timedelta(minutes=23))


def test_every_rule_is_held_by_a_test_that_is_there():
    named = re.findall(r"^\| [^|]+ \| (tests/\S+\.py)::(\w+) \|$", __doc__, re.M)
    assert len(named) == __doc__.count("::")
    for path, name in named:
        assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.M), f"{path}::{name}"
