"""What publishing tells the parts of the desk that know nothing of posts: counts, metrics, uses of assets."""

from collections.abc import Iterable

from app.database import placeholders, sql
from app.posts import moving, social_part, uses
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
    moving.register()
    subjects.register("target", targets)
    subjects.register("post", posts)
    subjects.register("channel", channels)
    subjects.register("group", groups)
    subjects.register("wave", waves)


async def targets(ids: list[str]) -> dict[str, Subject]:
    """The posts of targets, with the channel; a slot without a post leads to its wave."""
    rows = await sql(
        "SELECT t.id, t.post, p.title, c.title AS channel, w.key FROM target t JOIN channel c ON c.id = t.channel"
        f" LEFT JOIN post p ON p.id = t.post LEFT JOIN wave w ON w.id = t.wave WHERE t.id IN ({placeholders(ids)})",
        *ids,
    )
    return {
        row["id"]: Subject(
            f"{row['title'] or 'Empty slot'} on {row['channel']}",
            f"/schedule/posts/{row['post']}" if row["post"] else _wave_page(row["key"]),
        )
        for row in rows
    }


async def groups(ids: list[str]) -> dict[str, Subject]:
    """Groups by their wave."""
    rows = await sql(
        "SELECT g.id, g.kind, w.key, w.title FROM target_group g LEFT JOIN wave w ON w.id = g.wave"
        f" WHERE g.id IN ({placeholders(ids)})",
        *ids,
    )
    return {
        row["id"]: Subject(f"A {row['kind']} group of {row['title'] or 'no wave'}", _wave_page(row["key"]))
        for row in rows
    }


async def waves(ids: list[str]) -> dict[str, Subject]:
    """Waves by their titles."""
    rows = await sql(f"SELECT id, key, title FROM wave WHERE id IN ({placeholders(ids)})", *ids)
    return {row["id"]: Subject(row["title"], _wave_page(row["key"])) for row in rows}


def _wave_page(key: str | None) -> str:
    return f"/schedule/waves/{key}" if key else "/schedule/waves"


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
    rows = await sql(
        "SELECT count(*) AS n FROM (SELECT post FROM target WHERE state IN ('failed', 'missed', 'unconfirmed') UNION"
        " SELECT post FROM target WHERE problem IS NOT NULL AND state IN ('scheduled', 'ready', 'retry_wait'))"
    )
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
