"""Which posts are made of an asset, for the library, which knows no posts."""

from app import wording
from app.accounts.desk import desk
from app.clock import EPOCH, from_ms, zone
from app.database import sql
from app.library import uses
from app.posts import queries, views


def register() -> None:
    """Have the library know of posts: it keeps what they are made of, and lists can be filtered by it."""
    uses.register("post", posts_of, "SELECT 1 FROM post WHERE post.asset = a.id")


async def posts_of(asset_id: str) -> list[dict[str, str]]:
    """The posts of an asset, newest first, in words."""
    rows = await sql("SELECT id FROM post WHERE asset = ? ORDER BY id DESC", asset_id)
    tz = zone((await desk()).timezone)
    found = []
    for one in await queries.posts([row["id"] for row in rows]):
        # The words chosen here do not depend on the moment.
        stands = views.standing(one.targets, EPOCH)
        found.append(
            {
                "kind": "post",
                "id": one.id,
                "title": one.title,
                "href": f"/schedule/posts/{one.id}",
                "due_label": "No time yet" if stands.due_ms is None else wording.local(from_ms(stands.due_ms), tz),
                "status": stands.status,
                "status_label": stands.status_label,
                "status_icon": stands.status_icon,
            }
        )
    return found
