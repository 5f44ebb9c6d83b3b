"""What publishing tells the parts of the desk that know nothing of posts: counts, metrics, uses of assets."""

from collections.abc import Iterable

from app.database import placeholders, sql
from app.posts import social_part, uses
from app.posts.states import STATES
from app.web import metrics, nav, subjects
from app.web.metrics import Sample
from app.web.nav import Count
from app.web.subjects import Subject


def register() -> None:
    """Announce publishing to the sidebar, the metrics, the library and the channels."""
    nav.register_count("Schedule", failing)
    metrics.register(samples)
    uses.register()
    social_part.register()
    subjects.register("target", targets)
    subjects.register("post", posts)
    subjects.register("channel", channels)


async def targets(ids: list[str]) -> dict[str, Subject]:
    """The posts of targets, with the channel."""
    rows = await sql(
        "SELECT t.id, t.post, p.title, c.title AS channel FROM target t JOIN post p ON p.id = t.post"
        f" JOIN channel c ON c.id = t.channel WHERE t.id IN ({placeholders(ids)})",
        *ids,
    )
    return {r["id"]: Subject(f"{r['title']} on {r['channel']}", f"/schedule/posts/{r['post']}") for r in rows}


async def posts(ids: list[str]) -> dict[str, Subject]:
    """Posts by their titles."""
    rows = await sql(f"SELECT id, title FROM post WHERE id IN ({placeholders(ids)})", *ids)
    return {row["id"]: Subject(row["title"], f"/schedule/posts/{row['id']}") for row in rows}


async def channels(ids: list[str]) -> dict[str, Subject]:
    """Channels by their titles."""
    rows = await sql(f"SELECT id, slug, title FROM channel WHERE id IN ({placeholders(ids)})", *ids)
    return {row["id"]: Subject(row["title"], f"/channels/{row['slug']}") for row in rows}


async def failing() -> Count | None:
    """How many posts need somebody, for the sidebar."""
    rows = await sql("SELECT count(DISTINCT post) AS n FROM target WHERE state IN ('failed', 'missed', 'unconfirmed')")
    number = rows[0]["n"]
    return Count(number, "bad", "post needs you" if number == 1 else "posts need you") if number else None


async def samples() -> Iterable[Sample]:
    """Targets by state, and how late the last hour's went out."""
    counts = {row["state"]: row["n"] for row in await sql("SELECT state, count(*) AS n FROM target GROUP BY state")}
    found = [Sample("daypart_targets", "Targets by state.", counts.get(state, 0), {"state": state}) for state in STATES]
    late = await sql(
        "SELECT coalesce(max(committed_ms - due_ms), 0) AS worst, coalesce(avg(committed_ms - due_ms), 0) AS mean"
        " FROM target WHERE state = 'published' AND due_ms > (SELECT max(due_ms) FROM target"
        " WHERE state = 'published') - 3600000"
    )
    help_text = "Start of the publishing call minus the due time, in the last hour that published."
    return [
        *found,
        Sample("daypart_lateness_ms", help_text, late[0]["worst"], {"figure": "max"}),
        Sample("daypart_lateness_ms", help_text, late[0]["mean"], {"figure": "mean"}),
    ]
