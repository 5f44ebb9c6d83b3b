"""Assets and series as people name them: by title where only one is called so, else by id."""

from collections.abc import Iterable

from app.database import placeholders, sql
from app.errors import field_error

LISTED_MOST = 500


async def asset_named(text: str, field: str) -> str:
    """The id of the asset that is meant."""
    return await _named("asset", "video", text, field)


async def series_named(text: str, field: str) -> str:
    """The id of the series that is meant."""
    return await _named("series", "series", text, field)


async def _named(table: str, word: str, text: str, field: str) -> str:
    wanted = " ".join(text.split())
    if not wanted:
        raise field_error(field, "MISSING_FIELD", f"Name a {word} of the library.")
    rows = await sql(
        f"SELECT id FROM {table} WHERE id = ? OR title = ? COLLATE NOCASE ORDER BY id = ? DESC LIMIT 2",
        wanted, wanted, wanted,
    )  # fmt: skip
    if not rows:
        raise field_error(field, f"{table.upper()}_UNKNOWN", f"The library has no {word} {wanted}.")
    if len(rows) > 1 and rows[0]["id"] != wanted:
        raise field_error(field, "NAME_AMBIGUOUS", f"Several are called {wanted}. Give the id of the one you mean.")
    return str(rows[0]["id"])


async def asset_names(ids: Iterable[str]) -> dict[str, str]:
    """What stands in a form for assets: the title, or the id where others have the same title."""
    return await _names("asset", list(ids))


async def series_names(ids: Iterable[str]) -> dict[str, str]:
    """The same for series."""
    return await _names("series", list(ids))


async def _names(table: str, ids: list[str]) -> dict[str, str]:
    rows = await sql(
        f"SELECT id, title, (SELECT count(*) FROM {table} o WHERE o.title = t.title COLLATE NOCASE) AS same"
        f" FROM {table} t WHERE id IN ({placeholders(ids)})",
        *ids,
    )  # fmt: skip
    return {row["id"]: row["title"] if row["same"] == 1 else row["id"] for row in rows}


async def airable_titles() -> list[str]:
    """The titles that a form suggests: of assets that may air, the newest first."""
    rows = await sql(
        "SELECT title FROM asset WHERE state = 'ready' AND approved = 1 GROUP BY title ORDER BY max(created_ms) DESC,"
        f" title LIMIT {LISTED_MOST}"
    )
    return [row["title"] for row in rows]
