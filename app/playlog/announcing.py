"""What the playlog tells the areas beside it: how its logs are named, what can be undone, that it follows bookings."""

from app.channels import deleting, kinds
from app.channels.kinds import Tab
from app.database import placeholders, sql
from app.playlog import editing, following
from app.web import subjects
from app.web.subjects import Subject


def register() -> None:
    """Have edits undone, bookings followed, and logs named by the audit."""
    editing.register()
    following.register()
    subjects.register("log", _named)
    kinds.register_tab("linear", Tab("log", "Log"))
    deleting.register_dependent("log", "logs", "SELECT count(*) AS n FROM log WHERE channel = ?")


async def _named(ids: list[str]) -> dict[str, Subject]:
    rows = await sql(
        "SELECT l.id, c.title || ' ' || l.date AS name FROM log l JOIN channel c ON c.id = l.channel"
        f" WHERE l.id IN ({placeholders(ids)})",
        *ids,
    )
    return {row["id"]: Subject(row["name"]) for row in rows}
