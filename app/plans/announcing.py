"""What planning tells the areas beside it: what it uses, and how its things are named."""

from app.channels import kinds
from app.channels.kinds import Tab
from app.database import placeholders, sql
from app.library import uses
from app.plans import channel_part, rebooking
from app.plans.grids import USUAL
from app.plans.rules import DAYS_AHEAD
from app.web import subjects
from app.web.subjects import Subject

_NAMES = {
    "plan": "SELECT id, name FROM plan",
    "program": "SELECT id, name FROM program",
    "day": "SELECT d.id AS id, c.title || ' ' || d.date AS name FROM schedule_day d JOIN channel c ON c.id = d.channel",
    "booking": "SELECT b.id AS id, a.title AS name FROM booking b JOIN asset a ON a.id = b.asset",
}


def register() -> None:
    """Have assets kept that are planned with, changes of planning named, and moves of bookings undone."""
    uses.register("program", _programs_of, "SELECT 1 FROM program_asset WHERE program_asset.asset = a.id")
    uses.register("booking", _bookings_of, "SELECT 1 FROM booking WHERE booking.asset = a.id")
    uses.register("day", _days_of)
    channel_part.register()
    for kind in USUAL:
        kinds.register_tab(kind, Tab("programs", "Programs"))
    rebooking.register()
    for kind in _NAMES:
        subjects.register(kind, _finder(kind))


def _finder(kind: str) -> subjects.Find:
    async def find(ids: list[str]) -> dict[str, Subject]:
        rows = await sql(f"SELECT * FROM ({_NAMES[kind]}) WHERE id IN ({placeholders(ids)})", *ids)
        return {row["id"]: Subject(row["name"]) for row in rows}

    return find


async def _programs_of(asset_id: str) -> list[dict[str, str]]:
    rows = await sql(
        "SELECT p.id, p.name FROM program_asset a JOIN program p ON p.id = a.program WHERE a.asset = ? ORDER BY p.name",
        asset_id,
    )
    return [{"kind": "program", "id": row["id"], "title": row["name"]} for row in rows]


async def _bookings_of(asset_id: str) -> list[dict[str, str]]:
    rows = await sql(
        "SELECT b.id, a.title FROM booking b JOIN asset a ON a.id = b.asset WHERE b.asset = ? ORDER BY b.start_ms",
        asset_id,
    )
    return [{"kind": "booking", "id": row["id"], "title": row["title"]} for row in rows]


async def _days_of(asset_id: str) -> list[dict[str, str]]:
    """The newest days of each channel, as many as are made ahead: those before have aired, and keep their titles."""
    rows = await sql(
        "SELECT DISTINCT d.id, d.date, c.slug, c.title FROM schedule_day d JOIN channel c ON c.id = d.channel"
        " JOIN day_event e ON e.day = d.id WHERE d.current AND d.date >= (SELECT date(max(n.date), ?)"
        " FROM schedule_day n WHERE n.channel = d.channel) AND (e.asset = ? OR e.parts LIKE ?)"
        " ORDER BY c.title, d.date",
        f"-{DAYS_AHEAD} days", asset_id, f"%{asset_id}%",
    )  # fmt: skip
    return [
        {"kind": "day", "id": row["id"], "title": f"{row['title']} {row['date']}",
         "href": f"/channels/{row['slug']}/days/{row['date']}"}
        for row in rows
    ]  # fmt: skip
