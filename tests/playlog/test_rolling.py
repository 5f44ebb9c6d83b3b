"""The horizon rolls on by itself: three to four hours ahead, once, whatever happens in between."""

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app.clock import HOUR_MS, ManualClock, from_ms
from app.database import new_id, sql
from app.errors import Conflict
from app.library import uses
from app.plans import announcing as plans_announcing
from app.plans import bookings, days
from app.plans.bookings import WantedBooking
from app.plans.specs import AssetSpec
from app.playlog import announcing, following, horizon, keeping, queries, rolling, service
from app.playlog.values import Line
from tests.plans.desk import MIN, Desk


async def lines(desk: Desk, channel: str = "one") -> list[Line]:
    of = await service.rolling(channel)
    return await queries.beginning(of.channel.id, 0, 2**62)


def contiguous(found: list[Line]) -> bool:
    return bool(found) and all(one.end_ms == other.start_ms for one, other in pairwise(found))


def reaches(desk: Desk, found: list[Line], longest_ms: int = 0) -> bool:
    ahead = found[-1].end_ms - desk.clock.now_ms()
    return 3 * HOUR_MS <= ahead <= 4 * HOUR_MS + longest_ms


async def told(verb: str) -> int:
    return int((await sql("SELECT count(*) AS n FROM event WHERE verb = ?", verb))[0]["n"])


async def test_a_channel_without_plans_gets_filler_and_is_told_until_it_has_one(desk: Desk) -> None:
    await rolling.look(desk.clock)
    found = await lines(desk)
    assert contiguous(found)
    assert found[0].start_ms <= desk.clock.now_ms() < found[0].end_ms
    assert reaches(desk, found)
    assert {(one.kind, one.asset) for one in found} == {("pad", None)}
    assert await told("made of filler") == 4
    await desk.plan("Empty")
    await rolling.look(desk.clock)
    assert await lines(desk) == found
    assert await told("made again") == 0
    await desk.furnish()
    await rolling.look(desk.clock)
    after = await lines(desk)
    edge = horizon.commit_edge(desk.clock.now_ms())
    assert contiguous(after)
    assert [one for one in after if one.start_ms < edge] == [one for one in found if one.start_ms < edge]
    assert {one.title for one in after if one.kind == "program"} == {"Ferry"}
    assert (await days.day("one", "2026-05-14")).errors == []
    chosen = await days.override("one", "2026-05-16", "Empty", **desk.act)
    await rolling.look(desk.clock)
    assert (await days.day("one", "2026-05-16")).id == chosen.id


async def test_c14_it_rolls_on_over_the_day_edge_and_changes_nothing_that_is_there(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    before = await lines(desk)
    for _ in range(12):
        desk.clock.advance(timedelta(minutes=97))
        await rolling.look(desk.clock)
        found = await lines(desk)
        assert contiguous(found)
        assert reaches(desk, found, 90 * MIN)
        assert found[: len(before)] == before
        before = found
    dates = await sql("SELECT date FROM log ORDER BY date")
    assert [row["date"] for row in dates] == ["2026-05-14", "2026-05-15"]
    rundown = await queries.rundown("one", "2026-05-15")
    assert rundown.log is not None
    assert {one.log for one in rundown.lines} == {rundown.log.id}
    assert all(rundown.start_ms <= one.start_ms < rundown.end_ms for one in rundown.lines)
    assert await rolling.look(desk.clock) == 0


@pytest.mark.parametrize("stopped", [1, 9])
async def test_c14_after_the_worker_was_away_it_is_full_again_with_no_double(desk: Desk, stopped: int) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    before = await lines(desk)
    desk.clock.advance(timedelta(hours=stopped))
    await rolling.look(desk.clock)
    found = await lines(desk)
    assert found[: len(before)] == before
    added = found[len(before) :]
    assert contiguous(added if stopped > 4 else found)
    assert added[0].start_ms <= desk.clock.now_ms() or stopped == 1
    assert reaches(desk, found, 90 * MIN)


@pytest.mark.parametrize(("night", "hours"), [("2026-03-28", 23), ("2026-10-24", 25)])
async def test_c37_no_minute_is_lost_or_doubled_when_the_clocks_change(desk: Desk, night: str, hours: int) -> None:
    await desk.furnish()
    clock = ManualClock(datetime.fromisoformat(f"{night}T05:00").replace(tzinfo=UTC))
    for _ in range(16):
        await rolling.look(clock)
        clock.advance(timedelta(hours=2))
    day = await queries.rundown("one", night)
    assert day.end_ms - day.start_ms == hours * HOUR_MS
    assert contiguous(list(day.lines))
    held = sum(one.length_ms for one in day.lines)
    assert day.lines[0].start_ms - day.start_ms < 90 * MIN
    assert 0 <= day.lines[0].start_ms + held - day.end_ms < 90 * MIN
    assert contiguous(await lines(desk))


async def test_c34_a_day_made_again_is_followed_from_the_commit_edge_on(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    before = await lines(desk)
    desk.clock.advance(timedelta(minutes=50))
    other = await desk.asset("Tide", 20)
    await desk.program("tide", AssetSpec(other))
    await desk.plan("Other", ("00:00", "24:00", ["tide"]), active=False)
    await days.override("one", "2026-05-14", "Other", **desk.act)
    assert await lines(desk) == before
    await rolling.look(desk.clock)
    after = await lines(desk)
    edge = horizon.commit_edge(desk.clock.now_ms())
    assert contiguous(after)
    assert after[-1].end_ms >= before[-1].end_ms
    assert [one for one in before if one.start_ms < edge] == [one for one in after if one.start_ms < edge]
    assert {one.title for one in after if one.start_ms >= edge and one.kind == "program"} == {"Tide"}
    assert await rolling.look(desk.clock) == 0


async def test_c32_a_booking_inside_the_horizon_preempts_and_goes_again_when_it_is_cancelled(desk: Desk) -> None:
    following.register()
    await desk.furnish()
    await rolling.look(desk.clock)
    before = await lines(desk)
    news = await desk.asset("Breaking", 7, "NEW")
    at = from_ms(horizon.commit_edge(desk.clock.now_ms()) + 5 * MIN + 123)
    made = await bookings.book("one", WantedBooking(news, at), **desk.act)
    on = await lines(desk)
    assert contiguous(on)
    assert on[-1].end_ms == before[-1].end_ms
    found = next(one for one in on if one.booking)
    assert (found.asset, from_ms(found.start_ms), found.hard, found.generation) == (news, at, True, 1)
    cut = on[on.index(found) - 1]
    assert (cut.id, cut.end_ms) == (before[0].id, found.start_ms)
    joined = on[on.index(found) + 1]
    assert joined.in_ms == found.end_ms - before[0].start_ms + before[0].in_ms
    assert await bookings.cancel("one", made.booking.id, **desk.act)
    after = await lines(desk)
    assert contiguous(after)
    assert not any(one.booking for one in after)
    assert await rolling.look(desk.clock) == 0


async def test_a_booking_that_moved_behind_the_playlogs_back_is_followed_by_the_next_look(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    news = await desk.asset("Breaking", 7, "NEW")
    made = await bookings.book("one", WantedBooking(news, from_ms(desk.clock.now_ms() + HOUR_MS)), **desk.act)
    await sql("UPDATE booking SET start_ms = start_ms + ?, end_ms = end_ms + ? WHERE id = ?", MIN, MIN, made.booking.id)
    await rolling.look(desk.clock)
    found = await lines(desk)
    assert contiguous(found)
    assert [one.start_ms for one in found if one.booking] == [desk.clock.now_ms() + HOUR_MS + MIN]


async def test_only_what_was_taken_out_is_forgotten_after_a_week(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    await service.renew("one", **desk.act)
    found = await lines(desk)
    desk.clock.advance(timedelta(days=6))
    for gone in (False, True):
        await keeping.sweep(400, by=rolling.WORKER, clock=desk.clock)
        assert await lines(desk) == found
        left = await sql("SELECT count(*) AS n FROM playlog WHERE state = 'superseded'")
        assert (left[0]["n"] == 0) is gone
        desk.clock.advance(timedelta(days=2))


async def test_a_booking_that_is_too_near_or_over_a_locked_event_is_refused_and_nothing_changes(desk: Desk) -> None:
    following.register()
    await desk.furnish()
    await rolling.look(desk.clock)
    news = await desk.asset("Breaking", 7, "NEW")
    later = next(one for one in await lines(desk) if one.start_ms > desk.clock.now_ms() + HOUR_MS)
    await sql("UPDATE playlog SET locked = 1 WHERE id = ?", later.id)
    stored = desk.stored()
    for at_ms, code in ((desk.clock.now_ms() + 30_000, "BEFORE_COMMIT_EDGE"), (later.start_ms, "EVENT_LOCKED")):
        with pytest.raises(Conflict) as refused:
            await bookings.book("one", WantedBooking(news, from_ms(at_ms)), **desk.act)
        assert refused.value.code == code
    assert desk.stored() == stored


async def test_a_rebuild_keeps_what_is_locked(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    spot = await desk.asset("Spot", 1, "ADV")
    found = await lines(desk)
    film = next(one for one in found if one.start_ms > desk.clock.now_ms() + HOUR_MS and one.kind == "program")
    await sql("UPDATE playlog SET locked = 1, asset = ? WHERE id = ?", spot, film.id)
    await service.renew("one", **desk.act)
    after = await lines(desk)
    assert contiguous(after)
    assert next(one for one in after if one.id == film.id).locked
    assert (after[0], after[-1].end_ms) == (found[0], found[-1].end_ms)


async def test_c41_a_file_that_is_gone_is_replaced_and_told(desk: Desk) -> None:
    await desk.furnish()
    film = (await sql("SELECT id FROM asset WHERE title = 'Ferry'"))[0]["id"]
    media = new_id()
    await sql(
        "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, 'gone.mp4', 1, 'video/mp4', '{}')",
        media, media,
    )  # fmt: skip
    await sql("UPDATE asset SET media = ? WHERE id = ?", media, film)
    await rolling.look(desk.clock)
    found = await lines(desk)
    assert contiguous(found)
    assert film not in {one.asset for one in found}
    assert {(one.kind, one.fallback) for one in found if one.instead_of == film} == {("pad", "slate")}
    assert await told("media missing") > 0
    (desk.settings.media).mkdir(exist_ok=True)
    (desk.settings.media / "gone.mp4").touch()
    desk.clock.advance(timedelta(hours=2))
    await rolling.look(desk.clock)
    assert film in {one.asset for one in await lines(desk)}


LOOK = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from app import database
from app.clock import ManualClock
from app.playlog import rolling, storing

async def run():
    path, now, dies = Path(sys.argv[1]), sys.argv[2], len(sys.argv) > 3
    if dies:
        revealed = storing.sql_many
        async def killed(query, rows):
            import os, signal
            await revealed(query, rows[: len(rows) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        storing.sql_many = killed
    async with database.opened(path):
        await rolling.look(ManualClock(datetime.fromisoformat(now)))

asyncio.run(run())
"""


def looking(desk: Desk, *more: str) -> subprocess.Popen[bytes]:
    now = from_ms(desk.clock.now_ms()).isoformat()
    return subprocess.Popen([sys.executable, "-c", LOOK, str(desk.settings.database), now, *more])


async def ended(process: subprocess.Popen[bytes]) -> int:
    return await asyncio.to_thread(process.wait, 60)


async def test_c40_two_workers_at_once_give_one_result_and_one_that_is_killed_leaves_no_half(desk: Desk) -> None:
    await desk.furnish()
    assert await ended(looking(desk, "dies")) == -signal.SIGKILL
    assert await lines(desk) == []
    workers = [looking(desk) for _ in range(2)]
    assert [await ended(one) for one in workers] == [0, 0]
    found = await lines(desk)
    assert contiguous(found)
    assert reaches(desk, found, 90 * MIN)
    assert await told("extended") == 1
    assert len(await sql("SELECT 1 FROM schedule_day WHERE current = 1")) == 4
    counted = await sql("SELECT count(*) AS n FROM playlog")
    assert counted[0]["n"] == len(found)


async def test_other_channels_roll_on_when_one_fails(desk: Desk) -> None:
    await desk.channel("two")
    await desk.channel("radio", "radio")
    await sql("UPDATE channel SET day_start = 'never' WHERE slug = 'one'")
    await rolling.look(desk.clock)
    assert contiguous(await lines(desk, "two"))
    with pytest.raises(Conflict, match="radio"):
        await service.extend("radio", **desk.act)


async def test_an_asset_that_is_to_air_is_not_deleted(desk: Desk) -> None:
    announcing.register()
    plans_announcing.register()
    await desk.furnish()
    await rolling.look(desk.clock)
    (ferry,) = await sql("SELECT DISTINCT asset FROM playlog WHERE title = 'Ferry'")
    used = {(one["kind"], one["title"]) for one in await uses.find(ferry["asset"])}
    assert {("day", "One 2026-05-14"), ("log", "One 2026-05-14")} <= used
    with pytest.raises(Conflict) as refused:
        await uses.refuse_used(ferry["asset"], "Ferry")
    assert refused.value.code == "ASSET_USED"
    await sql(
        "UPDATE playlog SET start_ms = start_ms - 86400000, end_ms = end_ms - 86400000 WHERE asset = ?", ferry["asset"]
    )
    assert "log" not in {one["kind"] for one in await uses.find(ferry["asset"])}
