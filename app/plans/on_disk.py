"""Whether what is planned is there: files may go from disk behind the library's back."""

from collections.abc import Sequence
from pathlib import Path

from app.database import DB, placeholders, sql
from app.plans.values import Event, Finding
from app.settings import media_beside

_AT_ONCE = 500


async def gone(events: Sequence[Event]) -> list[Finding]:
    """Assets of a day whose files are gone, each told once, where it first airs; one without a file lives elsewhere."""
    first = {part.asset: (part.title, one.start_ms + part.at_ms) for one in reversed(events) for part in one.parts}
    folder = media_beside(Path(DB.path))
    missing = {row["id"] for row in await _paths(list(first)) if not (folder / row["path"]).is_file()}
    told = sorted((first[asset] for asset in missing), key=lambda one: one[1])
    return [
        Finding("MEDIA_GONE", "error", f"The file of {title} is gone from disk; something else airs for it.", at_ms)
        for title, at_ms in told
    ]


async def _paths(assets: Sequence[str]) -> list[dict[str, str]]:
    found = []
    for start in range(0, len(assets), _AT_ONCE):
        some = assets[start : start + _AT_ONCE]
        found += await sql(
            f"SELECT a.id, m.path FROM asset a JOIN media m ON m.id = a.media WHERE a.id IN ({placeholders(some)})",
            *some,
        )
    return found
