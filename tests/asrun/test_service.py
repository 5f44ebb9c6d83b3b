"""Recording and asking: once by its source's key, in the caller's transaction, and never changed after."""

import sqlite3
from contextlib import closing
from datetime import date

import msgspec
import pytest

from app.asrun import exports, queries, service
from app.asrun.schemas import AsRunJson, rows_json
from app.database import DB, sql
from app.errors import Invalid, NotFound
from tests.asrun.rows import at, entry
from tests.plans.desk import Desk


def may(day: int) -> date:
    return date(2026, 5, day)


async def channel_of(desk: Desk, slug: str = "one") -> str:
    return (await sql("SELECT id FROM channel WHERE slug = ?", slug))[0]["id"]


async def test_rows_are_recorded_once_by_the_key_of_their_source(desk: Desk) -> None:
    one, two = await channel_of(desk), await desk.channel("two")
    first = await service.record([entry(channel=one), entry("2", channel=one, start_ms=at("12:05"))])
    again = await service.record([entry(channel=one, title="Other"), entry("3", channel=one, start_ms=at("12:09"))])
    assert (len(first), len(again)) == (2, 1)
    assert sorted({*first, *again}) == [*first, *again]
    await service.record([entry(channel=two), entry(channel=one, source="libretime")])
    rows = await sql("SELECT channel, source, source_key, title FROM as_run ORDER BY seq")
    assert [(row["source"], row["source_key"]) for row in rows] == [
        ("playout", "1"), ("playout", "2"), ("playout", "3"), ("playout", "1"), ("libretime", "1"),
    ]  # fmt: skip
    assert {row["title"] for row in rows} == {"Ferry"}


async def test_all_or_none_are_recorded_and_refusals_leave_nothing(desk: Desk) -> None:
    one = await channel_of(desk)
    before = desk.stored()
    with pytest.raises(Invalid):
        await service.record([entry(channel=one), entry("2", channel=one, evidence="none")])
    with pytest.raises(NotFound) as refused:
        await service.record([entry(channel=one), entry("2", channel="nowhere")])
    assert refused.value.code == "CHANNEL_UNKNOWN"
    assert desk.stored() == before


async def test_rows_share_the_fate_of_the_callers_transaction(desk: Desk) -> None:
    one = await channel_of(desk)

    async def fails_after() -> None:
        async with DB.transaction():
            await service.record([entry(channel=one)])
            raise RuntimeError("after")

    with pytest.raises(RuntimeError, match="after"):
        await fails_after()
    assert await sql("SELECT 1 FROM as_run") == []
    async with DB.transaction():
        await service.record([entry(channel=one)])
    assert len(await sql("SELECT 1 FROM as_run")) == 1


async def test_what_is_recorded_is_never_changed_not_even_by_hand(desk: Desk) -> None:
    await service.record([entry(channel=await channel_of(desk))])
    before = desk.stored()
    with closing(sqlite3.connect(desk.settings.database)) as connection:
        for change in ("status = 'ERROR'", "end_ms = end_ms + 1", "title = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="as-run is never changed"):
                connection.execute(f"UPDATE as_run SET {change}")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            connection.execute(
                "INSERT INTO as_run (channel, title, kind, start_ms, status, evidence, source, source_key)"
                " SELECT id, 'x', 'program', 1, 'AIRED', 'none', 'x', 'x' FROM channel"
            )
    assert desk.stored() == before


async def furnish(desk: Desk) -> str:
    """A night film over 06:00 in Lisbon, what follows, and the same film elsewhere."""
    one, two = await channel_of(desk), await desk.channel("two", zone="Asia/Tokyo")
    await service.record(
        [
            entry("a", channel=one, start_ms=at("04:00"), end_ms=at("06:15")),
            entry("b", channel=one, start_ms=at("06:15"), end_ms=at("06:20"), asset="spot", kind="commercial"),
            entry(
                "c", channel=one, start_ms=at("06:20"), end_ms=None, status="SKIPPED", reason="gone", evidence="none"
            ),
            entry("d", channel=two, start_ms=at("09:00"), end_ms=at("10:00")),
        ]
    )
    return one


async def test_rows_are_found_by_channel_span_broadcast_date_and_asset(desk: Desk) -> None:
    await furnish(desk)

    async def keys(start: str, end: str) -> list[str]:
        return [one.row.source_key for one in (await queries.between("one", at(start), at(end))).rows]

    assert await keys("06:15", "06:20") == ["b"]
    assert await keys("04:30", "04:31") == ["a"]
    assert await keys("06:20", "06:21") == ["c"]
    assert await keys("03:00", "04:00") == []
    days = {day: (await queries.on("one", may(day))).rows for day in (14, 15, 16)}
    assert [(one.row.source_key, one.is_split_entry) for one in days[14]] == [("a", True)]
    assert [one.row.source_key for one in days[15]] == ["a", "b", "c"]
    assert (days[14][0].end_ms, days[15][0].start_ms, days[16]) == (at("05:00"), at("05:00"), ())
    found = await queries.of_asset("film", 10)
    assert [(of.channel.slug, of.rows[0].row.source_key) for of in found] == [
        ("two", "d"), ("one", "c"), ("one", "a"),
    ]  # fmt: skip
    assert [of.rows[0].date.day for of in found] == [15, 15, 14]
    assert len(await queries.of_asset("film", 2)) == 2


async def test_last_on_air_knows_only_what_was_seen_or_heard_before(desk: Desk) -> None:
    one = await furnish(desk)
    assert await queries.last_on_air(one, at("12:00")) == {"film": at("04:00"), "spot": at("06:15")}
    assert await queries.last_on_air(one, at("06:15")) == {"film": at("04:00")}


async def test_files_have_a_line_a_row_in_one_order(desk: Desk) -> None:
    one = await furnish(desk)
    hostile = entry(
        "x", channel=one, title='=HYPERLINK("x")\nNEXT \u202eLINE', start_ms=at("07:00"), end_ms=at("07:01")
    )
    await service.record([hostile])
    rows = rows_json(await queries.on("one", may(15)))
    files = {name: exports.written(name, rows)[1].decode("utf-8-sig").splitlines() for name in exports.FORMATS}
    assert len(files["jsonl"]) == len(files["asrun"]) - 1 == len(rows) == 4
    assert [msgspec.json.decode(line, type=AsRunJson).seq for line in files["jsonl"]] == [one.seq for one in rows]
    assert [int(line[:10]) for line in files["asrun"][1:]] == [one.seq for one in rows]
    head = files["asrun"][0]
    split, _, skipped, last = files["asrun"][1:]
    cells = {name: head.index(name) for name in ("START", "LENGTH", "TYPE", "STATUS", "SPLIT", "TITLE", "REASON")}
    assert split[cells["START"] :].startswith("2026-05-15T06:00:00.000+01:00 01:15:00.000 PROGRAM  AIRED")
    assert split[cells["SPLIT"]] == "Y"
    assert (skipped[cells["REASON"] :], skipped[cells["LENGTH"] : cells["TYPE"]].strip()) == ("gone", "")
    assert last[cells["TITLE"] :] == '=HYPERLINK("x") NEXT  LINE'
    assert "'=HYPERLINK" in exports.written("csv", rows)[1].decode()
    with pytest.raises(Invalid) as refused:
        exports.written("xml", rows)
    assert refused.value.code == "FORMAT_UNKNOWN"
