"""Who uses an asset: areas above the library register themselves, since it knows none of them."""

from collections.abc import Awaitable, Callable

from app.errors import Conflict
from app.wording import count

Find = Callable[[str], Awaitable[list[dict[str, str]]]]
"""Finds what uses an asset, by its id; each use as `{"kind": "post", "id": …, "title": …}`."""

_finders: dict[str, Find] = {}
_queries: dict[str, str] = {}


def register(kind: str, find: Find, query: str = "") -> None:
    """Have assets kept that something of this kind uses, such as `post`.

    `query` gives a row where the asset `a.id` is used, such as `SELECT 1 FROM post WHERE post.asset = a.id`: lists are
    filtered by it.
    """
    _finders[kind] = find
    if query:
        _queries[kind] = query


def condition(*, used: bool) -> str:
    """The SQL that holds for assets `a` that are used, or for those that are not."""
    found = " OR ".join(f"EXISTS ({query})" for query in _queries.values()) or "FALSE"
    return f"({found})" if used else f"NOT ({found})"


async def find(asset_id: str) -> list[dict[str, str]]:
    """Everything that uses an asset."""
    return [use for finder in _finders.values() for use in await finder(asset_id)]


async def refuse_used(asset_id: str, title: str) -> None:
    """Refuse to go on when anything uses the asset, naming it."""
    used = await find(asset_id)
    if used:
        raise Conflict("ASSET_USED", f"{title} is used by {told(used)}. Remove that first.", conflicts=used)


def told(used: list[dict[str, str]]) -> str:
    """How many uses of each kind there are, in words: `2 posts and 1 booking`."""
    kinds = [use["kind"] for use in used]
    return " and ".join(count(kinds.count(kind), kind) for kind in dict.fromkeys(kinds))
