"""Any date with the clock set to any instant: what lies between is made first, and nothing is stored."""

from datetime import UTC, datetime

import pytest

from app.errors import Invalid
from app.plans import days, previewing
from tests.plans.desk import Desk


async def titles(desk: Desk, date: str, at: datetime) -> list[str]:
    day = await previewing.preview_at("one", date, at, clock=desk.clock)
    return [one.title for one in day.events if one.title.startswith("Harbour")]


async def test_series_goes_on_from_the_days_that_are_made_by_then(desk: Desk) -> None:
    """Two hours of half-hours in the evening: four episodes a day, out of five."""
    await desk.furnish()
    before = desk.stored()
    may_14 = datetime(2026, 5, 14, 12, tzinfo=UTC)
    assert await titles(desk, "2026-05-14", may_14) == ["Harbour 1", "Harbour 2", "Harbour 3", "Harbour 4"]
    assert await titles(desk, "2026-05-15", may_14) == ["Harbour 5", "Harbour 1", "Harbour 2", "Harbour 3"]
    # By the 14th the days up to the 17th are made: the 20th is made right after them.
    after_four = ["Harbour 2", "Harbour 3", "Harbour 4", "Harbour 5"]
    assert await titles(desk, "2026-05-18", may_14) == await titles(desk, "2026-05-20", may_14) == after_four
    assert await titles(desk, "2026-05-20", datetime(2026, 5, 20, tzinfo=UTC)) == [
        "Harbour 5", "Harbour 1", "Harbour 2", "Harbour 3",
    ]  # fmt: skip
    assert desk.stored() == before


async def test_what_is_previewed_is_what_is_made_later(desk: Desk) -> None:
    await desk.furnish()
    seen = [
        await previewing.preview_at("one", f"2026-05-{day}", desk.clock.now(), clock=desk.clock) for day in (15, 16)
    ]
    await desk.generate("2026-05-14")
    for one in seen:
        made = await desk.generate(one.date.isoformat())
        assert [(event.start_ms, event.title) for event in made.events] == [
            (event.start_ms, event.title) for event in one.events
        ]
        # A day that is made resolves as it did, whatever the clock shows.
        again = await previewing.preview_at("one", one.date.isoformat(), desk.clock.now(), clock=desk.clock)
        assert again.events == one.events


async def test_date_that_is_over_resolves_as_without_a_clock(desk: Desk) -> None:
    await desk.furnish()
    early = datetime(2026, 1, 1, tzinfo=UTC)
    assert (await previewing.preview_at("one", "2026-05-01", early, clock=desk.clock)).events == (
        await days.preview("one", "2026-05-01")
    ).events


@pytest.mark.parametrize(
    ("date", "at", "code"),
    [
        ("2026-08-01", datetime(2026, 8, 1, tzinfo=UTC), "CLOCK_FAR"),
        ("14.5.2026", datetime(2026, 5, 14, tzinfo=UTC), "INVALID_DATE_FORMAT"),
        ("2026-05-14", datetime(2026, 5, 14), "NAIVE_TIME"),  # noqa: DTZ001
    ],
)
async def test_impossible_clock_or_date_is_refused(desk: Desk, date: str, at: datetime, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        await previewing.preview_at("one", date, at, clock=desk.clock)
    assert refused.value.code == code
