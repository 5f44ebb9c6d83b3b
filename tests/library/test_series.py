"""Series: what their numbers lack, and how they are changed, merged and deleted."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import events
from app.database import sql
from app.errors import DaypartError
from app.library import seasons, series
from app.library.seasons import gaps, missing_seasons, spans_text
from app.library.series import SeriesEdit
from tests.library.conftest import EDITOR, Desk


@dataclass(frozen=True)
class Part:
    season: int | None
    episode: int | None


@pytest.mark.parametrize(
    ("numbers", "lacking", "said"),
    [
        ([], [], ""), ([0], [], ""), ([1, 2, 3], [], ""), ([2], [(1, 1)], "1"), ([0, 1, 4, 4, 9], [(2, 3), (5, 8)], "2–3 and 5–8"),
        ([2, 4, 7], [(1, 1), (3, 3), (5, 6)], "1, 3 and 5–6"), ([99_999], [(1, 99_998)], "1–99998"),
    ],
)  # fmt: skip
def test_gaps_are_told(numbers: list[int], lacking: list[tuple[int, int]], said: str) -> None:
    assert gaps(numbers) == lacking
    assert spans_text(gaps(numbers)) == said


@given(st.lists(st.integers(0, 60)))
def test_gaps_and_what_is_there_cover_everything_once(numbers: list[int]) -> None:
    lacking = [number for first, last in gaps(numbers) for number in range(first, last + 1)]
    assert sorted({*numbers} - {0} | {*lacking}) == list(range(1, max(numbers, default=0) + 1))
    assert not {*numbers} & {*lacking}


parts = st.builds(Part, st.none() | st.integers(0, 4), st.none() | st.integers(0, 9))


@given(st.lists(parts, max_size=30))
def test_every_episode_is_in_one_season_in_order(found: list[Part]) -> None:
    made = seasons.seasons(found)
    assert sorted(map(repr, found)) == sorted(repr(one) for season in made for one in season.episodes)
    numbers = [season.number for season in made]
    assert numbers == sorted({one.season for one in found}, key=lambda one: (one is None, one or 0))
    for season in made:
        order = [one.episode for one in season.episodes]
        assert order == sorted(order, key=lambda one: (one is None, one or 0))
        assert all(order.count(number) > 1 for number in season.doubled)


def test_whole_seasons_are_missed_too() -> None:
    assert missing_seasons(seasons.seasons([Part(1, 1), Part(4, 1), Part(None, 2), Part(0, 1)])) == [(2, 3)]


async def refused(desk: Desk, work) -> tuple[str, list[str]]:
    before = await sql("SELECT * FROM series ORDER BY id"), await sql("SELECT * FROM asset"), await events.newest()
    with pytest.raises(DaypartError) as error:
        await work
    assert (
        await sql("SELECT * FROM series ORDER BY id"),
        await sql("SELECT * FROM asset"),
        await events.newest(),
    ) == before
    return error.value.code, list(error.value.errors)


async def test_series_are_changed_merged_and_deleted_or_refused(desk: Desk) -> None:
    act = {"by": EDITOR, "clock": desk.clock}
    await sql(
        "INSERT INTO channel (id, slug, kind, title, timezone) VALUES ('ch', 'harbour-tv', 'linear', 'Harbour TV', 'UTC')"
    )
    lights, lamps = await series.add_series("Harbour Lights", **act), await series.add_series("Harbor Lights", **act)
    for n, owner in enumerate((lights.id, lamps.id)):
        await sql(
            "INSERT INTO asset (id, type, title, name, state, series, created_ms)"
            " VALUES (?, 'EPI', 'x', 'x', 'ready', ?, 0)",
            f"a{n}", owner,
        )  # fmt: skip
    one = await series.edit_series(
        "harbour lights", SeriesEdit(" Harbour  LIGHTS ", "harbour-tv", "Boats.\nFog."), 1, **act
    )
    assert (one.title, one.home_channel, one.description, one.version) == ("Harbour LIGHTS", "ch", "Boats.\nFog.", 2)
    for work, told in (
        (series.edit_series(one.id, SeriesEdit("harbor LIGHTS"), 2, **act), ("SERIES_EXISTS", ["title"])),
        (series.edit_series(one.id, SeriesEdit(""), 2, **act), ("TITLE_EMPTY", ["title"])),
        (series.edit_series(one.id, SeriesEdit(home_channel="no"), 2, **act), ("CHANNEL_UNKNOWN", ["home_channel"])),
        (series.edit_series(one.id, SeriesEdit(description="\x00"), 2, **act), ("DESCRIPTION_BAD", ["description"])),
        (series.edit_series(one.id, SeriesEdit("Other"), 1, **act), ("VERSION_STALE", [])),
        (series.merge(one.id, one.title, **act), ("SERIES_SAME", ["into"])),
        (series.merge(one.id, "Nowhere", **act), ("SERIES_UNKNOWN", ["into"])),
        (series.remove_series(lamps.id, **act), ("SERIES_USED", [])),
    ):
        assert await refused(desk, work) == told
    await sql(
        "INSERT INTO program (id, channel, name, kind, spec, mode) VALUES ('p', 'ch', 'p', 'series', '{}', 'sequential')"
    )
    await sql("INSERT INTO program_series (program, series) VALUES ('p', ?)", lamps.id)
    assert await refused(desk, series.merge(lamps.id, one.id, **act)) == ("SERIES_USED", [])
    await sql("DELETE FROM program_series")
    assert (await series.merge(lamps.id, one.id, **act)).episodes == 2
    assert [each.title for each in await series.all_series()] == ["Harbour LIGHTS"]
    assert (await events.history("asset", "a1"))[0]["verb"] == "changed"
    await sql("DELETE FROM asset")
    await series.remove_series(one.id, **act)
    assert await series.all_series() == []
