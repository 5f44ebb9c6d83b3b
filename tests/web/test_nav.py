"""The sidebar."""

from datetime import timedelta

import pytest

from app.clock import ManualClock
from app.web import nav
from app.web.nav import Count, Counts


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "Dashboard"),
        ("/schedule", "Schedule"),
        ("/schedule/posts/1", "Schedule"),
        ("/settings/keys", "Settings"),
        ("/scheduled", None),
        ("/nothing", None),
    ],
)
def test_longest_prefix_is_current(path: str, current: str | None) -> None:
    marked = [item.label for group in nav.groups(path, {}) for item in group if item.current]
    assert marked == ([current] if current else [])


def test_areas_are_in_two_groups() -> None:
    assert [[item.label for item in group] for group in nav.groups("/", {})] == [
        ["Dashboard", "Schedule", "Guide", "Logs", "Library"],
        ["Channels", "AI config", "Analytics", "Settings"],
    ]


def test_count_stands_beside_its_area_unless_it_is_zero() -> None:
    counts = {"Schedule": Count(3, "bad", "posts failed"), "Library": Count(0, "warn", "clips unapproved")}
    items = {item.label: item for group in nav.groups("/", counts) for item in group}
    assert (items["Schedule"].count, items["Schedule"].count_tone) == ("3", "bad")
    assert items["Schedule"].count_label == "posts failed"
    assert items["Library"].count == items["Guide"].count == ""


async def test_areas_are_asked_at_most_once_a_second(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    async def counter() -> Count | None:
        nonlocal asked
        asked += 1
        return Count(asked, "", "things") if asked > 1 else None

    monkeypatch.setattr(nav, "_counters", {})
    nav.register_count("Guide", counter)
    counts = Counts(clock)
    assert await counts.now() == await counts.now() == {}
    clock.advance(timedelta(seconds=1))
    assert (await counts.now())["Guide"].number == 2
