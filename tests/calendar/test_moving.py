"""Moving one target and undoing it: by the version that was seen, all or nothing, by whoever did it, soon."""

import asyncio
from datetime import date, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import events
from app.accounts.rules import Identity
from app.calendar import service
from app.clock import from_ms, to_ms, zone
from app.database import Row
from app.errors import Conflict, DaypartError, NotFound
from app.posts import moving
from app.posts import service as posts
from app.posts.schemas import Wall, When
from app.posts.states import CHANGEABLE, RETRYABLE, STATES, State
from tests.posts.desk import ZONE, Desk, rows_of_everything

OTHER = Identity("user", "2", "Otto", "editor")
LISBON = zone(ZONE)
# Of a target, what its history counts; all else is as before after an undo.
COUNTED = {"attempt", "version"}


async def planned(desk: Desk, seconds: float = 3600, **fields: Any) -> str:
    return (await desk.schedule(await desk.channel(), at=desk.at(seconds), **fields)).targets[0]


async def move(desk: Desk, target: str, seconds: float, version: int = 1, by: Identity | None = None) -> int:
    when = When(desk.at(seconds))
    return await moving.move_target(target, when, version, by=by or desk.by, clock=desk.clock, timezone=ZONE)


async def undo(desk: Desk, event: int, by: Identity | None = None) -> Row:
    return await events.undo(event, (by or desk.by).actor, desk.clock, ("target",))


async def refused(desk: Desk, target: str, work: Any) -> DaypartError:
    before, row = await rows_of_everything(), await desk.target(target)
    with pytest.raises(DaypartError) as found:
        await work
    assert await rows_of_everything() == before
    assert await desk.target(target) == row
    return found.value


async def test_only_the_target_that_is_moved_moves(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), await desk.channel(), at=desk.at(3600))
    await move(desk, made.targets[0], 7200)
    assert [(await desk.target(target))["due_ms"] for target in made.targets] == [
        to_ms(desk.at(7200)),
        to_ms(desk.at(3600)),
    ]


@pytest.mark.parametrize("state", STATES)
async def test_what_waits_or_failed_can_be_moved(desk: Desk, state: State) -> None:
    target = await planned(desk)
    await desk.put_in_state(target, state)
    if state not in CHANGEABLE | RETRYABLE:
        assert (await refused(desk, target, move(desk, target, 7200))).code == "STATE"
        return
    await move(desk, target, 7200)
    row = await desk.target(target)
    # A draft that is moved is no less a draft.
    assert (row["state"], row["due_ms"]) == ("draft" if state == "draft" else "scheduled", to_ms(desk.at(7200)))


async def test_second_of_two_people_is_refused_in_words(desk: Desk) -> None:
    target = await planned(desk, title="Harbour")
    done = await asyncio.gather(
        move(desk, target, 7200), move(desk, target, 9000, by=OTHER), return_exceptions=True
    )  # fmt: skip
    (refusal,) = [one for one in done if isinstance(one, Conflict)]
    assert refusal.code == "VERSION_STALE"
    at = from_ms((await desk.target(target))["due_ms"]).astimezone(LISBON)
    assert f"“Harbour” was changed by someone else meanwhile. It stands at Thu 14 May, {at:%H:%M}" in refusal.detail


async def test_taken_time_is_refused_with_a_free_one(desk: Desk) -> None:
    channel = await desk.channel(title="Harbour")
    await desk.schedule(channel, at=desk.at(7200), title="There")
    target = (await desk.schedule(channel, at=desk.at(3600))).targets[0]
    refusal = await refused(desk, target, move(desk, target, 7230))
    assert refusal.code == "SLOT_TAKEN"
    assert "Harbour has “There”" in refusal.detail


@pytest.mark.parametrize(("seconds", "code"), [(-1, "TIME_PAST"), (3 * 366 * 86_400, "TIME_FAR")])
async def test_time_that_cannot_be_is_refused(desk: Desk, seconds: float, code: str) -> None:
    target = await planned(desk)
    assert (await refused(desk, target, move(desk, target, seconds))).code == code


async def test_unknown_target_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await move(desk, "none", 7200)


@pytest.mark.parametrize("state", ["draft", "scheduled", "retry_wait", "failed", "missed"])
async def test_undone_move_leaves_all_as_it_was(desk: Desk, state: State) -> None:
    target = await planned(desk)
    await desk.put_in_state(
        target, state, retry_ms=5, error="It was refused.", tries=3, wall="2026-05-14T15:20", timezone=ZONE
    )
    before = await desk.target(target)
    event = await move(desk, target, 7200)
    await undo(desk, event)
    after = await desk.target(target)
    assert {name: after[name] for name in after if name not in COUNTED} == {
        name: before[name] for name in before if name not in COUNTED
    }
    # Whoever saw it in between, or works on it, is told apart.
    assert after["version"] == before["version"] + 2
    assert after["attempt"] > before["attempt"]


async def test_undo_of_what_was_prepared_waits_anew(desk: Desk) -> None:
    target = await planned(desk)
    await desk.put_in_state(target, "preparing", lease_owner="w", lease_until_ms=1)
    await undo(desk, await move(desk, target, 7200))
    row = await desk.target(target)
    assert (row["state"], row["lease_owner"]) == ("scheduled", None)


async def test_move_is_undone_once(desk: Desk) -> None:
    target = await planned(desk)
    event = await move(desk, target, 7200)
    await undo(desk, event)
    assert (await refused(desk, target, undo(desk, event))).code == "UNDO_TWICE"


async def test_move_is_undone_by_who_made_it(desk: Desk) -> None:
    target = await planned(desk)
    event = await move(desk, target, 7200)
    assert (await refused(desk, target, undo(desk, event, OTHER))).code == "UNDO_FOREIGN"


async def test_move_is_undone_soon(desk: Desk) -> None:
    target = await planned(desk)
    event = await move(desk, target, 7200)
    desk.wait(10)
    assert await events.undoable(desk.by.actor, desk.clock.now_ms()) is not None
    desk.wait(10)
    assert await events.undoable(desk.by.actor, desk.clock.now_ms()) is None
    assert (await refused(desk, target, undo(desk, event))).code == "UNDO_LATE"


async def test_move_that_was_moved_on_stays(desk: Desk) -> None:
    target = await planned(desk)
    event = await move(desk, target, 7200)
    await move(desk, target, 9000, version=2, by=OTHER)
    assert (await refused(desk, target, undo(desk, event))).code == "VERSION_STALE"


@pytest.mark.parametrize("state", ["committing", "confirming", "published", "unconfirmed"])
async def test_move_of_what_goes_out_meanwhile_stays(desk: Desk, state: State) -> None:
    target = await planned(desk)
    event = await move(desk, target, 7200)
    await desk.put_in_state(target, state)
    assert (await refused(desk, target, undo(desk, event))).code == "VERSION_STALE"


async def test_move_stays_when_its_old_time_was_taken(desk: Desk) -> None:
    channel = await desk.channel()
    target = (await desk.schedule(channel, at=desk.at(3600))).targets[0]
    event = await move(desk, target, 7200)
    await desk.schedule(channel, at=desk.at(3630))
    assert (await refused(desk, target, undo(desk, event))).code == "UNDO_TAKEN"


async def test_move_stays_when_its_old_time_has_passed(desk: Desk) -> None:
    target = await planned(desk, 5)
    event = await move(desk, target, 7200)
    desk.wait(6)
    assert (await refused(desk, target, undo(desk, event))).code == "UNDO_PAST"


async def test_only_what_can_be_undone_is(desk: Desk) -> None:
    target = await planned(desk)
    await posts.cancel((await desk.target(target))["post"], by=desk.by, clock=desk.clock)
    for seq in (await events.newest(), 10**9):
        with pytest.raises(NotFound) as found:
            await undo(desk, seq)
        assert found.value.code == "UNDO_UNKNOWN"


_DAYS = st.dates(date(2027, 3, 25), date(2027, 4, 1)) | st.dates(date(2026, 10, 22), date(2026, 10, 28))
_WALLS = st.builds(time, st.integers(0, 23) | st.integers(0, 3), st.integers(0, 59))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_DAYS, _DAYS, _WALLS)
async def test_another_day_keeps_the_time_of_day(desk: Desk, first: date, then: date, at: time) -> None:
    target = await planned(desk, 3600)
    for day in (first, then):
        version = (await desk.target(target))["version"]
        when = When.of_wall(Wall(day, at, ZONE))
        moved = await service.move(
            "post", target, when, version, by=desk.by, clock=desk.clock, timezone=ZONE, queue=None
        )  # fmt: skip
        there = from_ms(moved.item.start_ms).astimezone(LISBON)
        skipped = day == date(2027, 3, 28) and at.hour == 1
        assert there.date() == day
        assert there.time() == (time(2) if skipped else at)
        assert bool(moved.note) == (skipped or (day == date(2026, 10, 25) and at.hour == 1))
        # Of an hour that comes twice, the first: never the later instant with the same reading.
        assert there.fold == 0
        assert (await desk.target(target))["wall"] == f"{day.isoformat()}T{at:%H:%M}"
