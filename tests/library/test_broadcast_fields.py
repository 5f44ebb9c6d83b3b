"""What the library says of an asset for broadcast: its place, its words, its approval, and what they are found by."""

import pytest

from app import events
from app.accounts.rules import Identity
from app.database import sql
from app.errors import DaypartError
from app.library import editing, listing, operations, queries, series, views
from app.library.editing import BulkEdit, Edit
from app.library.listing import Filter
from app.library.operations import Operations
from app.library.queries import AssetView
from tests.library.conftest import EDITOR, Desk

ANNA = Identity("user", "2", "Anna", "editor")


async def filled(count: int = 3) -> list[AssetView]:
    """Assets whose files live elsewhere."""
    for n in range(count):
        await sql(
            "INSERT INTO asset (id, type, title, name, state, duration_ms, created_ms)"
            " VALUES (?, 'EPI', ?, 'ferry.mkv', 'ready', 60000, 0)",
            f"a{n}", f"Ferry {n}",
        )  # fmt: skip
    return [await queries.asset(f"a{n}") for n in range(count)]


async def refused(work) -> tuple[str, list[str]]:
    before = await sql("SELECT * FROM asset"), await events.newest()
    with pytest.raises(DaypartError) as error:
        await work
    assert (await sql("SELECT * FROM asset"), await events.newest()) == before
    return error.value.code, list(error.value.errors)


async def test_everything_for_broadcast_is_said_taken_away_and_refused(desk: Desk) -> None:
    (asset, *_), act = await filled(), {"by": EDITOR, "clock": desk.clock}
    lights = await series.add_series("Harbour Lights", **act)
    wanted = Edit(
        series="harbour lights", season=1, episode=0, genre=" Sea  drama ", rating="12", description=" Dawn.\r\nFog. "
    )
    one = await editing.edit(asset.id, wanted, 1, **act)
    assert (one.series, one.series_title, one.season, one.episode) == (lights.id, "Harbour Lights", 1, 0)
    assert (one.genre, one.rating, one.description, one.version) == ("Sea drama", "12", "Dawn.\nFog.", 2)
    assert views.place_label(one) == "Harbour Lights, S1 E0"
    nothing = Edit(series=None, season=None, episode=None, genre="", rating=None, description="  ")
    bare = await editing.edit(asset.id, nothing, 2, **act)
    assert (bare.series, bare.season, bare.genre, bare.rating, bare.description) == (None,) * 5
    for wrong, code, field in (
        (Edit(series="Nowhere"), "SERIES_UNKNOWN", "series"), (Edit(season=-1), "NUMBER_BAD", "season"),
        (Edit(episode=2**70), "NUMBER_BAD", "episode"), (Edit(genre="x" * 61), "WORD_BAD", "genre"),
        (Edit(rating="1\x002"), "WORD_BAD", "rating"), (Edit(description="x" * 1001), "DESCRIPTION_BAD", "description"),
        (Edit(description="bell\x07"), "DESCRIPTION_BAD", "description"), (Edit(tags=["class:opera"]), "TAG_WORD", "tags"),
        (Edit(tags=["ads:none", "ads:kids_30"]), "TAG_TWICE", "tags"), (Edit(title=""), "TITLE_EMPTY", "title"),
    ):  # fmt: skip
        assert await refused(editing.edit(asset.id, wrong, 3, **act)) == (code, [field])


async def test_approval_is_an_act_of_its_own_and_goes_with_readiness(desk: Desk) -> None:
    asset, other, nameless = await filled()
    act = {"by": EDITOR, "clock": desk.clock}
    one = await editing.edit(asset.id, Edit(title="Dawn ferry", approved=True), 1, by=ANNA, clock=desk.clock)
    told = [(row["actor"], row["verb"], row["after"]) for row in await events.history("asset", asset.id)]
    assert told == [
        ("Anna", "approved", '{"approved":true}'), ("Anna", "changed", '{"title":"Dawn ferry"}'),
    ]  # fmt: skip
    retired = await editing.edit(asset.id, Edit(state="retired"), one.version, **act)
    assert (retired.state, retired.approved) == ("retired", False)
    assert (await events.history("asset", asset.id))[0]["verb"] == "withdrawn"
    assert await refused(editing.edit(asset.id, Edit(approved=True), 3, **act)) == ("APPROVE_NOT_READY", ["approved"])
    back = await editing.edit(asset.id, Edit(state="ready"), 3, **act)
    assert not back.approved
    assert (await editing.edit(asset.id, Edit(approved=True), 4, **act)).approved
    await sql("UPDATE asset SET duration_ms = NULL WHERE id = ?", nameless.id)
    all_three = editing.edit_all([asset.id, other.id, nameless.id], BulkEdit(genre="Sea", approved=True), **act)
    assert await refused(all_three) == ("APPROVE_NO_LENGTH", ["approved"])


async def test_many_get_their_series_and_words_at_once_and_are_found_by_them(desk: Desk) -> None:
    assets, act = await filled(), {"by": EDITOR, "clock": desk.clock}
    lights = await series.add_series("Harbour Lights", **act)
    ids = [one.id for one in assets]
    assert await editing.edit_all(ids[:2], BulkEdit(series=lights.id, season=2, genre="Sea", rating="12"), **act) == 2
    assert await editing.edit_all(ids[:1], BulkEdit(rating=None, season=None), **act) == 1
    assert await editing.edit_all(ids[2:], BulkEdit(genre="Land", approved=True), **act) == 1
    for wanted, found in (
        (Filter(series=lights.id), ["a1", "a0"]), (Filter(series="HARBOUR lights"), ["a1", "a0"]),
        (Filter(series="Nowhere"), []), (Filter(genre="Sea"), ["a1", "a0"]), (Filter(genre="Sea", rating="12"), ["a1"]),
        (Filter(genre="Land", approved=True), ["a2"]), (Filter(rating="18"), []),
    ):  # fmt: skip
        assert [one.id for one in (await listing.assets(wanted)).assets] == found
    assert (await listing.words("genre"), await listing.words("rating")) == (["Land", "Sea"], ["12"])


async def test_filters_read_an_index_and_sort_nothing(desk: Desk) -> None:
    for wanted in (Filter(genre="Sea"), Filter(rating="12"), Filter(type="EPI"), Filter(approved=True)):
        query, args = listing.statement(wanted, None, 50, "newest")
        plan = " ".join(row["detail"] for row in await sql(f"EXPLAIN QUERY PLAN {query}", *args))
        assert "SEARCH a USING INDEX" in plan
        assert "TEMP B-TREE" not in plan
    query, args = listing.statement(Filter(series="x"), None, 50, "newest")
    assert "asset_series" in str(await sql(f"EXPLAIN QUERY PLAN {query}", *args))


@pytest.mark.parametrize(
    ("type", "length", "tags", "said"),
    [
        ("PRO", 1, [], Operations("promo", None, "none")),
        ("BMP", 1, [], Operations("bumper", None, "none")),
        ("ADV", 1, [], Operations("ad", None, "none")),
        ("EPI", 1, ["cartoon"], Operations("cartoon", None, "kids_30")),
        ("EPI", 1, ["kids"], Operations("live_action_kids", None, "kids_30")),
        ("EPI", 1, ["sitcom"], Operations("sitcom", None, "standard_30")),
        ("EPI", 1, [], Operations(None, None, "standard_30")),
        ("MOV", 5_399_999, [], Operations("movie", None, "standard_30")),
        ("MOV", 5_400_000, [], Operations("movie", None, "movie_longform")),
        ("MOV", None, ["ads:none", "daypart:late_night"], Operations("movie", "late_night", "none")),
        ("MOV", 5_400_000, ["class:cartoon"], Operations("cartoon", None, "kids_30")),
    ],
)
def test_operations_follow_tags_first_then_type_and_length(
    type: str, length: int | None, tags: list[str], said: Operations
) -> None:
    assert operations.operations(type, length, tags) == said
