"""Files that go from disk while what is planned of them is near: told once, shown, and replaced only when asked to."""

import asyncio
import html
import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from app.clock import HOUR_MS, ManualClock
from app.database import new_id, sql
from app.errors import Conflict
from app.library import presence
from app.plans.grids import WantedGrid, put_grid
from app.plans.specs import AssetSpec
from app.playlog import checking, gone, horizon, queries, rolling, service
from app.playlog.values import Line
from app.settings import Settings
from tests.plans.desk import Desk
from tests.playlog.values import covers
from workers.playout import FileLoop

TODAY = "/logs/one/2026-05-14"


class Disk:
    """The files of a desk's assets, each of which can go and come back."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.folder = desk.settings.media

    async def store(self, title: str) -> str:
        """Give an asset a file; gives the asset."""
        asset, media = (await sql("SELECT id FROM asset WHERE title = ?", title))[0]["id"], new_id()
        await sql(
            "INSERT INTO media (id, sha256, path, bytes, mime, probe) VALUES (?, ?, ?, 1, 'video/mp4', ?)",
            media, media, f"{asset}.mp4", '{"format": "mp4", "brand": "isom", "duration_ms": 1}',
        )  # fmt: skip
        await sql("UPDATE asset SET media = ? WHERE id = ?", media, asset)
        self.folder.mkdir(exist_ok=True)
        self.file(asset).touch()
        return str(asset)

    def file(self, asset: str) -> Path:
        return self.folder / f"{asset}.mp4"


@pytest.fixture
async def disk(desk: Desk) -> Disk:
    await desk.furnish()
    return Disk(desk)


async def looked(desk: Desk) -> int:
    return await gone.look(by=rolling.WORKER, clock=desk.clock)


async def told(verb: str) -> list[dict[str, object]]:
    rows = await sql("SELECT after FROM event WHERE topic = 'playlog' AND verb = ? ORDER BY seq", verb)
    return [json.loads(row["after"]) for row in rows]


async def lines() -> list[Line]:
    of = await service.rolling("one")
    return await queries.beginning(of.channel.id, 0, 2**62)


async def ahead(desk: Desk) -> list[Line]:
    return [one for one in await lines() if one.start_ms >= horizon.commit_edge(desk.clock.now_ms())]


async def test_a_file_that_goes_is_told_once_changes_nothing_and_its_return_is_told(desk: Desk, disk: Disk) -> None:
    film = await disk.store("Ferry")
    await rolling.look(desk.clock)
    assert (await looked(desk), await told("media gone")) == (0, [])
    before, first = await lines(), next(one for one in await ahead(desk) if one.asset == film)
    disk.file(film).unlink()
    assert [await looked(desk) for _ in range(3)] == [1, 0, 0]
    assert await lines() == before
    (event,) = await told("media gone")
    events = sum(one.asset == film for one in await ahead(desk))
    assert event == {
        "assets": [{"asset": film, "title": "Ferry", "start_ms": first.start_ms, "events": events}],
        "code": "MEDIA_MISSING", "error": "MEDIA_MISSING: Ferry",
    }  # fmt: skip
    (known,) = await gone.told(desk.clock.now_ms())
    assert (known.asset, known.start_ms, known.events) == (film, first.start_ms, events)
    _, findings = await checking.validate("one", None, None, clock=desk.clock)
    assert "MEDIA_MISSING" in {one.code for one in findings}
    disk.file(film).touch()
    assert await looked(desk) == 0
    assert len(await told("media back")) == 1
    assert (await gone.told(desk.clock.now_ms()), await lines()) == ([], before)
    disk.file(film).unlink()
    assert (await looked(desk), len(await told("media gone"))) == (1, 2)


async def test_the_worker_looks_by_itself(desk: Desk, disk: Disk) -> None:
    film = await disk.store("Ferry")
    await rolling.look(desk.clock)
    disk.file(film).unlink()
    loop = asyncio.create_task(FileLoop(desk.clock).run())
    try:
        async with asyncio.timeout(30):
            while not await told("media gone"):
                await asyncio.sleep(0.01)
    finally:
        loop.cancel()
    assert len(await gone.told(desk.clock.now_ms())) == 1


async def test_what_is_too_near_or_has_aired_is_not_looked_for(desk: Desk, disk: Disk) -> None:
    film = await disk.store("Ferry")
    await rolling.look(desk.clock)
    last = max(one.start_ms for one in await lines() if one.asset == film)
    disk.file(film).unlink()
    assert await looked(desk) == 1
    desk.clock.advance(timedelta(milliseconds=last - horizon.COMMIT_MS - desk.clock.now_ms()))
    assert len(await gone.told(desk.clock.now_ms())) == 1
    desk.clock.advance(timedelta(milliseconds=1))
    assert await gone.told(desk.clock.now_ms()) == []
    assert await looked(desk) == 0
    assert await sql("SELECT * FROM playlog_gone") == []
    assert await told("media back") == []


async def test_new_events_are_made_without_it_and_each_step_of_the_ladder_is_told(desk: Desk, disk: Disk) -> None:
    film, filler = await disk.store("Ferry"), await desk.asset("Waves", 1, "FIL")
    await disk.store("Waves")
    await put_grid("one", WantedGrid(30, 0, "06:00", filler), **desk.act)
    disk.file(film).unlink()
    made = (await rolling.roll("one", **desk.act)).fallen
    assert {(one.asset, one.step, one.instead) for one in made} == {(film, "filler", filler)}
    disk.file(filler).unlink()
    desk.clock.advance(timedelta(hours=2))
    steps = {(one.asset, one.title, one.step) for one in (await rolling.roll("one", **desk.act)).fallen}
    assert steps == {(film, "Ferry", "slate"), (filler, "Waves", "slate")}
    assert len(await told("media missing")) == len(made) + 2
    found = await lines()
    assert covers(found, found[0].start_ms, found[-1].end_ms)


async def test_mending_replaces_by_the_ladder_what_is_open_and_keeps_what_somebody_wants(
    desk: Desk, disk: Disk
) -> None:
    desk.clock.advance(timedelta(hours=6))  # 19:00 in Lisbon, the series' zone
    episodes = [await disk.store(f"Harbour {number}") for number in range(1, 6)]
    await rolling.look(desk.clock)
    before = await lines()
    lost = next(one.asset for one in await ahead(desk) if one.asset in episodes)
    assert lost is not None
    with pytest.raises(Conflict) as refused:
        await gone.mend("one", lost, **desk.act)
    assert (refused.value.code, await lines()) == ("MEDIA_THERE", before)
    disk.file(lost).unlink()
    spot = next(one for one in await ahead(desk) if one.block_ms == _block(before, lost) and one.asset != lost)
    await sql("UPDATE playlog SET locked = 1 WHERE id = ?", spot.id)
    made = await gone.mend("one", lost, **desk.act)
    after = await lines()
    assert covers(after, before[0].start_ms, before[-1].end_ms)
    assert {one.step for one in made.fallen} == {"alternative"}
    assert lost not in {one.asset for one in await ahead(desk)}
    taken = {one.asset for one in after if one.instead_of == lost}
    assert len(taken & set(episodes)) == 1
    assert spot.id in {one.id for one in after}
    other = [one for one in before if one.block_ms != _block(before, lost)]
    assert [one for one in after if one.id in {each.id for each in other}] == other
    assert len(await told("media missing")) == 1
    stored = desk.stored()
    with pytest.raises(Conflict) as refused:
        await gone.mend("one", lost, **desk.act)
    assert (refused.value.code, desk.stored()) == ("NOTHING_TO_MEND", stored)
    assert await rolling.look(desk.clock) == 0
    assert await lines() == after


def _block(found: list[Line], asset: str) -> int:
    return next(one.block_ms for one in found if one.asset == asset)


async def test_each_file_is_asked_for_once_and_only_those_that_are_ahead(
    desk: Desk, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("Ferry", "Harbour 5"):
        await disk.store(title)
    await desk.channel("two")
    await desk.program("ferry", AssetSpec(await _id("Ferry")), channel="two")
    await desk.plan("All", ("00:00", "24:00", ["ferry"]), channel="two")
    await rolling.look(desk.clock)
    asked: list[str] = []
    there = presence.os.path.isfile
    monkeypatch.setattr(presence.os.path, "isfile", lambda path: (asked.append(Path(path).name), there(path))[1])
    await looked(desk)
    assert asked == [f"{await _id('Ferry')}.mp4"]


async def test_the_search_for_files_steps_only_into_what_is_ahead(desk: Desk) -> None:
    for query, values in ((gone._AHEAD, [0]), (gone._TOLD, ["", 0])):
        plan = await sql(f"EXPLAIN QUERY PLAN {query}", *values)
        assert any("playlog_start (channel=? AND start_ms>?)" in row["detail"] for row in plan), plan


async def _id(title: str) -> str:
    return str((await sql("SELECT id FROM asset WHERE title = ?", title))[0]["id"])


@pytest.fixture
def planner(app: Litestar, settings: Settings, clock: ManualClock) -> Desk:
    return Desk(settings, clock)


async def test_the_log_says_what_is_gone_and_offers_what_mends_it(
    viewer: httpx.AsyncClient, editor: httpx.AsyncClient, planner: Desk
) -> None:
    await planner.channel()
    await planner.furnish()
    disk = Disk(planner)
    film = await disk.store("Ferry")
    await rolling.look(planner.clock)
    disk.file(film).unlink()
    await looked(planner)
    first = next(one for one in await ahead(planner) if one.asset == film)
    page = html.unescape((await viewer.get(TODAY)).text)
    assert "The file of “Ferry” is gone from disk." in page
    assert page.count("File gone") == sum(one.asset == film for one in await ahead(planner))
    assert f"{TODAY}/mend" not in page  # who only looks is told, and no more
    assert "1 file gone" in (await viewer.get("/logs")).text
    api = "/api/channels/one/playlog"
    (missing,) = (await viewer.get(api)).json()["missing"]
    assert (missing["asset"], missing["title"]) == (film, "Ferry")
    assert (await viewer.get("/api/logs")).json()["logs"][0]["missing"] == 1
    page = (await editor.get(TODAY)).text
    assert f"?at={first.id}&amp;act=replace#log-library" in page
    assert (await viewer.post(f"{TODAY}/mend", data={"asset": film})).status_code == 403
    answer = await editor.post(f"{TODAY}/mend", data={"asset": film})
    assert (answer.status_code, answer.headers["location"]) == (303, TODAY)
    page = (await editor.get(TODAY)).text
    assert "In its place: the slate." in page
    assert "is gone from disk" not in page
    refused = await editor.post(f"{api}/mend", json={"asset": film})
    assert (refused.status_code, refused.json()["code"]) == (409, "NOTHING_TO_MEND")
    unknown = await editor.post(f"{api}/mend", json={"asset": "nothing"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "ASSET_UNKNOWN")
    assert first.start_ms < planner.clock.now_ms() + 4 * HOUR_MS
