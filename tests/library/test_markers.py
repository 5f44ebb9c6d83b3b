"""Markers: what they may be, and how they are added, changed and deleted in each face."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.database import sql
from app.errors import DaypartError, Invalid
from app.library import markers, marking, queries
from app.library.probe import Chapter
from app.library.queries import Marker
from tests.library.conftest import EDITOR, Desk

MINUTE = 60_000
THERE = [
    Marker(0, "chapter", "Opening", 0, 10_000),
    Marker(1, "chapter", "Harbour", 20_000, 30_000),
    Marker(2, "break", "", 30_000, None),
    Marker(3, "note", "", 5_000, None),
]


@pytest.mark.parametrize(
    ("text", "ms"),
    [("0", 0), ("1.5", 1500), ("1,5", 1500), ("90", 90_000), ("1:02", 62_000), ("1:02:03.045", 3_723_045),
     (" 0:00.001 ", 1), ("0:00.01", 10), ("999:59", 59_999_000)],
)  # fmt: skip
def test_a_time_is_read(text: str, ms: int) -> None:
    assert marking.time_of("start", text) == ms


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "1:60", "1:60:00", "1:2:3:4", "1.2345", "1e3", "٣", "9999999", "1:", ":1", "0x1"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        marking.time_of("end", text)
    assert (refused.value.code, list(refused.value.errors)) == ("TIME_BAD", ["end"])


@given(st.integers(0, 3_599_999_999))
def test_a_time_survives_its_text(ms: int) -> None:
    assert marking.time_of("start", marking.time_text(ms)) == ms


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        (Marker(9, "chapter", " The  quay ", 10_000, 20_000), "", ""),  # touches both of its kind
        (Marker(9, "chapter", "", 30_000, MINUTE), "", ""),
        (Marker(1, "chapter", "Harbour", 15_000, 30_000), "", ""),  # itself, changed
        (Marker(9, "break", "", 1, None), "", ""),
        (Marker(9, "note", "", 0, MINUTE - 1), "MARKER_OVERLAP", "start"),
        (Marker(9, "intro", "", MINUTE, None), "", ""),
        (Marker(9, "chapter", "", 9_999, 12_000), "MARKER_OVERLAP", "start"),
        (Marker(9, "chapter", "", 12_000, 20_001), "MARKER_OVERLAP", "start"),
        (Marker(9, "chapter", "", 25_000, None), "MARKER_OVERLAP", "start"),
        (Marker(9, "chapter", "", 0, 5), "MARKER_OVERLAP", "start"),
        (Marker(9, "break", "", 30_000, None), "MARKER_OVERLAP", "start"),
        (Marker(9, "break", "", 0, None), "MARKER_EDGE", "start"),
        (Marker(9, "break", "", MINUTE, None), "MARKER_EDGE", "start"),
        (Marker(9, "break", "", 1, 2), "MARKER_END", "end"),
        (Marker(9, "chapter", "", -1, None), "MARKER_OUTSIDE", "start"),
        (Marker(9, "chapter", "", MINUTE + 1, None), "MARKER_OUTSIDE", "start"),
        (Marker(9, "chapter", "", 40_000, 2**70), "MARKER_OUTSIDE", "end"),
        (Marker(9, "chapter", "", 40_000, 40_000), "MARKER_END", "end"),
        (Marker(9, "opera", "", 40_000, None), "MARKER_KIND", "kind"),
        (Marker(9, "note", "x" * 201, 40_000, None), "TITLE_BAD", "title"),
        (Marker(9, "note", "bell\x07", 40_000, None), "TITLE_BAD", "title"),
    ],
)
def test_a_marker_lies_inside_and_overlaps_none_of_its_kind(wanted: Marker, code: str, field: str) -> None:
    if not code:
        assert marking.checked(wanted, THERE, MINUTE).title == " ".join(wanted.title.split())
        return
    with pytest.raises(Invalid) as refused:
        marking.checked(wanted, THERE, MINUTE)
    assert (refused.value.code, list(refused.value.errors)) == (code, [field])


def test_nothing_is_marked_in_what_has_no_length() -> None:
    with pytest.raises(Invalid) as refused:
        marking.checked(Marker(0, "note", "", 0, None), [], None)
    assert refused.value.code == "MARKER_LENGTH"


def test_chapters_beyond_the_end_are_left_out_and_cut() -> None:
    found = [Chapter("a", 0, 500), Chapter("b", 500, 2000), Chapter("c", 1000, 3000)]
    assert marking.of_chapters(found, 1000) == [
        Marker(0, "chapter", "a", 0, 500), Marker(1, "chapter", "b", 500, 1000),
    ]  # fmt: skip


spans = st.tuples(st.sampled_from(list(marking.KINDS)), st.integers(-5, 105), st.none() | st.integers(-5, 105))


@given(st.lists(spans, max_size=30))
def test_whatever_is_accepted_never_overlaps_its_kind(tried: list[tuple[str, int, int | None]]) -> None:
    kept: list[Marker] = []
    for number, (kind, start, end) in enumerate(tried):
        try:
            kept.append(marking.checked(Marker(number, kind, "", start, end), kept, 100))
        except Invalid:
            continue
    for one in kept:
        assert 0 <= one.start_ms < (100 if one.end_ms is None and one.kind == "break" else 101)
        covered = set(range(one.start_ms, one.end_ms or one.start_ms + 1))
        for other in kept:
            if other is not one and other.kind == one.kind:
                inner = set(range(other.start_ms, other.end_ms or other.start_ms + 1))
                assert not covered & inner


async def film() -> str:
    await sql(
        "INSERT INTO asset (id, type, title, name, state, duration_ms, created_ms)"
        " VALUES ('film', 'MOV', 'Ferry', 'ferry.mkv', 'ready', 60000, 0)"
    )
    return "film"


async def test_numbers_stay_while_others_come_and_go(desk: Desk) -> None:
    film_id, act = await film(), {"by": EDITOR, "clock": desk.clock}
    late = await markers.add(film_id, Marker(7, "break", "", 40_000, None), 1, **act)
    early = await markers.add(film_id, Marker(7, "break", "", 20_000, None), 2, **act)
    assert [one.number for one in await queries.markers(film_id)] == [early.number, late.number] == [1, 0]
    await markers.alter(film_id, Marker(0, "break", "", 40_000, None), 3, **act)  # it is so already
    assert (await queries.asset(film_id)).version == 3
    await markers.remove(film_id, 0, 3, **act)
    for work, code in (
        (markers.add(film_id, Marker(0, "break", "", 20_000, None), 4, **act), "MARKER_OVERLAP"),
        (markers.alter(film_id, Marker(5, "break", "", 1, None), 4, **act), "MARKER_UNKNOWN"),
        (markers.remove(film_id, 0, 4, **act), "MARKER_UNKNOWN"),
        (markers.remove(film_id, 1, 3, **act), "VERSION_STALE"),
    ):
        with pytest.raises(DaypartError) as refused:
            await work
        assert refused.value.code == code
    assert await queries.markers(film_id) == [early]
