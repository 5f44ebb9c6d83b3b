"""Whatever is planned: every millisecond once, the same from the same, and many small steps equal one."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st

from app.clock import HOUR_MS
from app.plans.layering import Booked, compose
from app.plans.values import Event, Part
from app.plans.windows import on_grid
from app.playlog.filling import Airings
from app.playlog.growing import Given
from app.playlog.retiming import NoRoom, blocks, instead, retimed
from app.playlog.values import Line
from tests.plans.values import LISBON, MIN, asset, episodes, rule
from tests.playlog.values import START, adverts, airings, covers, shelf, spots

SPOTS = [*adverts(6, 30), *adverts(3, 17.5, type="PSA")]
ASSETS = [
    *episodes("show", 6, 22.37), asset("film", 83.211, type="MOV"), asset("news", 4, type="NEW"),
    asset("waves", 0.8, type="FIL"), *SPOTS,
]  # fmt: skip
LENGTHS = {one.id: one.duration_ms for one in ASSETS}


@st.composite
def days(draw) -> tuple[list[Event], list[Booked]]:
    """Programmes in whole blocks, with holes between some, and bookings that do not overlap."""
    events, at = [], START - draw(st.integers(0, 3)) * 30 * MIN
    while at < START + 12 * HOUR_MS:
        kind = draw(st.sampled_from(["show-1", "show-2", "film", "filler", "hole"]))
        span = 90 * MIN if kind == "film" else draw(st.integers(1, 3)) * 30 * MIN
        if kind == "filler":
            events.append(Event(at, span, span, "filler", "Filler", id=f"e{at}"))
        elif kind != "hole":
            length = LENGTHS[kind]
            parts = (Part(kind, kind, 0, length),)
            events.append(Event(at, span, length, "program", kind, "p-rule", kind, parts, id=f"e{at}"))
        at += span
    bookings, at = [], START
    for number in range(draw(st.integers(0, 4))):
        at += draw(st.integers(1, 3 * HOUR_MS))
        length = draw(st.integers(1_000, 8 * MIN))
        bookings.append(
            Booked(f"b{number}", at, at + length, "news", "News", draw(st.sampled_from(["join", "filler"])))
        )
        at += length
    return events, bookings


def material(
    day: tuple[list[Event], list[Booked]], missing: frozenset[str], filler: str | None, aired: Airings
) -> Given:
    on = shelf(ASSETS, [rule(types=("EPI",))], missing=missing, filler_asset=filler)
    return Given(compose(*day), LISBON, on, spots(SPOTS), aired)


def used(lines: list[Line]) -> Airings:
    return airings(*((one.asset, one.start_ms) for one in lines if one.kind == "spot" and one.asset))


def grown_by(day, missing, filler, steps: list[int], now: int) -> list[Line]:
    lines: list[Line] = []
    for step in steps:
        now += step
        frontier = lines[-1].end_ms if lines else None
        lines += material(day, missing, filler, used(lines)).grown(frontier, now).lines
    return lines


MISSING = st.frozensets(st.sampled_from(["show-1", "film", "news", "waves"]), max_size=2)
FILLER = st.sampled_from(["waves", None])


@settings(max_examples=60)
@given_by(days(), MISSING, FILLER, st.lists(st.integers(0, 40 * MIN), min_size=1, max_size=12))
def test_many_small_extensions_equal_one_and_each_covers_every_millisecond(day, missing, filler, steps):
    small = grown_by(day, missing, filler, [0, *steps], START)
    assert covers(small, small[0].start_ms, small[-1].end_ms)
    assert small[0].start_ms <= START < small[0].end_ms
    assert all(other.start_ms >= one.end_ms for one, other in pairwise(small))
    shorter, longer = sorted([small, grown_by(day, missing, filler, [0, sum(steps)], START)], key=len)
    assert longer[: len(shorter)] == shorter
    assert all(one.asset not in missing for one in small)
    assert all(one.out_ms <= LENGTHS[one.asset] for one in small if one.asset)


@settings(max_examples=40)
@given_by(days(), FILLER)
def test_programmes_begin_on_the_grid_and_bookings_on_their_second(day, filler):
    lines = grown_by(day, frozenset(), filler, [0], START)
    joined = {one.end_ms for one in day[1]}
    for one in lines:
        if one.start_ms == one.block_ms and one.booking is None and one.block_ms not in joined:
            assert on_grid(one.start_ms, LISBON)
    ends = lines[-1].end_ms
    first = {one.booking: one.start_ms for one in reversed(lines) if one.booking}
    assert first == {one.id: one.start_ms for one in day[1] if one.start_ms < ends and one.end_ms > lines[0].start_ms}


@settings(max_examples=40)
@given_by(days(), FILLER, st.data())
def test_rebuilding_what_did_not_change_changes_nothing_of_the_programmes(day, filler, data):
    lines = grown_by(day, frozenset(), filler, [0], START)
    number = data.draw(st.integers(0, len(lines) - 1))
    start, end = lines[number].start_ms, lines[-1].end_ms
    kept = [one for one in lines[number:] if data.draw(st.booleans())][:2]
    made = material(day, frozenset(), filler, used(lines[:number])).rebuilt(start, end, kept).lines
    both = sorted([*made, *kept], key=lambda one: one.start_ms)
    assert covers(both, start, end)

    def programmes(some: list[Line]) -> set[tuple[str | None, int]]:
        return {(one.asset, one.start_ms - one.in_ms) for one in some if one.kind == "program"}

    assert programmes(both) == programmes(lines[number:])


@settings(max_examples=60)
@given_by(days(), st.data())
def test_an_edit_is_made_up_for_by_the_next_fixed_point_or_refused(day, data):
    lines = [
        replace(one, id=f"l{number}") for number, one in enumerate(grown_by(day, frozenset(), "waves", [0], START))
    ]
    old = data.draw(st.sampled_from(lines))
    length = data.draw(st.integers(1, 45 * MIN))
    new = replace(old, asset="news", in_ms=0, out_ms=length, end_ms=old.start_ms + length, placed=True, id=None)
    found = instead(blocks(lines), old, data.draw(st.sampled_from([[], [new]])))
    try:
        made = retimed(found, shelf(ASSETS).library.eligible("waves"))
    except NoRoom:
        return
    assert covers(made, lines[0].start_ms, lines[-1].end_ms)
    earlier = [one for one in lines if one.block_ms < old.block_ms]
    assert made[: len(earlier)] == earlier
    fixed = [one for one in lines if one.hard and one is not old]
    assert all(one in made for one in fixed)
    whole = [one.length_ms for one in lines if one.kind == "program" and one is not old]
    assert [one.length_ms for one in made if one.kind == "program" and not one.placed] == whole
