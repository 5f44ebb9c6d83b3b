"""The library as CSV: it comes back as it went out, changes what differs, and nothing while a row is wrong."""

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import events
from app.csv_text import write
from app.database import DB, sql, sql_many
from app.errors import DaypartError, Invalid
from app.library import listing, queries, rules, series, sheet, sheets
from app.library.listing import Filter
from app.library.queries import AssetView
from app.library.sheets import Import
from tests.library.conftest import EDITOR, Desk

INSERT = (
    "INSERT INTO asset (id, type, title, name, state, duration_ms, tags, description, genre, created_ms)"
    " VALUES (?, 'EPI', ?, 'ferry.mkv', ?, 60000, ?, ?, ?, 0)"
)


async def filled(desk: Desk) -> None:
    """Three assets, one of them as spreadsheets mistake it, one not ready."""
    rows = [
        ("a0", "=HYPERLINK(1)", "ready", '["sea"]', "+Fog,\nand more \"fog\"", "-5"), ("a1", "Ferry", "ready", "[]", None, None),
        ("a2", "'=quoted", "new", "[]", None, "Sea"),
    ]  # fmt: skip
    async with DB.transaction():
        await sql_many(INSERT, rows)
        await sql("INSERT INTO asset_tag (tag, asset) VALUES ('sea', 'a0')")


async def changed(desk: Desk, data: bytes, *, dry_run: bool = False) -> Import:
    return await sheets.change_by(data, by=EDITOR, clock=desk.clock, dry_run=dry_run)


async def stored() -> tuple[list[AssetView], int]:
    return (await listing.assets()).assets, await events.newest()


async def test_what_goes_out_comes_back_as_no_change(desk: Desk) -> None:
    await filled(desk)
    data = await sheets.export(Filter())
    assert b"'=HYPERLINK(1)" in data
    assert b"''=quoted" in data
    before = await stored()
    done = await changed(desk, data)
    assert (done.count("same"), done.count("changed"), done.count("wrong"), done.stored) == (3, 0, 0, False)
    assert await stored() == before
    assert (await sheets.export(Filter(genre="Sea"))).count(b"\r\n") == 2


async def test_a_file_changes_what_differs_once(desk: Desk) -> None:
    await filled(desk)
    lights = await series.add_series("Harbour Lights", by=EDITOR, clock=desk.clock)
    rows = [
        {"id": "a0", "version": "1", "title": " Fog ", "approved": "YES", "series": "harbour  lights", "season": "1",
         "episode": "02", "tags": "Sea, calm", "genre": "", "description": "=1+1"},
        {"id": "a1", "version": "1", "title": "Ferry", "approved": "no"},
        {"id": "a2", "version": "", "title": "Quay", "genre": "Sea", "approved": "no"},
    ]  # fmt: skip
    columns = ("id", "version", "title", "approved", "series", "season", "episode", "tags", "genre", "description", "x")
    data, before = write(columns, rows), await stored()
    dry = await changed(desk, data, dry_run=True)
    assert (dry.count("changed"), dry.stored, dry.ignored) == (2, False, ["x"])
    assert "series: none → harbour  lights" in sheet.shown(dry.rows[0])
    assert "title: '=quoted → Quay" in sheet.shown(dry.rows[2])
    assert await stored() == before
    assert (await changed(desk, data)).stored
    one = await queries.asset("a0")
    assert (one.title, one.approved, one.series, one.season, one.episode, one.tags, one.genre, one.description) == (
        "Fog", True, lights.id, 1, 2, ["calm", "sea"], None, "=1+1"
    )  # fmt: skip
    assert [each["verb"] for each in await events.history("asset", "a0")] == ["approved", "changed"]
    assert [row["tag"] for row in await sql("SELECT tag FROM asset_tag ORDER BY tag")] == ["calm", "sea"]
    after = await stored()
    again = await changed(desk, data)
    assert (again.count("same"), again.stored) == (3, False)
    assert await stored() == after


@pytest.mark.parametrize("version", ["1", "x"])
async def test_what_was_changed_since_is_not_overwritten(desk: Desk, version: str) -> None:
    await filled(desk)
    await sql("UPDATE asset SET version = 2 WHERE id = 'a1'")
    (row,) = (
        await changed(desk, write(("id", "version", "title"), [{"id": "a1", "version": version, "title": "T"}]))
    ).rows
    assert [(error.field, error.code) for error in row.errors] == [("version", "VERSION_STALE")]


async def test_one_wrong_row_keeps_all_out_and_each_is_told(desk: Desk) -> None:
    await filled(desk)
    columns = ("id", "title", "type", "state", "approved", "series", "season", "tags", "description")
    rows = [
        ("a1", {"title": "Fine"}, []),
        ("", {"title": "x"}, ["ID_NONE"]),
        ("nobody", {}, ["ASSET_UNKNOWN"]),
        ("a1", {}, ["ROW_TWICE"]),
        ("a0", {"title": "", "type": "OPERA", "season": "one", "tags": "class:opera", "approved": "perhaps"},
         ["TITLE_EMPTY", "TYPE_UNKNOWN", "APPROVED_BAD", "NOT_A_NUMBER", "TAG_WORD"]),
        ("a2", {"title": "x", "type": "EPI", "approved": "yes"}, ["APPROVE_NOT_READY"]),
    ]  # fmt: skip
    there = {one.id: sheet.cells(one) for one in (await listing.assets()).assets}
    told = [{**{name: there.get(id, {}).get(name, "") for name in columns}, "id": id, **cells} for id, cells, _ in rows]
    before = await stored()
    done = await changed(desk, write(columns, told))
    assert [[error.code for error in row.errors] for row in done.rows] == [codes for _, _, codes in rows]
    assert (done.stored, await stored()) == (False, before)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "CSV_HEADER"), (b"title\nx\n", "CSV_HEADER"), (b"id,id\na,b\n", "CSV_HEADER"), (b"\xff\xfe", "CSV_ENCODING"),
     (b'id,title\na,"x\n', "CSV_BROKEN")],
)  # fmt: skip
def test_what_is_no_sheet_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DaypartError) as refused:
        sheet.read(data)
    assert refused.value.code == code


async def test_ten_thousand_rows_are_changed_in_a_few_statements(desk: Desk) -> None:
    most = 10_000
    async with DB.transaction():
        await sql_many(INSERT, [(f"b{n:05}", f"Ferry {n}", "ready", "[]", None, None) for n in range(most)])
    data = write(("id", "genre", "tags"), [{"id": f"b{n:05}", "genre": "Sea", "tags": "new"} for n in range(most)])
    assert (await changed(desk, data)).count("changed") == most
    assert (await sql("SELECT count(*) AS n FROM asset WHERE genre = 'Sea' AND version = 2"))[0]["n"] == most
    assert (await changed(desk, data)).count("same") == most


TEXT = st.text(alphabet=string.printable + "é＝→", max_size=20)


@given(title=TEXT, genre=TEXT, description=TEXT, tags=st.lists(TEXT, max_size=4))
def test_any_texts_survive_the_way_out_and_in(title: str, genre: str, description: str, tags: list[str]) -> None:
    try:
        asset = msgspec.structs.replace(
            BARE, title=rules.checked_title(title), genre=rules.checked_word("genre", genre),
            description=rules.checked_description(description), tags=rules.checked_tags(tags),
        )  # fmt: skip
    except Invalid:
        return
    (row,) = sheet.judged(sheet.read(sheet.written([asset])).rows, {"a": asset}, {})
    assert (row.status, row.errors) == ("same", ())


BARE = AssetView(
    id="a", title="t", name="n", type="EPI", state="ready", approved=False, duration_ms=1, created_ms=0, version=1,
    bytes=None, mime=None, sha256=None, path=None, codecs="", has_thumbnail=False, probe=None, tags=[], series=None,
    series_title=None, season=None, episode=None, genre=None, rating=None, description=None,
)  # fmt: skip
