"""How what aired differs from what was planned: each tag, and the input as it was."""

import copy

import pytest

from app.asrun.reconciling import Block, Segment, blocks, reconcile
from tests.asrun.rows import at, recorded

PLAN = Block("b", 0, 60_000, (Segment("film"), Segment("spot"), Segment("film")))


def aired(*segments: Segment, start: int = 0, end: int | None = 60_000) -> Block:
    return Block("b", start, end, segments)


SAME = PLAN.segments
SUBSTITUTE = Segment("filler", "SUBSTITUTED", "spot is gone from disk")


@pytest.mark.parametrize(
    ("planned", "found", "tags"),
    [
        ([PLAN], [aired(*SAME)], []),
        ([PLAN], [aired(*SAME, start=1000, end=59_000)], []),
        ([PLAN], [aired(*SAME, end=None)], []),
        ([PLAN], [], ["MISSING_BLOCK"]),
        ([], [PLAN], ["EXTRA_BLOCK"]),
        ([PLAN], [aired(*SAME, start=1001)], ["BLOCK_TIME_MISMATCH"]),
        ([PLAN], [aired(*SAME, end=58_999)], ["BLOCK_TIME_MISMATCH"]),
        ([PLAN], [aired(Segment("spot"), Segment("film"), Segment("film"))], ["SEGMENT_SEQUENCE_MISMATCH"]),
        ([PLAN], [aired(Segment("film"), Segment("spot"))], ["SEGMENT_SEQUENCE_MISMATCH"]),
        ([PLAN], [aired(*SAME, Segment("ghost"))], ["PHANTOM_SEGMENT"]),
        ([PLAN], [aired(*SAME, Segment("film"))], ["PHANTOM_SEGMENT"]),
        ([PLAN], [aired(Segment("film"), Segment("ghost"), Segment("film"))],
         ["PHANTOM_SEGMENT", "SEGMENT_SEQUENCE_MISMATCH"]),
        ([PLAN], [aired(Segment("film"), SUBSTITUTE, Segment("film"))], ["RUNTIME_RECOVERY"]),
        ([PLAN], [aired(Segment("film"), Segment("spot", "SKIPPED", "too late"), Segment("film"))],
         ["RUNTIME_RECOVERY"]),
        ([PLAN], [aired(Segment("film"), Segment("film"), SUBSTITUTE)],
         ["RUNTIME_RECOVERY", "SEGMENT_SEQUENCE_MISMATCH"]),
        ([PLAN], [aired(Segment("film", "TRUNCATED", "cut"), *SAME[1:])], []),
    ],
)  # fmt: skip
def test_each_difference_has_its_tag(planned, found, tags):
    before = copy.deepcopy((planned, found))
    told = reconcile(planned, found)
    assert [one.tag for one in told] == tags
    assert all(one.block == "b" and one.detail.endswith(".") for one in told)
    assert (planned, found) == before


def test_blocks_are_read_from_rows_by_their_marks():
    rows = [
        recorded(4, block="b", status="FENCE", start_ms=at("12:30"), end_ms=None, asset=None),
        recorded(1, block="b", status="START", start_ms=at("12:00"), end_ms=None, asset=None),
        recorded(2, block="b"),
        recorded(3, block="b", start_ms=at("12:10"), end_ms=at("12:29"), asset=None, kind="pad"),
        recorded(5, block="c", start_ms=at("12:30"), end_ms=at("12:40")),
        recorded(6, start_ms=at("12:40"), end_ms=at("12:50")),
    ]
    assert blocks(rows) == [
        Block("b", at("12:00"), at("12:30"), (Segment("film"), Segment("pad"))),
        Block("c", at("12:30"), at("12:40"), (Segment("film"),)),
    ]
    assert reconcile(blocks(rows), blocks(rows)) == []


def test_a_block_that_never_ended_has_no_end():
    rows = [recorded(1, block="b", status="START", end_ms=None), recorded(2, block="b", end_ms=None)]
    assert [one.end_ms for one in blocks(rows)] == [None]
