"""Order, seeded chance, rotation, packages and hour clocks."""

import pytest

from app.clock import HOUR_MS
from app.plans.choosing import Choice, Draw, Nothing, Slot, choose
from app.plans.composing import package
from app.plans.hour_clock import hour
from app.plans.matching import Library, falls_out
from app.plans.specs import AssetSpec, ClockSpec, Element, PackageSpec, RuleSpec, SeriesSpec
from app.plans.values import Program
from tests.plans.values import DAY, MIN, asset, episodes

NOW = 1_000_000 * HOUR_MS
FILMS = [asset(f"f{n}", 90, type="MOV") for n in range(10)]


def draw(assets, used=None, cursors=None):
    return Draw("ch", DAY, Library(assets), dict(cursors or {}), dict(used or {}))


def anything(length):
    return True


def take(found):
    assert isinstance(found, Choice), found
    return found


def random(table, at=NOW, program="p", **fields):
    return choose(table, Slot(program, at, 0, "random"), RuleSpec(**fields), anything)


def test_chance_is_seeded_by_channel_program_date_and_time():
    again = {take(random(draw(FILMS))).asset.id for _ in range(3)}
    assert len(again) == 1
    over_time = {take(random(draw(FILMS), at=NOW + n * MIN)).asset.id for n in range(60)}
    over_programs = {take(random(draw(FILMS), program=f"p{n}")).asset.id for n in range(60)}
    assert len(over_time) == len(over_programs) == len(FILMS)


def test_rotation_avoids_what_was_used_within_the_rest():
    used = {one.id: NOW - HOUR_MS for one in FILMS[:9]}
    found = take(random(draw(FILMS, used), rest_hours=24))
    assert (found.asset.id, found.why["rotation"], found.findings) == ("f9", "rested", ())
    assert {take(random(draw(FILMS, used), at=NOW + n, rest_hours=0)).asset.id for n in range(99)} > {"f9"}


def test_rotation_then_avoids_the_more_recent_half_and_only_then_repeats_with_a_warning():
    used = {one.id: NOW - n * MIN for n, one in enumerate(FILMS)}
    picks = {take(random(draw(FILMS, used), at=NOW + n)).asset.id for n in range(99)}
    assert picks == {"f5", "f6", "f7", "f8", "f9"}
    found = take(random(draw(FILMS[:1], used)))
    assert (found.asset.id, [one.code for one in found.findings]) == ("f0", ["ROTATION_DEGRADED"])


def test_an_empty_rule_is_never_made_broader():
    found = random(draw(FILMS), types=("EPI",), tags=("a", "b"))
    assert isinstance(found, Nothing)
    assert (found.code, found.detail) == ("RULE_EMPTY", "types EPI, tags a / b")


def test_least_recently_used_takes_the_never_used_first_then_the_oldest():
    used = {"f0": NOW - 9, "f1": NOW - 7, "f2": NOW - 8}
    slot = Slot("p", NOW, 0, "least_recently_used")
    assert take(choose(draw(FILMS[:4], used), slot, RuleSpec(), anything)).asset.id == "f3"
    assert take(choose(draw(FILMS[:3], used), slot, RuleSpec(), anything)).asset.id == "f0"


def test_manual_takes_the_pick_or_the_first_with_a_warning():
    slot = Slot("p", NOW, 0, "manual")
    assert take(choose(draw(episodes("s", 3)), slot, SeriesSpec("s", pick="s-3"), anything)).asset.id == "s-3"
    found = take(choose(draw(episodes("s", 3)), slot, SeriesSpec("s"), anything))
    assert (found.asset.id, [one.code for one in found.findings]) == ("s-1", ["NO_PICK"])


def test_sequence_does_not_skip_an_episode_that_does_not_fit():
    found = choose(draw(episodes("s", 3)), Slot("p", NOW), SeriesSpec("s"), lambda length: length < MIN)
    assert isinstance(found, Nothing)
    assert found.code == "NOTHING_FITS"


@pytest.mark.parametrize(
    ("rule", "fields", "reason"),
    [
        (RuleSpec(types=("EPI",)), {}, "type"),
        (RuleSpec(series=("s",)), {}, "series"),
        (RuleSpec(seasons=(1, 2)), {"season": 3}, "season"),
        (RuleSpec(seasons=(1, 2)), {}, "season"),
        (RuleSpec(episodes=(1, 2)), {"episode": 3}, "episode"),
        (RuleSpec(genres=("Noir",)), {"genre": "comedy"}, "genre"),
        (RuleSpec(ratings=("12",)), {"rating": "18"}, "rating"),
        (RuleSpec(not_ratings=("18",)), {"rating": "18"}, "rating"),
        (RuleSpec(tags=("a", "b")), {"tags": frozenset({"a"})}, "tags"),
        (RuleSpec(not_tags=("a",)), {"tags": frozenset({"a"})}, "not_tags"),
        (RuleSpec(shortest_s=3601), {}, "too_short"),
        (RuleSpec(longest_s=3599), {}, "too_long"),
        (RuleSpec(), {"approved": False}, "not_approved"),
        (RuleSpec(), {"state": "retired"}, "not_ready"),
        (RuleSpec(genres=("Noir",), shortest_s=3600, longest_s=3600), {"genre": "noir"}, None),
        (SeriesSpec("s", 1), {"series": "s", "season": 2}, "season"),
        (AssetSpec("y"), {}, "asset"),
    ],
)
def test_why_an_asset_falls_out(rule, fields, reason):
    assert falls_out(rule, asset("x", 60, type="MOV", **fields)) == reason


def pack(spec, assets, fits=anything, mode="sequential", cursors=None):
    return package(draw(assets, cursors=cursors), Program("p", "Pack", spec, mode), spec, NOW, fits, 30 * MIN)


def ids(found):
    return [part.asset for part in found.parts]


def test_block_takes_one_of_each_source_and_sequence_all_in_order():
    assets = [*episodes("s", 2), *episodes("t", 2)]
    assert ids(pack(PackageSpec((SeriesSpec("s"), SeriesSpec("t"))), assets)) == ["s-1", "t-1"]
    spec = PackageSpec((AssetSpec("t-2"), AssetSpec("s-1"), AssetSpec("t-2")), compose="sequence")
    assert ids(pack(spec, assets)) == ["t-2", "s-1", "t-2"]


def test_pair_skips_what_is_left_over_and_tells_it():
    spec = PackageSpec((SeriesSpec("s"),), compose="pair")
    cursors, aired, told = {}, [], []
    for _ in range(3):
        found = pack(spec, episodes("s", 5), cursors=cursors)
        cursors = {**cursors, **found.cursors}
        aired.append(ids(found))
        told += [one.code for one in found.findings]
    assert (aired, told) == ([["s-1", "s-2"], ["s-3", "s-4"], ["s-1", "s-2"]], ["LEFT_OVER"])


def test_pair_of_a_pool_too_small_finds_nothing():
    found = pack(PackageSpec((RuleSpec(),), compose="pair", count=3), episodes("s", 2), mode="random")
    assert (found.code, found.detail) == ("RULE_EMPTY", "2 of 3 that a package needs")


def test_package_fits_as_a_whole_or_not_at_all():
    spec = PackageSpec((SeriesSpec("s"), SeriesSpec("t")), intro=("in",))
    assets = [*episodes("s", 1, 10), *episodes("t", 1, 10), asset("in", 1)]
    assert ids(pack(spec, assets, lambda length: length <= 21 * MIN)) == ["in", "s-1", "t-1"]
    assert pack(spec, assets, lambda length: length < 21 * MIN).code == "NOTHING_FITS"


def test_package_goes_without_an_intro_that_may_not_air_and_tells_it():
    assets = [*episodes("s", 1), asset("in", 1, approved=False)]
    found = pack(PackageSpec((SeriesSpec("s"),), intro=("in", "gone")), assets)
    assert (ids(found), [one.code for one in found.findings]) == (["s-1"], ["PART_MISSING"] * 2)


SONGS = [asset(f"m{n}", 3.5, type="MUS") for n in range(40)]


def on_air(elements, assets, into=0, span=HOUR_MS):
    spec = ClockSpec(tuple(elements))
    return hour(draw(assets), Program("p", "Clock", spec, "random"), spec, NOW, into, span)


def test_hour_clock_places_soft_elements_in_order_and_hard_ones_on_their_second():
    assets = [*SONGS, asset("news", 3, type="NEW"), asset("id", 0.1, type="IDS")]
    found = on_air([Element("IDS"), Element("MUS", 4), Element("NEW", at_s=1800, hard=True), Element("MUS", 2)], assets)
    placed = [(part.role, part.at_ms / 1000, part.hard) for part in found.parts]
    assert placed == [
        ("IDS", 0, False), ("MUS", 6, False), ("MUS", 216, False), ("MUS", 426, False), ("MUS", 636, False),
        ("NEW", 1800, True), ("MUS", 1980, False), ("MUS", 2190, False),
    ]  # fmt: skip
    assert len({part.asset for part in found.parts}) == len(placed)
    assert found.duration_ms == HOUR_MS


def test_hour_clock_never_runs_over_a_hard_element_or_its_hour():
    assets = [*SONGS, asset("news", 3, type="NEW")]
    found = on_air([Element("MUS", 9), Element("NEW", at_s=600, hard=True), Element("MUS", 99)], assets)
    ends = [part.at_ms + part.duration_ms for part in found.parts]
    assert all(end <= part.at_ms for end, part in zip(ends, found.parts[1:], strict=False))
    assert ends[-1] <= HOUR_MS
    assert [part.at_ms for part in found.parts if part.hard] == [600_000]
    assert {one.code for one in found.findings} >= {"CLOCK_LEFT_OUT"}


def test_hour_clock_falls_back_to_other_types_and_tells_what_is_missing():
    found = on_air([Element("ADV", fallback=("PSA", "MUS")), Element("VOT")], SONGS)
    assert [part.role for part in found.parts] == ["ADV"]
    assert [one.code for one in found.findings] == ["RULE_EMPTY"]
    assert isinstance(on_air([Element("VOT")], SONGS), Nothing)


def test_hour_clock_that_begins_inside_its_hour_leaves_out_what_was_before():
    assets = [*SONGS, asset("news", 3, type="NEW")]
    elements = [Element("NEW", at_s=0, hard=True), Element("MUS"), Element("NEW", at_s=2700, hard=True)]
    found = on_air(elements, assets, into=HOUR_MS // 2, span=HOUR_MS // 2)
    assert [(part.role, part.at_ms) for part in found.parts] == [("MUS", 0), ("NEW", 900_000)]
