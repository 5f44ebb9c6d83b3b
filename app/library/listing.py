"""The list of assets: searched, filtered, sorted, and paged by keys so that a page costs the same in a large one."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from app.database import sql
from app.errors import Malformed
from app.library import uses
from app.library.queries import COLUMNS, TABLES, AssetView, view

Sort = Literal["newest", "title", "longest", "largest"]
SORTS: tuple[Sort, ...] = get_args(Sort)
TAGS_SHOWN = 200

# What is sorted by; each has an index together with the id, which breaks ties.
_KEYS: dict[Sort, str] = {
    "title": "lower(a.title)",
    "longest": "coalesce(a.duration_ms, 0)",
    "largest": "coalesce(a.bytes, 0)",
}
_BETWEEN = "~"  # in no id
_NUMBER = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which assets are wanted; empty fields want all.

    `q` are words of title or file name, `series` is an id or title.
    """

    q: str = ""
    type: str = ""
    state: str = ""
    tag: str = ""
    approved: bool | None = None
    used: bool | None = None
    series: str = ""
    genre: str = ""
    rating: str = ""

    def __bool__(self) -> bool:
        return self != Filter()


class Page(msgspec.Struct, frozen=True):
    """Some assets, and the cursor of the next page if there is one."""

    assets: list[AssetView]
    after: str | None


def sort_of(text: str) -> Sort:
    """An order by its name; newest first when there is none of that name."""
    return next((known for known in SORTS if text == known), "newest")


async def assets(wanted: Filter = Filter(), after: str | None = None, limit: int = 50, sort: Sort = "newest") -> Page:
    """The assets that are wanted, in order; `after` is the page before's cursor."""
    query, args = statement(wanted, after, limit, sort)
    rows = await sql(query, *args)
    keys = [row.pop("sort_key") for row in rows]
    found = [view(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return Page(found, None)
    return Page(found, f"{keys[limit - 1]}{_BETWEEN}{found[-1].id}" if sort in _KEYS else found[-1].id)


def statement(wanted: Filter, after: str | None, limit: int, sort: Sort) -> tuple[str, list[str | int]]:
    """The SQL of a page and its values; it asks for one row more, which tells whether there is a next page."""
    conditions, args = _conditions(wanted)
    key, way = _KEYS.get(sort), "ASC" if sort == "title" else "DESC"
    if after:
        condition, more = _from(after, key, ">" if sort == "title" else "<")
        conditions, args = [*conditions, condition], [*args, *more]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = f"{key} {way}, a.id {way}" if key else f"a.id {way}"
    columns = f"{COLUMNS}, {key or 'NULL'} AS sort_key"
    return f"SELECT {columns} FROM {TABLES}{where} ORDER BY {order} LIMIT ?", [*args, limit + 1]


def _conditions(wanted: Filter) -> tuple[list[str], list[str | int]]:
    conditions: list[str] = []
    args: list[str | int] = []
    for word in wanted.q.split():
        conditions.append("(a.title LIKE ? ESCAPE '!' OR a.name LIKE ? ESCAPE '!')")
        args += [f"%{_escaped(word)}%"] * 2
    for column in ("type", "state", "genre", "rating"):
        if value := getattr(wanted, column).strip():
            conditions.append(f"a.{column} = ?")
            args.append(value)
    if wanted.approved is not None:
        conditions.append("a.approved = ?")
        args.append(int(wanted.approved))
    if wanted.tag:
        conditions.append("a.id IN (SELECT asset FROM asset_tag WHERE tag = ?)")
        args.append(wanted.tag.strip().lower())
    if wanted.series:
        conditions.append("a.series = (SELECT id FROM series WHERE id = ? OR title = ?)")
        args += [wanted.series.strip()] * 2
    if wanted.used is not None:
        conditions.append(uses.condition(used=wanted.used))
    return conditions, args


def _escaped(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _from(after: str, key: str | None, compare: str) -> tuple[str, list[str | int]]:
    if key is None:
        return f"a.id {compare} ?", [after]
    value, between, id = after.rpartition(_BETWEEN)
    number = key.startswith("coalesce")
    if not between or (number and not _NUMBER.fullmatch(value)):
        raise Malformed("CURSOR_BAD", "This is no cursor of this list. Begin at the first page.")
    first: str | int = int(value) if number else value
    # The first part lets SQLite begin in the middle of an index over an expression.
    return f"{key} {compare}= ? AND ({key}, a.id) {compare} (?, ?)", [first, first, id]


async def tags() -> list[str]:
    """The tags in use, found by jumping from one to the next in the index."""
    rows = await sql(
        "SELECT tag FROM (WITH RECURSIVE t (tag) AS (SELECT min(tag) FROM asset_tag UNION ALL"
        " SELECT (SELECT min(tag) FROM asset_tag WHERE tag > t.tag) FROM t WHERE t.tag IS NOT NULL)"
        " SELECT tag FROM t WHERE tag IS NOT NULL LIMIT ?)",
        TAGS_SHOWN,
    )
    return [row["tag"] for row in rows]


async def words(column: Literal["genre", "rating"]) -> list[str]:
    """The genres or ratings in use, found in the same way."""
    rows = await sql(
        f"SELECT word FROM (WITH RECURSIVE t (word) AS (SELECT min({column}) FROM asset WHERE {column} IS NOT NULL"
        f" UNION ALL SELECT (SELECT min({column}) FROM asset WHERE {column} > t.word) FROM t WHERE t.word IS NOT NULL)"
        " SELECT word FROM t WHERE word IS NOT NULL LIMIT ?)",
        TAGS_SHOWN,
    )
    return [row["word"] for row in rows]
