"""Channels by the names of their platforms, where programs know no others."""

from collections.abc import Sequence

from app.database import sql
from app.errors import field_error


async def connected(platforms: Sequence[str]) -> list[str]:
    """The one channel on each of the platforms that takes posts; several are never chosen from."""
    return [await _only(platform) for platform in platforms]


async def _only(platform: str) -> str:
    rows = await sql(
        "SELECT c.id, c.slug FROM channel c JOIN social_account s ON s.channel = c.id"
        " WHERE lower(s.platform) = ? AND c.active = 1 AND s.needs_reconnect IS NULL ORDER BY c.slug",
        platform.strip().lower(),
    )
    if not rows:
        raise field_error("platforms", "PLATFORM_UNCONNECTED", f"No channel is connected to {platform}.")
    if len(rows) > 1:
        slugs = ", ".join(row["slug"] for row in rows)
        detail = f"{len(rows)} channels are connected to {platform}; name one of them in channels: {slugs}."
        raise field_error("platforms", "PLATFORM_AMBIGUOUS", detail)
    return str(rows[0]["id"])
