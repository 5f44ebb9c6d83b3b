"""What would change about a day: every stretch that differs, and none that does not."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.plans.changes import changes
from app.plans.values import Event

MIN = 60_000


def run(*titles: tuple[str, int]) -> list[Event]:
    """Events one after another from 0: titles with their minutes; `-` is filler."""
    found, at = [], 0
    for title, minutes in titles:
        kind = "filler" if title == "-" else "program"
        found.append(Event(at, minutes * MIN, minutes * MIN, kind, title))  # type: ignore[arg-type]
        at += minutes * MIN
    return found


def told(before: list[Event], after: list[Event]) -> list[tuple[int, int, str | None, str | None]]:
    return [
        (one.start_ms // MIN, one.end_ms // MIN, one.before and one.before.title, one.after and one.after.title)
        for one in changes(before, after)
    ]


def test_changes_by_table() -> None:
    week = run(("a", 30), ("b", 30), ("-", 60))
    assert told(week, week) == []
    assert told(week, run(("a", 30), ("b", 30), ("-", 30), ("-", 30))) == []
    assert told(week, run(("a", 30), ("c", 30), ("-", 60))) == [(30, 60, "b", "c")]
    assert told(week, run(("a", 60), ("-", 60))) == [(0, 30, "a", "a"), (30, 60, "b", "a")]
    assert told(week, run(("a", 30), ("b", 30), ("d", 60))) == [(60, 120, "-", "d")]
    assert told([], run(("a", 30))) == [(0, 30, None, "a")]
    assert told(run(("a", 60)), run(("a", 30))) == [(0, 30, "a", "a"), (30, 60, "a", None)]


_days = st.lists(st.tuples(st.sampled_from("abc-"), st.integers(1, 40)), max_size=8).map(lambda some: run(*some))


@given(_days, _days)
def test_changes_are_apart_in_order_and_the_same_both_ways(before: list[Event], after: list[Event]) -> None:
    found = changes(before, after)
    assert all(one.start_ms < one.end_ms for one in found)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(found))
    assert [(one.start_ms, one.end_ms) for one in changes(after, before)] == [
        (one.start_ms, one.end_ms) for one in found
    ]
    assert changes(before, before) == []
