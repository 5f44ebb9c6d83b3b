"""What an edit costs is given back by breaks and filler: of its block, then of the next ones, up to a fixed point."""

from dataclasses import replace

import pytest

from app.playlog.retiming import NoRoom, beside, blocks, instead, retimed
from app.playlog.values import Line
from tests.plans.values import MIN, asset
from tests.playlog.values import START, covers

FILLER = asset("waves", 1, type="FIL")


def line(at_min: float, length_min: float, kind: str = "program", block: int = 0, **fields) -> Line:
    start, length = START + round(at_min * MIN), round(length_min * MIN)
    id = fields.pop("id", f"{kind}-{at_min}")
    number = 1 if kind in ("spot", "filler", "pad") else None
    return Line(start, start + length, id, 0, length, kind, id, None, START + block * MIN, number, id=id, **fields)


def block(number: int, **fields) -> list[Line]:
    """Half an hour: 25 minutes of a programme, a spot of one and filler of four."""
    at = number * 30
    return [
        line(at, 25, block=at, id=f"show-{number}", **fields),
        line(at + 25, 1, "spot", block=at, id=f"spot-{number}"),
        line(at + 26, 4, "filler", block=at, id=f"filler-{number}"),
    ]


DAY = [*block(0), *block(1), *block(2)]
NEWS = line(0, 10, placed=True, id="news")


def times(found: list[Line]) -> dict[str | None, float]:
    return {one.asset: (one.start_ms - START) / MIN for one in found}


def test_c35_an_overrun_of_ten_minutes_is_given_back_by_the_breaks_of_two_blocks():
    made = retimed(beside(blocks(DAY), DAY[0], NEWS, before=False), FILLER)
    assert covers(made, START, START + 90 * MIN)
    assert times(made) == {"show-0": 0, "news": 25, "show-1": 35, "show-2": 60, "spot-2": 85, "filler-2": 86}


def test_filler_gives_way_before_spots_and_what_a_spot_leaves_is_filled():
    made = retimed(
        beside(blocks(DAY), DAY[0], replace(NEWS, out_ms=3 * MIN, end_ms=START + 3 * MIN), before=False), FILLER
    )
    assert times(made)["spot-0"] == 28
    made = retimed(
        beside(blocks(DAY), DAY[0], replace(NEWS, out_ms=270_000, end_ms=START + 270_000), before=False), FILLER
    )
    assert "spot-0" not in times(made)
    assert [(one.asset, one.length_ms) for one in made if one.asset == "waves"] == [("waves", 30_000)]


@pytest.mark.parametrize("fixed", [{"hard": True}, {"locked": True}, {"booking": "b"}])
def test_what_is_fixed_is_not_moved(fixed):
    day = [*block(0), *block(1, **fixed), *block(2)]
    with pytest.raises(NoRoom) as refused:
        retimed(beside(blocks(day), day[0], NEWS, before=False), FILLER)
    assert (refused.value.fixed_ms, refused.value.over_ms) == (START + 30 * MIN, 5 * MIN)


def test_before_a_fixed_event_means_the_end_of_the_block_before_it():
    day = [*block(0), *block(1, hard=True)]
    short = replace(NEWS, out_ms=MIN, end_ms=START + MIN)
    made = retimed(beside(blocks(day), day[3], short, before=True), FILLER)
    assert covers(made, START, START + 60 * MIN)
    news = next(one for one in made if one.asset == "news")
    assert (news.end_ms, news.block_ms) == (START + 30 * MIN, START)
    assert made[-3:] == day[3:]
    with pytest.raises(NoRoom):
        beside(blocks(day[3:]), day[3], short, before=True)


def test_what_is_taken_out_is_filled_even_if_nothing_is_left_of_its_block():
    made = retimed(instead(blocks([DAY[0]]), DAY[0], []), None)
    assert covers(made, START, START + 25 * MIN)
    assert [one.kind for one in made] == ["pad"]
