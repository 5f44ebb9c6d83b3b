"""Which posts an act on many is meant for: those that were named, or all that the list shows under a filter."""

from collections.abc import Sequence
from datetime import time

from app.clock import MasterClock, broadcast_day, to_ms, zone
from app.errors import field_error
from app.posts import queries
from app.posts.bulk import AT_ONCE_MOST
from app.posts.queries import Filter


async def chosen(
    posts: Sequence[str] | None, wanted: Filter | None, *, clock: MasterClock, timezone: str
) -> Sequence[str]:
    """The ids of the posts; either they or a filter are given. More than an act takes at once are refused."""
    if (posts is None) == (wanted is None):
        raise field_error("posts", "POSTS_OR_FILTER", "Name the posts, or give the filter of the list.")
    if wanted is None:
        return posts or []
    tz = zone(timezone)
    start, _ = broadcast_day(clock.now().astimezone(tz).date(), time(0), tz)
    found = await queries.matching(wanted, to_ms(start), AT_ONCE_MOST)
    if len(found) > AT_ONCE_MOST:
        detail = f"More than {AT_ONCE_MOST} posts match. Filter them further."
        raise field_error("posts", "POSTS_COUNT", detail)
    return found
