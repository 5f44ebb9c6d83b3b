"""A time as a person means it, on the days when the clock changes."""

from datetime import date, datetime, time

import pytest

from app.clock import from_ms
from app.errors import Invalid
from app.posts import service
from app.posts.schemas import NewPost, Wall, When
from tests.posts.desk import ZONE, Desk

WALLS = [
    (
        "2027-03-28 01:30",
        "2027-03-28T01:00:00Z",
        f"01:30 does not exist that day in {ZONE}; it is 02:00 instead.",
    ),
    (
        "2026-10-25 01:30",
        "2026-10-25T00:30:00Z",
        f"01:30 comes twice that day in {ZONE}; the first one is meant.",
    ),
    ("2026-10-25 02:30", "2026-10-25T02:30:00Z", None),
    ("2026-07-01 12:00", "2026-07-01T11:00:00Z", None),
]


@pytest.mark.parametrize(("meant", "due", "note"), WALLS)
async def test_wall_time_is_kept_with_its_instant_and_what_became_of_it(
    desk: Desk, meant: str, due: str, note: str | None
) -> None:
    wall = datetime.fromisoformat(meant)
    when = When.of_wall(Wall(wall.date(), wall.time(), ZONE))
    new = NewPost(await desk.video(), "Harbour", [await desk.channel()], when=when)
    made = await service.schedule(new, by=desk.by, clock=desk.clock, timezone=ZONE)
    row = await desk.target(made.targets[0])
    assert (from_ms(row["due_ms"]), made.note) == (datetime.fromisoformat(due), note)
    assert (row["wall"], row["timezone"]) == (meant.replace(" ", "T"), ZONE)


@pytest.mark.parametrize(
    ("day", "zone", "code"),
    [(date(2026, 5, 14), "Europe/Lissabon", "UNKNOWN_ZONE"), (date.min, "Asia/Tokyo", "BAD_TIME")],
)
def test_wall_time_that_cannot_be_meant_is_refused(day: date, zone: str, code: str) -> None:
    with pytest.raises(Invalid) as found:
        When.of_wall(Wall(day, time(0), zone))
    assert found.value.code == code
