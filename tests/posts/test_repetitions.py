"""Posts that repeat: each occurrence is made once, some days ahead, and what stands in its way is shown."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from app import database
from app.clock import from_ms
from app.database import sql
from app.errors import Conflict, Invalid, NotFound
from app.posts import queries, repetitions, service
from app.posts.recurrence import Recurrence
from app.posts.repetitions import Wanted
from app.posts.schemas import NewPost, When
from app.settings import Settings
from tests.posts.desk import NOW, ZONE, Desk, rows_of_everything
from tests.posts.mortal import run

WORKER = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from app import database
from app.clock import ManualClock
from app.posts import repetitions
from tests.posts.desk import NOW

async def work():
    async with database.opened(Path(sys.argv[1])):
        for _ in range(20):
            await repetitions.keep_up(ManualClock(NOW + timedelta(days=7)))
            await asyncio.sleep(0)

asyncio.run(work())
"""
DAILY = Recurrence(date(2026, 5, 14), time(18), ZONE)
MON_THU = replace(DAILY, unit="weeks", weekdays=(0, 3))
FIRST = datetime(2026, 5, 14, 17, tzinfo=UTC)


async def repeating(desk: Desk, *channels: str, rule: Recurrence = DAILY, **wanted: Any) -> str:
    new = NewPost(await desk.video(), "Harbour Tonight", list(channels or [await desk.channel()]))
    made = await repetitions.schedule(new, Wanted(rule, **wanted), by=desk.by, clock=desk.clock, timezone=ZONE)
    return made.post


async def targets(post: str, *states: str) -> list[dict[str, Any]]:
    rows = await sql("SELECT * FROM target WHERE post = ? ORDER BY due_ms, id", post)
    return [row for row in rows if not states or row["state"] in states]


async def keys(post: str, *states: str) -> list[str]:
    """The occurrences of a post, in the order of their times."""
    return [row["occurrence"] for row in await targets(post, *states)]


def days(*numbers: int, month: int = 5, at: str = "18:00") -> list[str]:
    return [f"2026-{month:02}-{number:02}T{at}" for number in numbers]


async def test_post_that_repeats_is_planned_for_two_weeks(desk: Desk) -> None:
    channel = await desk.channel()
    post = await repeating(desk, channel, rule=MON_THU)
    assert await keys(post) == days(14, 18, 21, 25)
    rows = await targets(post)
    assert {(row["state"], row["channel"], row["timezone"]) for row in rows} == {("scheduled", channel, ZONE)}
    assert [from_ms(row["due_ms"]) for row in rows][:2] == [FIRST, FIRST + timedelta(days=4)]
    assert [row["wall"] for row in rows] == await keys(post)


async def test_it_goes_to_all_channels_of_the_post(desk: Desk) -> None:
    one, other = await desk.channel(), await desk.channel()
    post = await repeating(desk, one, other, rule=MON_THU)
    assert {row["channel"] for row in await targets(post)} == {one, other}
    assert await keys(post) == sorted(days(14, 18, 21, 25) * 2)


async def test_window_moves_on_with_the_clock(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    desk.hands.set(NOW + timedelta(days=5))
    await repetitions.keep_up(desk.clock)
    assert (await keys(post))[-2:] == ["2026-05-28T18:00", "2026-06-01T18:00"]


async def test_next_occurrence_beyond_the_window_is_made_all_the_same(desk: Desk) -> None:
    post = await repeating(desk, rule=replace(DAILY, first=date(2026, 7, 1), unit="months"))
    assert await keys(post) == ["2026-07-01T18:00"]
    await repetitions.keep_up(desk.clock)
    assert await keys(post) == ["2026-07-01T18:00"]


async def test_time_of_the_post_is_the_first_occurrence_when_it_is_one(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), at=FIRST)
    await repetitions.repeat(made.post, Wanted(MON_THU), by=desk.by, clock=desk.clock)
    rows = await targets(made.post)
    assert rows[0]["id"] == made.targets[0]
    assert await keys(made.post) == days(14, 18, 21, 25)


async def test_time_of_the_post_that_is_none_of_them_stays_beside_them(desk: Desk) -> None:
    made = await desk.schedule(await desk.channel(), at=FIRST + timedelta(hours=1))
    await repetitions.repeat(made.post, Wanted(MON_THU), by=desk.by, clock=desk.clock)
    assert await keys(made.post) == ["2026-05-14T18:00", "", *days(18, 21, 25)]


async def test_repetition_ends_at_its_count_and_is_looked_at_no_more(desk: Desk) -> None:
    post = await repeating(desk, rule=replace(DAILY, count=2))
    assert await keys(post) == days(14, 15)
    await sql("UPDATE target SET state = 'published' WHERE post = ?", post)
    desk.hands.set(NOW + timedelta(days=3))
    await repetitions.keep_up(desk.clock)
    found = await repetitions.of_post(post, desk.clock)
    assert (found.over, found.repetition.look_ms) == (True, None)


async def test_cancelled_occurrence_is_not_made_again(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    await service.cancel(post, by=desk.by, clock=desk.clock, occurrence="2026-05-18T18:00")
    assert await keys(post, "cancelled") == days(18)
    desk.wait(3600)
    await repetitions.keep_up(desk.clock)
    assert await keys(post) == days(14, 18, 21, 25)


async def test_act_concerns_the_named_occurrence_or_the_next(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    moved = When(FIRST + timedelta(days=5))
    await service.reschedule(post, moved, by=desk.by, clock=desk.clock, timezone=ZONE, occurrence="2026-05-21T18:00")
    await service.post_now(post, by=desk.by, clock=desk.clock, queue=None)
    due = {row["occurrence"]: from_ms(row["due_ms"]) for row in await targets(post)}
    assert due["2026-05-14T18:00"] == NOW
    assert due["2026-05-21T18:00"] == moved.at
    assert due["2026-05-18T18:00"] == FIRST + timedelta(days=4)
    with pytest.raises(NotFound) as refused:
        await service.cancel(post, by=desk.by, clock=desk.clock, occurrence="2026-05-19T18:00")
    assert refused.value.code == "OCCURRENCE_UNKNOWN"


async def test_clash_is_shown_and_the_others_are_planned(desk: Desk) -> None:
    channel = await desk.channel(title="Slow Kitchen")
    await desk.schedule(channel, at=FIRST + timedelta(days=4, seconds=30), title="Barley")
    post = await repeating(desk, channel, rule=MON_THU)
    assert await keys(post, "scheduled") == days(14, 21, 25)
    (clash,) = await targets(post, "failed")
    assert clash["error"] == "“Barley” goes out there at 18:00:30, less than a minute away. Move one of the two."
    assert (await repetitions.of_post(post, desk.clock)).clashes == 1
    attention = await queries.needing_attention(queries.Filter())
    assert [(one.id, len(one.targets)) for one in attention] == [(post, 1)]


async def test_clash_can_be_moved(desk: Desk) -> None:
    channel = await desk.channel()
    await desk.schedule(channel, at=FIRST)
    post = await repeating(desk, channel, rule=replace(DAILY, first=date(2026, 5, 15), count=2))
    await desk.schedule(channel, at=FIRST + timedelta(days=3))
    wanted = Wanted(replace(DAILY, count=4))
    await repetitions.repeat(post, wanted, by=desk.by, clock=desk.clock)
    assert await keys(post, "failed") == days(14, 17)
    when = When(FIRST + timedelta(hours=2))
    await service.reschedule(post, when, by=desk.by, clock=desk.clock, timezone=ZONE, occurrence="2026-05-14T18:00")
    assert await keys(post, "scheduled") == days(14, 15, 16)


async def test_video_of_a_repetition_is_not_planned_by_another_post(desk: Desk) -> None:
    channel, asset = await desk.channel(), await desk.video()
    new = NewPost(asset, "Harbour", [channel])
    await repetitions.schedule(new, Wanted(DAILY), by=desk.by, clock=desk.clock, timezone=ZONE)
    with pytest.raises(Conflict) as refused:
        await desk.schedule(channel, asset=asset, at=FIRST + timedelta(hours=5))
    assert refused.value.code == "VIDEO_TWICE"


async def test_retired_video_is_told_and_nothing_is_published(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    await sql("UPDATE asset SET state = 'retired'")
    desk.hands.set(NOW + timedelta(days=5))
    await repetitions.keep_up(desk.clock)
    failed = await targets(post, "failed")
    assert [row["occurrence"] for row in failed] == ["2026-05-28T18:00", "2026-06-01T18:00"]
    assert {row["error"] for row in failed} == {"Its video is not ready."}


async def test_change_touches_only_what_is_ahead_and_not_published(desk: Desk) -> None:
    post = await repeating(desk, rule=DAILY)
    await sql("UPDATE target SET state = 'published' WHERE post = ? AND occurrence = '2026-05-14T18:00'", post)
    await service.cancel(post, by=desk.by, clock=desk.clock, occurrence="2026-05-15T18:00")
    desk.hands.set(NOW + timedelta(days=1))
    await repetitions.repeat(post, Wanted(replace(MON_THU, wall=time(9))), by=desk.by, clock=desk.clock)
    assert await keys(post) == [*days(14, 15), *days(18, 21, 25, 28, at="09:00")]
    assert await keys(post, "published", "cancelled") == days(14, 15)


async def test_change_keeps_the_occurrences_that_the_new_rule_has_too(desk: Desk) -> None:
    post = await repeating(desk, rule=DAILY)
    before = {row["occurrence"]: row["id"] for row in await targets(post)}
    moved = When(FIRST + timedelta(days=4, hours=3))
    await service.reschedule(post, moved, by=desk.by, clock=desk.clock, timezone=ZONE, occurrence="2026-05-18T18:00")
    await repetitions.repeat(post, Wanted(MON_THU, "all"), by=desk.by, clock=desk.clock)
    rows = await targets(post)
    assert {row["occurrence"]: row["id"] for row in rows} == {key: before[key] for key in days(14, 18, 21, 25)}
    assert from_ms(rows[1]["due_ms"]) == moved.at


async def test_another_zone_lays_everything_ahead_anew(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    await repetitions.repeat(post, Wanted(replace(MON_THU, timezone="Asia/Tokyo")), by=desk.by, clock=desk.clock)
    rows = await targets(post)
    assert {row["timezone"] for row in rows} == {"Asia/Tokyo"}
    assert [from_ms(row["due_ms"]) for row in rows] == [FIRST + timedelta(days=d, hours=-8) for d in (4, 7, 11, 14)]


async def test_pause_holds_what_is_ahead_and_resume_lets_go_what_passed(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    await repetitions.pause(post, by=desk.by, clock=desk.clock)
    assert {row["paused"] for row in await targets(post)} == {1}
    desk.hands.set(NOW + timedelta(days=5))
    await repetitions.keep_up(desk.clock)
    assert await keys(post) == days(14, 18, 21, 25)
    found = await repetitions.resume(post, by=desk.by, clock=desk.clock)
    assert not found.repetition.paused
    assert await keys(post, "cancelled") == days(14, 18)
    assert await keys(post, "scheduled") == [*days(21, 25, 28), "2026-06-01T18:00"]
    assert {row["paused"] for row in await targets(post)} == {0}


async def test_nothing_that_passed_in_a_long_pause_is_made_afterwards(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU, catch_up="all")
    await repetitions.pause(post, by=desk.by, clock=desk.clock)
    desk.hands.set(NOW + timedelta(days=60))
    await repetitions.resume(post, by=desk.by, clock=desk.clock)
    assert all(from_ms(row["due_ms"]) > desk.clock.now() for row in await targets(post, "scheduled"))
    assert (await keys(post, "scheduled"))[0] == "2026-07-13T18:00"


async def test_stop_takes_back_what_is_ahead_and_leaves_the_next_to_be_seen(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    await repetitions.stop(post, by=desk.by, clock=desk.clock)
    (left,) = await targets(post)
    assert (left["state"], from_ms(left["due_ms"])) == ("cancelled", FIRST)
    assert not (await queries.post(post)).repeats
    with pytest.raises(NotFound):
        await repetitions.stop(post, by=desk.by, clock=desk.clock)


async def test_stopped_repetition_can_be_set_again(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    await repetitions.stop(post, by=desk.by, clock=desk.clock)
    await repetitions.repeat(post, Wanted(MON_THU), by=desk.by, clock=desk.clock)
    assert await keys(post, "scheduled") == days(14, 18, 21, 25)


async def test_twice_the_same_act_changes_nothing(desk: Desk) -> None:
    post = await repeating(desk, rule=MON_THU)
    for act in (repetitions.pause, repetitions.resume):
        first = await act(post, by=desk.by, clock=desk.clock)
        before = await rows_of_everything()
        assert await act(post, by=desk.by, clock=desk.clock) == first
        assert await rows_of_everything() == before


@pytest.mark.parametrize(
    ("parts", "field", "code"),
    [
        ({"until": date(2026, 5, 14), "wall": time(10)}, "until", "RECURRENCE_OVER"),
        ({"count": 1, "first": date(2026, 5, 1)}, "count", "RECURRENCE_OVER"),
        ({"first": date(2030, 1, 1)}, "first", "TIME_FAR"),
        ({"every": 0}, "every", "RECURRENCE_EVERY"),
        ({"timezone": "Europe/Nowhere"}, "timezone", "UNKNOWN_ZONE"),
        ({"until": date(2026, 5, 13)}, "until", "RECURRENCE_UNTIL"),
    ],
)
async def test_rule_that_never_comes_is_refused_and_nothing_is_stored(
    desk: Desk, parts: dict[str, Any], field: str, code: str
) -> None:
    made = await desk.schedule(await desk.channel(), at=FIRST)
    before = await rows_of_everything()
    wanted = Wanted(replace(DAILY, **parts))
    with pytest.raises(Invalid) as refused:
        await repetitions.repeat(made.post, wanted, by=desk.by, clock=desk.clock)
    assert (refused.value.code, list(refused.value.errors)) == (code, [field])
    with pytest.raises(Invalid):
        await repeating(desk, rule=wanted.rule)
    assert (await rows_of_everything())["target"] == before["target"]
    assert await sql("SELECT 1 FROM recurrence") == []


async def test_change_of_what_somebody_else_changed_is_refused(desk: Desk) -> None:
    post = await repeating(desk)
    version = (await repetitions.of_post(post, desk.clock)).repetition.version
    await repetitions.repeat(post, Wanted(MON_THU), by=desk.by, clock=desk.clock, version=version)
    with pytest.raises(Conflict) as refused:
        await repetitions.repeat(post, Wanted(DAILY), by=desk.by, clock=desk.clock, version=version)
    assert refused.value.code == "VERSION_STALE"


async def test_post_that_is_not_there_cannot_repeat(desk: Desk) -> None:
    for act in (repetitions.pause, repetitions.resume, repetitions.stop):
        with pytest.raises(NotFound):
            await act("none", by=desk.by, clock=desk.clock)
    with pytest.raises(NotFound):
        await repetitions.repeat("none", Wanted(DAILY), by=desk.by, clock=desk.clock)


async def test_two_workers_that_look_at_once_make_each_occurrence_once(desk: Desk) -> None:
    posts = [await repeating(desk, rule=replace(DAILY, wall=time(18, 2 * n))) for n in range(5)]
    desk.hands.set(NOW + timedelta(days=7))
    await asyncio.gather(*(repetitions.keep_up(desk.clock) for _ in range(4)))
    for post in posts:
        found = await keys(post)
        assert len(found) == len(set(found)) == 21


async def test_stop_leaves_something_to_be_seen_when_nothing_could_be_planned(desk: Desk) -> None:
    channel = await desk.channel()
    for number in range(2):
        await desk.schedule(channel, at=FIRST + timedelta(days=number))
    post = await repeating(desk, channel, rule=replace(DAILY, wall=time(10), count=2))
    await repetitions.repeat(post, Wanted(replace(DAILY, count=2)), by=desk.by, clock=desk.clock)
    assert await keys(post, "failed") == days(14, 15)
    await repetitions.stop(post, by=desk.by, clock=desk.clock)
    assert [row["state"] for row in await targets(post)] == ["cancelled"]


async def test_new_post_tells_how_many_of_its_times_clash(desk: Desk) -> None:
    channel = await desk.channel()
    await desk.schedule(channel, at=FIRST + timedelta(days=1))
    new = NewPost(await desk.video(), "Harbour", [channel])
    made = await repetitions.schedule(new, Wanted(DAILY), by=desk.by, clock=desk.clock, timezone=ZONE)
    assert made.note == "1 time clashes with something else; see the post."


def test_workers_in_processes_of_their_own_make_each_occurrence_once(desk_settings: Settings) -> None:
    async def prepare() -> str:
        async with database.opened(desk_settings.database):
            return await repeating(Desk(desk_settings), rule=DAILY)

    post = run(prepare())
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, str(desk_settings.database)]) for _ in range(3)]
    assert [worker.wait(30) for worker in workers] == [0, 0, 0]
    with closing(sqlite3.connect(desk_settings.database)) as connection:
        found = connection.execute("SELECT occurrence FROM target WHERE post = ?", (post,)).fetchall()
    assert len(found) == len(set(found)) == 21


async def test_one_that_fails_does_not_hold_up_the_others(desk: Desk) -> None:
    broken, post = await repeating(desk, rule=MON_THU), await repeating(desk, rule=MON_THU)
    await sql("UPDATE recurrence SET rule = '{}' WHERE post = ?", broken)
    desk.hands.set(NOW + timedelta(days=5))
    await repetitions.keep_up(desk.clock)
    assert (await keys(post))[-1] == "2026-06-01T18:00"


async def test_list_has_a_card_for_each_occurrence(desk: Desk) -> None:
    one, other = await desk.channel(), await desk.channel()
    post = await repeating(desk, one, other, rule=MON_THU)
    page = await queries.by_time(queries.Filter(), 0, None, 10)
    assert [(card.id, {t.occurrence for t in card.targets}, len(card.targets)) for card in page.posts] == [
        (post, {key}, 2) for key in days(14, 18, 21, 25)
    ]
    assert all(card.repeats for card in page.posts)
