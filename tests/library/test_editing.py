"""What is said about assets: one under its version, many at once or none, each in the history."""

import asyncio

import msgspec
import pytest

from app import events
from app.database import sql
from app.errors import Conflict, Invalid, NotFound
from app.library import editing, listing, queries
from app.library.editing import BulkEdit, Edit
from app.library.listing import Filter
from app.library.queries import AssetView
from tests.library.conftest import EDITOR, Desk


@pytest.fixture
async def library(desk: Desk) -> list[AssetView]:
    """Assets whose files live elsewhere."""
    for n in range(3):
        await sql(
            "INSERT INTO asset (id, type, title, name, state, duration_ms, created_ms)"
            " VALUES (?, 'PRO', ?, 'tone.wav', 'ready', 500, 0)",
            f"a{n}", f"tone{n}",
        )  # fmt: skip
    return [await queries.asset(f"a{n}") for n in range(3)]


async def edited(desk: Desk, asset: AssetView, wanted: Edit, version: int = 1) -> AssetView:
    return await editing.edit(asset.id, wanted, version, by=EDITOR, clock=desk.clock)


async def test_everything_about_an_asset_is_changed_at_once(desk: Desk, library: list[AssetView]) -> None:
    wanted = Edit("  Morning   tone ", "MUS", ["Sea ", "sea", "calm  night", ""], True)
    asset = await edited(desk, library[0], wanted)
    assert (asset.title, asset.type, asset.tags, asset.approved, asset.state, asset.version) == (
        "Morning tone", "MUS", ["calm night", "sea"], True, "ready", 2
    )  # fmt: skip
    assert [one.id for one in (await listing.assets(Filter(tag="sea"))).assets] == [asset.id]


async def test_what_is_not_given_stays(desk: Desk, library: list[AssetView]) -> None:
    before = await edited(desk, library[0], Edit(tags=["sea"]))
    after = await edited(desk, before, Edit(title="Else"), 2)
    assert after == msgspec.structs.replace(before, title="Else", version=3)


async def test_the_history_tells_what_was_before_and_after(desk: Desk, library: list[AssetView]) -> None:
    await edited(desk, library[0], Edit(title="tone0", approved=True))  # the title is so already
    told = (await events.history("asset", library[0].id))[0]
    assert (told["actor"], told["verb"]) == ("Edda", "approved")
    assert (told["before"], told["after"]) == ('{"approved":false}', '{"approved":true}')


async def test_a_change_of_nothing_is_none(desk: Desk, library: list[AssetView]) -> None:
    newest = await events.newest()
    assert (await edited(desk, library[0], Edit(title="tone0"))).version == 1
    assert await events.newest() == newest


async def test_a_change_that_somebody_else_made_meanwhile_is_kept(desk: Desk, library: list[AssetView]) -> None:
    both = [edited(desk, library[0], Edit(title=title)) for title in ("One", "Two")]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert [one.code for one in done if isinstance(one, Conflict)] == ["VERSION_STALE"]
    assert (await queries.asset(library[0].id)).version == 2


@pytest.mark.parametrize(
    ("wanted", "field", "code"),
    [
        (Edit(title=" "), "title", "TITLE_EMPTY"),
        (Edit(title="x" * 101), "title", "TITLE_BAD"),
        (Edit(type="XYZ"), "type", "TYPE_UNKNOWN"),
        (Edit(type=""), "type", "TYPE_UNKNOWN"),
        (Edit(state="new"), "state", "STATE_BAD"),
        (Edit(tags=["x" * 41]), "tags", "TAG_BAD"),
        (Edit(tags=["a,b"]), "tags", "TAG_BAD"),
        (Edit(tags=["a\x00b"]), "tags", "TAG_BAD"),
        (Edit(tags=[f"tag{n}" for n in range(31)]), "tags", "TAGS_MANY"),
    ],
)
async def test_a_wrong_value_is_refused_at_its_field(
    wanted: Edit, field: str, code: str, desk: Desk, library: list[AssetView]
) -> None:
    with pytest.raises(Invalid) as refused:
        await edited(desk, library[0], wanted)
    assert (refused.value.code, list(refused.value.errors)) == (code, [field])
    assert await queries.asset(library[0].id) == library[0]


async def test_many_are_changed_at_once(desk: Desk, library: list[AssetView]) -> None:
    await edited(desk, library[0], Edit(tags=["old", "kept"]))
    wanted = BulkEdit("ADV", ["new"], ["old"], approved=True)
    ids = [asset.id for asset in library[:2]]
    assert await editing.edit_all([*ids, ids[0]], wanted, by=EDITOR, clock=desk.clock) == 2
    after = [await queries.asset(asset.id) for asset in library]
    assert [(one.type, one.tags, one.approved) for one in after] == [
        ("ADV", ["kept", "new"], True), ("ADV", ["new"], True), ("PRO", [], False)
    ]  # fmt: skip
    assert await editing.edit_all(ids, wanted, by=EDITOR, clock=desk.clock) == 0


async def test_of_many_none_is_changed_when_one_cannot_be(desk: Desk, library: list[AssetView]) -> None:
    full = await edited(desk, library[2], Edit(tags=[f"tag{n}" for n in range(30)]))
    before, newest = [library[0], library[1], full], await events.newest()
    with pytest.raises(Invalid) as refused:
        await editing.edit_all([one.id for one in before], BulkEdit(add_tags=["more"]), by=EDITOR, clock=desk.clock)
    assert refused.value.code == "TAGS_MANY"
    with pytest.raises(NotFound):
        await editing.edit_all([library[0].id, "nobody"], BulkEdit(type="ADV"), by=EDITOR, clock=desk.clock)
    assert [await queries.asset(one.id) for one in before] == before
    assert await events.newest() == newest


@pytest.mark.parametrize(
    ("count", "wanted", "code"),
    [(0, BulkEdit(type="ADV"), "ASSETS_COUNT"), (501, BulkEdit(type="ADV"), "ASSETS_COUNT"),
     (1, BulkEdit(), "CHANGE_NONE"), (1, BulkEdit(type="XYZ"), "TYPE_UNKNOWN")],
)  # fmt: skip
async def test_a_wish_for_many_that_makes_no_sense_is_refused(
    count: int, wanted: BulkEdit, code: str, desk: Desk
) -> None:
    with pytest.raises(Invalid) as refused:
        await editing.edit_all([f"a{n}" for n in range(count)], wanted, by=EDITOR, clock=desk.clock)
    assert refused.value.code == code


async def test_a_deleted_asset_takes_its_tags_along(desk: Desk, library: list[AssetView]) -> None:
    await edited(desk, library[0], Edit(tags=["sea"]))
    await sql("DELETE FROM asset WHERE id = ?", library[0].id)
    assert await listing.tags() == []
