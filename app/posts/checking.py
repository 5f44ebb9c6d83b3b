"""What would stop a target at its hour, found out ahead and told, and again just before it is sent."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from app import events
from app.clock import MasterClock, to_ms
from app.database import DB, Row, sql
from app.posts import approving, fitting
from app.posts.claims import COLUMNS, JOINS
from app.posts.issues import Issue
from app.posts.publication import texts_of

AHEAD = timedelta(hours=1)
AT_ONCE = 2_000


def unfit(row: Row, media: Path) -> list[Issue]:
    """What keeps a loaded target from being sent: its video, its file below `media`, the limits of its platform."""
    gone = _gone(row, media)
    if gone is not None:
        return [Issue("asset", "FILE_GONE", gone)]
    return fitting.issues(row["platform"], texts_of(row), row if row["asset"] is not None else None)


def _gone(row: Row, media: Path) -> str | None:
    if row["asset"] is None:
        return None
    if row["asset_state"] != "ready":
        return "Its video is not ready any more. Make it ready in the library, or cancel the post."
    if row["path"] is not None and not (media / row["path"]).is_file():
        return "The file of its video is missing. Restore it in the media folder."
    return None


def problem(row: Row, media: Path) -> str | None:
    """Everything that stands in the way of a loaded target, in plain words; None means that it may go out."""
    found = [issue.detail for issue in unfit(row, media)]
    if not row["channel_active"]:
        found.append(f"{row['channel_title']} is switched off.")
    if row["needs_reconnect"]:
        found.append(f"{row['channel_title']} refuses posts: {row['needs_reconnect']}")
    if is_unapproved(row):
        found.append(approving.reason(row["approval"], row["approval_note"]))
    return " ".join(found) or None


def is_unapproved(row: Row) -> bool:
    """Whether a loaded target's channel asks for an approval that its post has not."""
    return bool(row["needs_approval"]) and row["approval"] not in (None, "approved")


def missed_reason(row: Row) -> str:
    """Why a target's time passed without it."""
    minutes = row["late_grace_s"] // 60
    if row["post"] is None:
        return "Its time passed before it got a video. Move it, then give it one."
    if is_unapproved(row):
        return f"Its time passed by more than the {minutes} min this channel allows, and it was not approved."
    return f"Its time passed while it could not go out, by more than the {minutes} min this channel allows."


async def check_ahead(clock: MasterClock, media: Path) -> int:
    """Judge what goes out within the hour and store the problems that are new or gone; returns how many."""
    rows = await sql(
        f"SELECT {COLUMNS}, t.problem {JOINS} WHERE t.state IN ('scheduled', 'ready', 'retry_wait')"
        " AND t.due_ms <= ? AND t.post IS NOT NULL ORDER BY t.due_ms LIMIT ?",
        to_ms(clock.now() + AHEAD), AT_ONCE,
    )  # fmt: skip
    found = await asyncio.to_thread(_changed, rows, media)
    if found:
        await _store(found, clock.now_ms())
    return len(found)


def _changed(rows: Sequence[Row], media: Path) -> list[tuple[Row, str | None]]:
    judged = ((row, problem(row, media)) for row in rows)
    return [(row, now) for row, now in judged if now != row["problem"]]


async def _store(found: Sequence[tuple[Row, str | None]], now_ms: int) -> None:
    async with DB.transaction():
        for row, now in found:
            # Whoever changed the target or its post since then has made what was found here old.
            stored = await sql(
                "UPDATE target SET problem = ? WHERE id = ? AND attempt = ? AND problem IS ?"
                " AND state IN ('scheduled', 'ready', 'retry_wait') RETURNING id",
                now, row["id"], row["attempt"], row["problem"],
            )  # fmt: skip
            if stored:
                await _tell(row, now, now_ms)
    await events.announce()


async def _tell(row: Row, now: str | None, now_ms: int) -> None:
    verb, after = ("problem gone", {}) if now is None else ("problem found", {"problem": now})
    event = events.Event("worker", "posts", "target", row["id"], verb, after={"post": row["post"], **after})
    await events.record(event, now_ms)
