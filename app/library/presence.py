"""Whether files are there: they may go from disk behind the library's back."""

import asyncio
import os.path
from collections.abc import Collection, Iterable
from pathlib import Path

from app.database import DB, placeholders, sql
from app.settings import media_beside

_AT_ONCE = 10_000


async def missing(assets: Collection[str]) -> set[str]:
    """Those of these assets whose files are gone; one without a file of its own lives elsewhere, and is not missed."""
    paths: dict[str, str] = {}
    asked = sorted(assets)
    for first in range(0, len(asked), _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        rows = await sql(
            f"SELECT a.id, m.path FROM asset a JOIN media m ON m.id = a.media WHERE a.id IN ({placeholders(some)})",
            *some,
        )
        paths |= {row["id"]: row["path"] for row in rows}
    gone = await gone_paths(paths.values())
    return {asset for asset, path in paths.items() if path in gone}


async def gone_paths(paths: Iterable[str]) -> set[str]:
    """Those of these media paths where no file is; a disk that answers late makes nobody else wait."""
    asked = set(paths)
    return await asyncio.to_thread(_gone, media_beside(Path(DB.path)), asked) if asked else set()


def _gone(folder: Path, paths: Collection[str]) -> set[str]:
    # Path.is_file raises where a folder cannot be read; what is there counts as gone all the same.
    return {path for path in paths if not os.path.isfile(folder / path)}
