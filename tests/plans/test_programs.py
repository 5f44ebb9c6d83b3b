"""Episode policies, packages around their slot, typed rules, cursors, copies and presets."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import zone
from app.errors import Invalid
from app.plans import copying, cursors, programs, rule_text, rules, service, trying
from app.plans.choosing import Choice, Draw, Slot, choose
from app.plans.composing import Pick
from app.plans.copying import days_copied
from app.plans.furnishing import add_preset
from app.plans.grids import WantedGrid, put_grid
from app.plans.matching import Library
from app.plans.presets import PRESETS, on_grid
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan
from app.plans.specs import AssetSpec, ClockSpec, Element, PackageSpec, RuleSpec, SeriesSpec
from app.plans.values import Grid, Program
from app.plans.zones import WantedZone, add_zone
from tests.plans.desk import Desk
from tests.plans.test_service import refused
from tests.plans.values import MIN, asset, built, codes, episodes, plan, series, told, window

NOW = 1_000_000 * 60 * MIN
SHOW = episodes("s", 4)


def airings(mode, days, pool=SHOW, cursors=None):
    """What a series airs at each of several times, given by their dates; and the codes of what is told."""
    stands, found, findings = dict(cursors or {}), [], []
    for number, day in enumerate(days):
        draw = Draw("ch", day, Library(pool), stands, {})
        choice = choose(draw, Slot("p", NOW + number, 0, mode), SeriesSpec("s"), lambda _: True)
        assert isinstance(choice, Choice)
        stands["p", 0] = choice.cursor
        found.append(choice.asset.id)
        findings += [one.code for one in choice.findings]
    return found, findings, stands


def dates(*texts):
    return [date.fromisoformat(text) for text in texts]


def test_syndication_has_one_episode_a_date_in_a_loop():
    strip = dates("2026-05-14", "2026-05-14", "2026-05-15", "2026-05-18", "2026-05-19", "2026-05-19", "2026-05-20")
    found, findings, stands = airings("syndication", strip)
    assert found == ["s-1", "s-1", "s-2", "s-3", "s-4", "s-4", "s-1"]
    assert findings == []
    after, _, _ = airings("sequential", dates("2026-05-20"), cursors=stands)
    assert after == ["s-2"]
    gone, _, _ = airings("syndication", dates("2026-05-20"), SHOW[1:], stands)
    assert gone == ["s-2"]


def test_seasonal_airs_the_episodes_of_the_month_in_order():
    pool = [
        asset("s-1", 25, type="EPI", series="s", episode=1),
        asset("s-2", 25, type="EPI", series="s", episode=2, tags=frozenset({"december"})),
        asset("s-3", 25, type="EPI", series="s", episode=3, tags=frozenset({"may", "june"})),
        asset("s-4", 25, type="EPI", series="s", episode=4, tags=frozenset({"december"})),
    ]
    december = dates("2026-12-01", "2026-12-02", "2026-12-03")
    assert airings("seasonal", december, pool)[:2] == (["s-2", "s-4", "s-2"], [])
    assert airings("seasonal", dates("2026-06-01", "2026-08-01", "2026-08-02"), pool)[:2] == (["s-3", "s-1", "s-1"], [])
    assert airings("seasonal", dates("2026-08-01", "2026-08-02"), pool[1:])[:2] == (
        ["s-2", "s-3"],
        ["SEASON_EMPTY"] * 2,
    )


def test_syndicated_series_goes_on_over_days_and_repeats_within_them():
    day = built([plan("week", window("18:00", "19:00", series("s", mode="syndication")))], SHOW)
    assert [asset for _, asset in told(day) if asset != "filler"] == ["s-1", "s-1"]
    again = built([plan("week", window("18:00", "19:00", series("s", mode="syndication")))], SHOW, cursors=day.cursors)
    assert [asset for _, asset in told(again) if asset != "filler"] == ["s-1", "s-1"]  # the same date, made again
    later = built(
        [plan("week", window("18:00", "19:00", series("s", mode="syndication")))], SHOW, date(2026, 5, 15),
        cursors=day.cursors,
    )  # fmt: skip
    assert [asset for _, asset in told(later) if asset != "filler"] == ["s-2", "s-2"]


def bumpered(minutes, **fields):
    """The roles of a package's parts, with an intro of two minutes and an outro of three."""
    slots = fields.pop("slots", 1)
    spec = PackageSpec((AssetSpec("main"),), intro=("in",), outro=("out",), **fields)
    made = Program("p", "Pack", spec, slots=slots)
    pool = [asset("main", minutes), asset("in", 2), asset("out", 3)]
    day = built([plan("week", window("18:00", "20:00", made))], pool)
    first = next(one for one in day.events if one.kind == "program")
    return [part.role for part in first.parts], first.span_ms // MIN, codes(day)


def test_intro_and_outro_air_always_never_or_where_they_take_no_further_block():
    every = ["intro", "content", "outro"]
    assert bumpered(24)[0] == every
    assert bumpered(27)[:2] == (every, 60)
    assert bumpered(27, intro_when="never")[:2] == (["content", "outro"], 30)
    assert bumpered(25, intro_when="conditional", outro_when="conditional")[:2] == (every, 30)
    assert bumpered(27, intro_when="conditional", outro_when="conditional")[:2] == (["intro", "content"], 30)
    assert bumpered(29, intro_when="conditional", outro_when="conditional")[:2] == (["content"], 30)


def test_package_that_leaves_nothing_of_its_slot_is_told_once_a_day():
    assert "PACKAGE_LONG" not in bumpered(50, slots=2)[2]
    assert bumpered(55, slots=2)[2].count("PACKAGE_LONG") == 1
    assert "PACKAGE_LONG" not in bumpered(25)[2]


def test_stripped_loop_of_pairs_is_refused():
    paired = Program("p", "Pack", PackageSpec((SeriesSpec("s"),), "pair"), "syndication")
    with pytest.raises(Invalid, match="one episode a day"):
        rules.checked_program(paired)


words = (
    st.text("abcdefgh äß", min_size=1, max_size=8).map(str.strip).filter(bool).map(lambda text: " ".join(text.split()))
)
lists = st.lists(words, max_size=3).map(tuple)
ranges = st.one_of(st.none(), st.tuples(st.integers(0, 50), st.integers(50, 99)))
typed_rules = st.builds(
    RuleSpec, types=st.lists(st.sampled_from(["EPI", "MOV"]), max_size=2).map(tuple), series=lists, genres=lists,
    ratings=lists, not_ratings=lists, tags=lists, not_tags=lists, seasons=ranges, episodes=ranges,
    shortest_s=st.one_of(st.none(), st.integers(0, 90_000)), longest_s=st.one_of(st.none(), st.integers(0, 90_000)),
    rest_hours=st.integers(0, 500),
)  # fmt: skip


@given(typed_rules)
def test_a_rule_is_read_as_it_was_written(rule):
    assert rule_text.read(rule_text.written(rule)) == rule


def test_typed_rule_is_read_loosely_and_refused_with_what_there_is():
    read = rule_text.read(" Types: epi ,mov ;; Not  ratings:X\nseasons: 1..3; shortest:22; longest: 1:30:00; rest: 0;")
    assert read == RuleSpec(
        types=("EPI", "MOV"), not_ratings=("X",), seasons=(1, 3), shortest_s=1320, longest_s=5400, rest_hours=0
    )  # fmt: skip
    for text in (
        "comedy",
        "genre: comedy",
        "genres:",
        "seasons: one",
        "rest: -1",
        "longest: 1:2:3:4",
    ):
        with pytest.raises(Invalid):
            rule_text.read(text)


async def test_trying_is_for_an_instant_and_any_kind(desk: Desk) -> None:
    await desk.furnish()
    (show,) = [one for one in (await programs.programs("one")) if one.program.name == "harbour"]
    film = await desk.asset("Sunday film", 50, "MOV")
    await desk.program("pack", PackageSpec((SeriesSpec(show.program.spec.series),), "pair", 2, intro=(film,)))
    await desk.program("clock", ClockSpec((Element("MOV"), Element("VOT"))))
    before = desk.stored()
    at = datetime(2026, 12, 24, 20, tzinfo=UTC)
    packed = await trying.try_program("one", "pack", at=at, clock=desk.clock)
    assert isinstance(packed.chosen, Pick)
    assert [part.role for part in packed.chosen.parts] == ["intro", "content", "content"]
    assert (packed.at, [one.code for one in packed.findings]) == (at, ["PACKAGE_LONG"])
    hour = await trying.try_program("one", "clock", clock=desk.clock)
    assert isinstance(hour.chosen, Pick)
    assert [one.matched for one in hour.sources] == [2, 0]
    assert set(await trying.resolved("one", clock=desk.clock)) == {
        one.program.id for one in await programs.programs("one")
    }
    assert desk.stored() == before
    rule = RuleSpec()
    await refused(desk, "NAIVE_TIME", trying.try_spec("one", rule, "random", at=datetime(2026, 1, 1), clock=desk.clock))  # noqa: DTZ001
    late = datetime(2600, 1, 1, tzinfo=UTC)
    await refused(desk, "BAD_TIME", trying.try_spec("one", rule, "random", at=late, clock=desk.clock))


async def test_what_was_used_lately_rests_in_a_try(desk: Desk) -> None:
    await desk.furnish()
    await desk.asset("Fog", 90)
    await desk.generate("2026-05-15")
    at = datetime(2026, 5, 16, 2, tzinfo=UTC)
    found = await trying.try_spec("one", RuleSpec(types=("MOV",)), "random", at=at, clock=desk.clock)
    assert [one.title for one in found.sources[0].resting] == ["Ferry"]
    assert found.chosen.title == "Fog"


async def test_operator_says_which_episode_is_next(desk: Desk) -> None:
    ids = await desk.furnish()
    (stands,) = await cursors.standing("one", "harbour", clock=desk.clock)
    assert (stands.next.id, stands.moved) == (ids[0], False)
    (stands,) = await cursors.put_next("one", "harbour", ids[3], **desk.act)
    assert (stands.next.id, cursors.episode_label(stands.next), stands.moved) == (ids[3], "S01E04 Harbour 4", True)
    day = await desk.generate("2026-05-15")
    aired = [one.asset for one in day.events if one.program and one.asset in ids]
    assert aired == [ids[3], ids[4], ids[0], ids[1]]
    (stands,) = await cursors.standing("one", "harbour", clock=desk.clock)
    assert stands.next.id == ids[2]
    film = await desk.asset("Fog", 90)
    await refused(desk, "NOT_IN_POOL", cursors.put_next("one", "harbour", film, **desk.act))
    await refused(desk, "ASSET_UNKNOWN", cursors.put_next("one", "harbour", "none", **desk.act))
    await refused(desk, "NO_CURSOR", cursors.put_next("one", "ferry", film, **desk.act))
    await refused(desk, "NO_CURSOR", cursors.put_next("one", "harbour", ids[0], 1, **desk.act))


async def test_program_names_the_zones_that_it_fills(desk: Desk) -> None:
    await desk.furnish()
    used = await programs.uses("one")
    (harbour,) = [one for one in await programs.programs("one") if one.program.name == "harbour"]
    assert [(one.plan_name, one.zone_name) for one in used[harbour.program.id]] == [("Week", "19:00-21:00")]
    error = await refused(desk, "PROGRAM_USED", programs.remove_program("one", "harbour", **desk.act))
    assert [one["title"] for one in error.facts["conflicts"]] == ["19:00-21:00 of Week"]


async def test_plan_is_copied_to_another_channel_with_its_programs(desk: Desk) -> None:
    await desk.furnish()
    await desk.channel("two")
    film = (await programs.program("one", "ferry")).program.spec
    await desk.program("ferry", film, channel="two")
    await desk.program("harbour", film, channel="two")
    done = await copying.copy_plan("one", "Week", "Week", to="two", **desk.act)
    assert (done.programs, done.kept, done.plan.plan.active) == (("harbour 2",), ("ferry",), False)
    zones = (await service.plan("two", "Week")).plan.zones
    assert {one.name for zone in zones for one in zone.programs} == {"harbour 2", "ferry"}
    own = {one.program.id for one in await programs.programs("two")}
    assert {one.id for zone in zones for one in zone.programs} <= own
    await put_grid("two", WantedGrid(60, 0, "06:00"), **desk.act)
    plan = await service.add_plan("one", WantedPlan(name="Halves"), **desk.act)
    await add_zone("one", plan.id, WantedZone(name="half", start="19:00", end="19:30"), **desk.act)
    await refused(desk, "Z-VAL-01", copying.copy_plan("one", "Halves", "Halves", to="two", **desk.act))
    await refused(desk, "CHANNEL_NOT_FOUND", copying.copy_plan("one", "Week", "Other", to="none", **desk.act))


def test_zones_of_a_weekday_take_the_place_of_those_of_others():
    zones = (
        window("06:00", "12:00", name="every"),
        window("12:00", "13:00", name="monday", days=frozenset({"MON"})),
        window("12:00", "13:00", name="tuesday", days=frozenset({"TUE"})),
        window("12:00", "13:00", name="rest", days=frozenset({"WED", "THU"})),
    )
    copied = days_copied(zones, "MON", frozenset({"TUE", "WED"}))
    assert [(one.name, sorted(one.days)) for one in copied] == [
        ("every", []), ("monday", ["MON", "TUE", "WED"]), ("rest", ["THU"]),
    ]  # fmt: skip


async def test_days_are_copied_within_a_plan(desk: Desk) -> None:
    plan = await service.add_plan("one", WantedPlan(name="Week"), **desk.act)
    await add_zone("one", plan.id, WantedZone(name="m", start="19:00", end="20:00", days=["MON"]), **desk.act)
    after = await copying.copy_day("one", "Week", "mon", ["TUE", "WED"], **desk.act)
    assert [sorted(one.days) for one in after.plan.zones if one.name == "m"] == [["MON", "TUE", "WED"]]
    assert after.version == plan.version + 2
    again = await copying.copy_day("one", "Week", "MON", ["TUE"], **desk.act)
    assert again.version == after.version
    await refused(desk, "DAY_COPY_EMPTY", copying.copy_day("one", "Week", "MON", ["MON"], **desk.act))
    await refused(desk, "Z-VAL-06", copying.copy_day("one", "Week", "MON", ["someday"], **desk.act))


GRIDS = [(15, 0), (15, 5), (30, 0), (30, 20), (60, 0), (60, 59)]


@pytest.mark.parametrize("key", list(PRESETS))
def test_preset_fits_every_grid_and_its_programs_mean_something(key):
    for minutes, offset in GRIDS:
        for one in on_grid(PRESETS[key], Grid(minutes, offset, time(6, offset), zone("Europe/Lisbon"))):
            rules.checked_zone(one, grid_minutes=minutes, grid_offset=offset)
            assert one.programs
            for item in one.programs:
                rules.checked_program(item)


async def test_preset_is_looked_at_then_added_as_a_plan_that_comes_first(desk: Desk) -> None:
    await desk.furnish()
    before = desk.stored()
    looked = await add_preset("one", "prime-time", dry_run=True, **desk.act)
    assert desk.stored() == before
    assert (looked.plan, looked.plan_id, looked.new_plan, looked.priority) == ("Prime time", None, True, 10)
    assert [(one.code, "Drama" in one.detail) for one in looked.findings] == [("RULE_EMPTY", True)]
    done = await add_preset("one", "prime-time", **desk.act)
    stored = (await service.plan("one", "Prime time")).plan
    assert (stored.id, stored.priority, [one.name for one in stored.zones]) == (
        done.plan_id, 10, ["Prime time drama", "Prime time film"],
    )  # fmt: skip
    assert {one.program.name for one in await programs.programs("one")} >= {"Drama", "Film of the day"}
    day = await desk.generate("2026-05-15")
    assert {one.lineage["zone"]["name"] for one in day.events if one.title == "Ferry"} >= {"Prime time film"}
    await refused(desk, "PLAN_NAME_DUPLICATE", add_preset("one", "prime-time", **desk.act))
    await refused(desk, "PRESET_UNKNOWN", add_preset("one", "breakfast", **desk.act))


async def test_all_presets_go_into_one_plan_with_their_programs_once(desk: Desk) -> None:
    plan = await service.add_plan("one", WantedPlan(name="Week"), **desk.act)
    for key in PRESETS:
        await add_preset("one", key, plan="Week", **desk.act)
    assert len((await service.plan("one", plan.id)).plan.zones) == 1 + sum(len(one.zones) for one in PRESETS.values())
    await refused(desk, "Z-VAL-04", add_preset("one", "weekday-comedy", plan="week", **desk.act))
    again = await add_preset("one", "weekday-comedy", name="Comedy again", **desk.act)
    assert again.new_programs == ()
    await service.add_plan("one", WantedPlan(name="Late"), **desk.act)
    await add_zone("one", "Late", WantedZone(name="news", start="23:00", end="23:30"), **desk.act)
    await refused(desk, "Z-VAL-09", add_preset("one", "late-night-horror", plan="Late", **desk.act))
    wanted = WantedProgram(name="Horror", spec=RuleSpec(types=("NEW",)))
    await programs.edit_program("one", "Horror", wanted, None, **desk.act)
    other = await add_preset("one", "late-night-horror", name="More horror", **desk.act)
    assert [one.name for one in other.new_programs] == ["Horror 2"]


def test_pair_of_a_month_with_too_few_episodes_is_told_and_ends():
    pool = [asset("s-1", 10, type="EPI", series="s", episode=1, tags=frozenset({"may"}))]
    pool += [asset(f"s-{n}", 10, type="EPI", series="s", episode=n) for n in (2, 3)]
    paired = Program("p", "Pair", PackageSpec((SeriesSpec("s"),), "pair"), "seasonal")
    assert "RULE_EMPTY" in codes(built([plan("week", window("18:00", "19:00", paired))], pool))
