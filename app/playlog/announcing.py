"""What the playlog tells the areas beside it: how its logs are named, what can be undone, that it follows bookings."""

from app.channels import deleting, kinds
from app.channels.kinds import Tab
from app.database import placeholders, sql
from app.library import uses
from app.playlog import editing, following, horizon
from app.web import subjects
from app.web.subjects import Subject


def register() -> None:
    """Have edits undone, bookings followed, assets of coming events kept, and logs named by the audit."""
    editing.register()
    following.register()
    subjects.register("log", _named)
    uses.register("log", _logs_of)
    kinds.register_tab("linear", Tab("log", "Log"))
    deleting.register_own("playlog_gone")
    deleting.register_dependent("log", "logs", "SELECT count(*) AS n FROM log WHERE channel = ?")


async def _named(ids: list[str]) -> dict[str, Subject]:
    rows = await sql(
        "SELECT l.id, c.title || ' ' || l.date AS name FROM log l JOIN channel c ON c.id = l.channel"
        f" WHERE l.id IN ({placeholders(ids)})",
        *ids,
    )
    return {row["id"]: Subject(row["name"]) for row in rows}


async def _logs_of(asset_id: str) -> list[dict[str, str]]:
    """Logs with the asset within the reach of the horizon before their end: what has aired keeps its title."""
    rows = await sql(
        "SELECT DISTINCT l.id, l.date, c.slug, c.title FROM playlog p JOIN log l ON l.id = p.log"
        " JOIN channel c ON c.id = p.channel WHERE p.asset = ? AND p.state = 'planned' AND p.end_ms > ("
        " SELECT max(n.start_ms) FROM playlog n WHERE n.channel = p.channel AND n.state <> 'superseded') - ?"
        " ORDER BY c.title, l.date",
        asset_id, horizon.TARGET_MS,
    )  # fmt: skip
    return [
        {"kind": "log", "id": row["id"], "title": f"{row['title']} {row['date']}",
         "href": f"/logs/{row['slug']}/{row['date']}"}
        for row in rows
    ]  # fmt: skip
