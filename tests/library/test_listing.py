"""The list: what each search and filter finds, in each order, page by page."""

import msgspec
import pytest

from app.database import sql
from app.errors import Malformed
from app.library import listing, uses
from app.library.listing import SORTS, Filter, Sort, assets
from tests.library.conftest import Desk

# id, title, type, state, approved, tags, duration, bytes; from the oldest to the newest
ROWS = [
    ("a0", "Market haul", "SHO", "ready", 1, ["food", "market"], 60_000, 500),
    ("a1", "market_final 100%", "SHO", "retired", 0, ["market"], 90_000, 900),
    ("a2", "Noodles at night", "PRO", "ready", 1, ["food"], None, None),
    ("a3", "Küche", "MUS", "ready", 0, [], 90_000, 900),
    ("a4", "50% off", "ADV", "new", 0, ["food"], 1_000, 5),
]
ALL = {"newest": "a4 a3 a2 a1 a0", "title": "a4 a3 a0 a1 a2", "longest": "a3 a1 a0 a4 a2", "largest": "a3 a1 a0 a4 a2"}


@pytest.fixture(autouse=True)
async def library(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Assets whose files live elsewhere; a post is made of a1."""
    monkeypatch.setattr(uses, "_queries", {"post": "SELECT 1 FROM post WHERE post.asset = a.id"})
    for n, (id, title, type, state, approved, tags, duration, size) in enumerate(ROWS):
        await sql(
            "INSERT INTO asset (id, title, type, state, approved, tags, duration_ms, bytes, name, created_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            id, title, type, state, approved, msgspec.json.encode(tags).decode(), duration, size, f"clip {n}.mp4", n,
        )  # fmt: skip
        for tag in tags:
            await sql("INSERT INTO asset_tag (tag, asset) VALUES (?, ?)", tag, id)
    await sql(
        "INSERT INTO post (id, asset, title, description, hashtags, created_ms) VALUES ('p', 'a1', '', '', '', 0)"
    )
    return desk


async def found(wanted: Filter, sort: Sort = "newest", limit: int = 50) -> str:
    return " ".join(one.id for one in (await assets(wanted, None, limit, sort)).assets)


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ("", "a4 a3 a2 a1 a0"),
        ("market", "a1 a0"),
        ("MARKET HAUL", "a0"),
        ("haul market", "a0"),
        ("Küche", "a3"),
        ("clip 2", "a2"),
        ("100%", "a1"),
        ("%", "a4 a1"),
        ("_", "a1"),
        ("!", ""),
        ("'; DROP TABLE asset; --", ""),
        ("nothing", ""),
    ],
)
async def test_assets_are_found_by_words_of_title_and_file_name(q: str, ids: str) -> None:
    assert await found(Filter(q)) == ids


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(type="SHO"), "a1 a0"),
        (Filter(type="XXX"), ""),
        (Filter(state="ready"), "a3 a2 a0"),
        (Filter(state="retired"), "a1"),
        (Filter(approved=True), "a2 a0"),
        (Filter(approved=False), "a4 a3 a1"),
        (Filter(used=True), "a1"),
        (Filter(used=False), "a4 a3 a2 a0"),
        (Filter(tag="food"), "a4 a2 a0"),
        (Filter(tag=" FOOD "), "a4 a2 a0"),
        (Filter(tag="foo"), ""),
        (Filter(q="market", type="SHO", tag="market", used=False), "a0"),
    ],
)
async def test_filters_keep_what_fits_all_of_them(wanted: Filter, ids: str) -> None:
    assert await found(wanted) == ids


async def test_without_areas_that_use_assets_none_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "_queries", {})
    assert await found(Filter(used=True)) == ""
    assert await found(Filter(used=False)) == ALL["newest"]


@pytest.mark.parametrize("sort", SORTS)
async def test_each_order_holds(sort: Sort) -> None:
    assert await found(Filter(), sort) == ALL[sort]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 4, 5])
async def test_pages_follow_each_other_without_gaps(sort: Sort, limit: int) -> None:
    seen: list[str] = []
    after = None
    for _ in ROWS:
        page = await assets(Filter(), after, limit, sort)
        seen += [one.id for one in page.assets]
        after = page.after
        if after is None:
            break
    assert " ".join(seen) == ALL[sort]


async def test_a_page_stays_where_it_is_when_something_is_added() -> None:
    first = await assets(Filter(), None, 2)
    await sql("INSERT INTO asset (id, type, title, name, state, created_ms) VALUES ('a9', 'PRO', '', '', 'ready', 9)")
    assert [one.id for one in (await assets(Filter(), first.after, 2)).assets] == ["a2", "a1"]


@pytest.mark.parametrize("after", ["x", "x~a1", "-1~a1", f"{'9' * 19}~a1", "1.5~a1", "~"])
async def test_cursor_of_another_list_is_refused(after: str) -> None:
    with pytest.raises(Malformed):
        await assets(Filter(), after, 2, "longest")


@pytest.mark.parametrize("sort", SORTS)
async def test_a_page_is_read_from_an_index_whatever_the_order(sort: Sort) -> None:
    first = await assets(Filter(), None, 2, sort)
    for after in (None, first.after):
        query, args = listing.statement(Filter(), after, 2, sort)
        plan = [row["detail"] for row in await sql(f"EXPLAIN QUERY PLAN {query}", *args)]
        assert plan[0].startswith("SEARCH a USING" if after else "SCAN a USING"), plan
        assert not any("TEMP B-TREE" in step for step in plan), plan


async def test_tags_in_use_are_told_once_and_in_order() -> None:
    assert await listing.tags() == ["food", "market"]
