"""People and channels of tests about review."""

from app.accounts.rules import Identity
from app.database import sql
from app.posts import queries
from tests.posts.desk import Desk

ADMIN = Identity("user", "2", "Ada", "admin")


async def gated_channel(desk: Desk, url: str = "http://127.0.0.1:9/ok", title: str = "", grace_min: int = 60) -> str:
    """A channel where only approved posts go out."""
    channel = await desk.channel(url, title, grace_min)
    await sql("UPDATE social_account SET needs_approval = 1 WHERE channel = ?", channel)
    return channel


async def version(post: str) -> int:
    return (await queries.post(post)).version


async def approval_of(post: str) -> str:
    return (await queries.post(post)).approval
