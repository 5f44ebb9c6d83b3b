"""A day's events in blocks, by how much each is under or over, and the strip of hours above them."""

from dataclasses import replace
from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from app.clock import HOUR_MS, broadcast_day, to_ms, zone
from app.playlog.blocks import Facts, blocks, hours
from app.playlog.values import Line

S = 1000
MIN = 60 * S
FACTS = Facts({"e1": "Harbour", "k1": "Breaking"}, {"film": 22 * MIN, "spot": 30 * S})


def line(start: int, end: int, asset: str | None = "film", **fields: object) -> Line:
    in_ms = int(fields.pop("in_ms", 0))  # type: ignore[call-overload]
    kind = "program" if asset == "film" else "spot" if asset else "pad"
    base = Line(start, end, asset, in_ms, in_ms + end - start, kind, asset or "Slate", None, 0, day_event="e1")  # type: ignore[arg-type]
    return replace(base, **fields)  # type: ignore[arg-type]


FILM = line(0, 22 * MIN)


def test_block_is_the_programme_with_its_breaks_by_its_own_name() -> None:
    (one,) = blocks([FILM, line(22 * MIN, 30 * MIN, "spot", kind="filler")], FACTS)
    assert (one.title, one.start_ms, one.end_ms, one.fit, one.filled_ms) == ("Harbour", 0, 30 * MIN, "ok", 30 * MIN)


def test_slate_and_gaps_are_under_beyond_a_few_seconds() -> None:
    table = [
        ([FILM, line(22 * MIN, 30 * MIN, None)], "under", 8 * MIN),
        ([FILM, line(22 * MIN, 22 * MIN + 15 * S, None)], "ok", 15 * S),
        ([FILM, line(22 * MIN, 22 * MIN + 15 * S + 1, None)], "under", 15 * S + 1),
        ([FILM, line(25 * MIN, 26 * MIN, "x")], "under", 3 * MIN),
    ]
    for lines, fit, idle in table:
        (one,) = blocks(lines, FACTS)
        assert (one.fit, one.idle_ms) == (fit, idle)


def test_what_is_missing_at_an_end_is_over() -> None:
    table = [
        ([line(0, 20 * MIN)], 2 * MIN, "over"),
        # Acts go on from one another, so only the end of the last counts.
        ([line(0, 10 * MIN), line(11 * MIN, 23 * MIN, in_ms=10 * MIN)], 0, "under"),
        ([line(0, 10 * MIN), line(10 * MIN, 12 * MIN, in_ms=10 * MIN)], 10 * MIN, "over"),
        # Filler ends where it is no longer needed; a spot does not.
        ([FILM, line(22 * MIN, 22 * MIN + 5 * S, "spot", kind="filler")], 0, "ok"),
        ([FILM, line(22 * MIN, 22 * MIN + 5 * S, "spot")], 25 * S, "over"),
        # What the library no longer knows cannot be told.
        ([line(0, MIN, "gone")], 0, "ok"),
    ]
    for lines, cut, fit in table:
        (one,) = blocks(lines, FACTS)
        assert (one.cut_ms, one.fit) == (cut, fit)


def test_block_that_goes_on_after_the_day_is_not_over() -> None:
    rest = line(10 * MIN, 22 * MIN, in_ms=10 * MIN)
    assert blocks([line(0, 10 * MIN)], FACTS)[0].fit == "over"
    assert blocks([line(0, 10 * MIN)], FACTS, [rest])[0].fit == "ok"


def test_booking_cuts_a_programme_into_two_blocks() -> None:
    news = line(5 * MIN, 10 * MIN, "x", day_event=None, booking="k1", block_ms=5 * MIN)
    found = blocks([line(0, 5 * MIN), news, line(10 * MIN, 22 * MIN, in_ms=10 * MIN)], FACTS)
    assert [one.title for one in found] == ["Harbour", "Breaking", "Harbour"]
    assert [one.cut_ms for one in found] == [0, 0, 0]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), max_size=60))
def test_blocks_hold_every_event_once_and_in_order(steps: list[tuple[int, int]]) -> None:
    lines, at, block = [], 0, 0
    for length, turn in steps:
        block = at if turn == 0 else block
        lines.append(line(at, at + length * MIN, "film" if turn % 2 else None, block_ms=block))
        at += length * MIN
    found = blocks(lines, FACTS)
    assert [each for one in found for each in one.lines] == lines
    assert sum(one.span_ms for one in found) == at
    assert all(one.filled_ms == one.span_ms - one.idle_ms + one.cut_ms for one in found)


def test_hours_of_a_day_tell_the_worst_of_their_blocks() -> None:
    whole = [replace(line(at * MIN, (at + 30) * MIN, "x"), block_ms=at * MIN) for at in range(0, 240, 30)]
    whole[4] = replace(whole[4], asset=None)
    whole[6] = line(180 * MIN, 210 * MIN, out_ms=21 * MIN, block_ms=180 * MIN)
    states = [one.state for one in hours(0, 6 * HOUR_MS, blocks(whole, FACTS), 70 * MIN)]
    assert states == ["aired", "air", "under", "over", "empty", "empty"]


def test_days_on_which_the_clocks_change_have_23_and_25_hours() -> None:
    lisbon = zone("Europe/Lisbon")
    for day, number in ((date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 5, 14), 24)):
        start, end = (to_ms(at) for at in broadcast_day(day, time(6), lisbon))
        found = hours(start, end, [], start)
        assert len(found) == number
        assert (found[0].start_ms, found[-1].end_ms) == (start, end)
        assert all(one.block_ms is None for one in found)
