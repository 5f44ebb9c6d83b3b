"""What aired is kept for as many days as is set; then it goes by whole days, is told, and nothing newer is touched."""

import json
from datetime import timedelta

import pytest

from app.asrun import keeping as asrun_keeping
from app.asrun import service as asrun
from app.asrun.rules import Entry
from app.clock import HOUR_MS
from app.database import sql
from app.errors import Invalid
from app.playlog import keeping, queries, rolling, service
from app.settings import Settings
from tests.plans.desk import MIN, Desk
from workers.playout import PlayoutLoop


async def number(table: str, where: str = "1") -> int:
    return int((await sql(f"SELECT count(*) AS n FROM {table} WHERE {where}"))[0]["n"])


async def told(verb: str) -> list[object]:
    return [json.loads(row["before"]) for row in await sql("SELECT before FROM event WHERE verb = ?", verb)]


async def swept(desk: Desk, days: int = 400) -> int:
    return await keeping.sweep(days, by=rolling.WORKER, clock=desk.clock)


async def test_logs_go_by_whole_days_once_all_of_one_is_old_enough(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 3)
    await desk.furnish()
    for _ in range(9):
        await rolling.look(desk.clock)
        desk.clock.advance(timedelta(hours=4))
    dates = [row["date"] for row in await sql("SELECT date FROM log ORDER BY date")]
    assert dates == ["2026-05-14", "2026-05-15"]
    await service.renew("one", **desk.act)
    last_ms = (await sql("SELECT max(end_ms) AS at FROM playlog WHERE state = 'planned'"))[0]["at"]
    stored = desk.stored()
    assert await swept(desk) == 0
    assert desk.stored() == stored
    desk.clock.advance(timedelta(days=401))
    await rolling.look(desk.clock)
    live = await number("playlog", "state = 'planned'")
    assert await swept(desk) == 0  # a day and what runs on from it are waited for
    assert (await number("playlog", "state = 'planned'"), await number("playlog", "state = 'superseded'")) == (live, 0)
    desk.clock.advance(timedelta(days=3))
    await rolling.look(desk.clock)
    ahead = await queries.frontier("one")
    assert await swept(desk) == 2
    assert await told("forgotten") == [{"title": f"One {date}"} for date in dates]
    assert await number("log_revision") == 0
    assert await number("playlog", f"end_ms <= {last_ms}") == 0
    assert await number("playlog") > 0
    assert (await queries.frontier("one"), await swept(desk)) == (ahead, 0)


async def test_a_log_with_an_event_that_is_not_old_enough_stays_whole(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    events = await number("playlog")
    desk.clock.advance(timedelta(days=30))
    await sql(
        "UPDATE playlog SET end_ms = ?, out_ms = in_ms + ? - start_ms WHERE seq = (SELECT max(seq) FROM playlog)",
        desk.clock.now_ms(), desk.clock.now_ms(),
    )  # fmt: skip
    assert await swept(desk, 10) == 0
    assert await number("playlog") == events


async def test_the_worker_keeps_what_its_setting_says(desk: Desk) -> None:
    await desk.furnish()
    await rolling.look(desk.clock)
    desk.clock.advance(timedelta(days=34))
    for days, kept in ((40, True), (30, False)):
        await PlayoutLoop(desk.clock, days).look()
        assert bool(await number("log", "date = '2026-05-14'")) is kept
    assert await number("log", "date = '2026-06-17'") == 1


async def test_asrun_goes_by_whole_days_and_what_reaches_into_the_kept_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asrun_keeping, "AT_ONCE", 2)
    channel, now = (await sql("SELECT id FROM channel"))[0]["id"], desk.clock.now_ms()
    edge = (now - 400 * 24 * HOUR_MS) // (24 * HOUR_MS) * 24 * HOUR_MS

    def row(key: str, start_ms: int, end_ms: int | None) -> Entry:
        return Entry(
            channel=channel, title=key, start_ms=start_ms, end_ms=end_ms, status="AIRED", evidence="served",
            source="playout", source_key=key,
        )  # fmt: skip

    await asrun.record(
        [row(f"old {n}", edge - (n + 1) * MIN, edge - n * MIN) for n in range(5)]
        + [row("no end", edge - MIN, None), row("over", edge - 1, edge + 1), row("kept", edge, edge + 1)]
        + [row("now", now - MIN, None)]
    )

    async def sweep() -> int:
        return await asrun_keeping.sweep(400, by=rolling.WORKER, clock=desk.clock)

    assert await sweep() == 6
    assert [one["title"] for one in await sql("SELECT title FROM as_run ORDER BY seq")] == ["over", "kept", "now"]
    assert await told("as-run forgotten") == [{"rows": 6, "before_ms": edge}]
    assert await sweep() == 0
    assert len(await told("as-run forgotten")) == 1


@pytest.mark.parametrize("text", ["6", "0", "-1", "ever", "36501"])
def test_days_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_env({"DAYPART_KEEP_DAYS": text})
    assert refused.value.code == "BAD_SETTING"
    assert Settings.from_env({}).keep_days == 400
