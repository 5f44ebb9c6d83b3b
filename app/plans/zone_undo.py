"""Putting a zone back as it was before it was added, changed or deleted."""

from typing import Any

from app import events
from app.database import Row, sql
from app.errors import Conflict
from app.events import Change
from app.plans import rules, service
from app.plans.values import Zone
from app.plans.zones import ZONE_ADDED, ZONE_CHANGED, ZONE_REMOVED, named_programs

SUBJECTS = ("plan",)


def register() -> None:
    """Let what was done to zones be undone."""
    for verb in (ZONE_ADDED, ZONE_CHANGED, ZONE_REMOVED):
        events.register_undo("plan", verb, put_back)


async def put_back(_: Change, event: Row) -> None:
    """Undo what was done to a zone, unless anything of its plan was changed since."""
    rows = await sql("SELECT channel, name, version FROM plan WHERE id = ?", event["subject_id"])
    before, after = event["before"] or {}, event["after"]
    if not rows or rows[0]["version"] != after["version"]:
        what = after.get("zone") or before["zone"]
        raise Conflict("VERSION_STALE", f"The plan of {what} was changed meanwhile, so that stays.")
    zone = await _zone(rows[0]["channel"], before) if before else None
    if after.get("id"):
        await sql("DELETE FROM zone WHERE id = ?", after["id"])
    if zone is not None:
        await service.store_zone(event["subject_id"], zone)
    await sql("UPDATE plan SET version = version + 1 WHERE id = ?", event["subject_id"])


async def _zone(channel: str, told: dict[str, Any]) -> Zone:
    return Zone(
        told["id"], told["zone"], rules.checked_wall(told["start"], "start"), rules.checked_wall(told["end"], "end"),
        await named_programs(channel, told["programs"]), frozenset(told["days"]), told["first"], told["last"],
        told["dst"], told["enabled"],
    )  # fmt: skip
