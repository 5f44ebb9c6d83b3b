"""Holding the waiting targets of a post back, and letting them go again."""

from app.accounts.rules import Identity
from app.channels.service import channel
from app.clock import MasterClock, from_ms
from app.database import Row, sql
from app.errors import Conflict
from app.events import Change, change
from app.posts import service
from app.posts.outcomes import too_late
from app.posts.states import CHANGEABLE


async def pause(post: str, *, by: Identity, clock: MasterClock) -> int:
    """Hold the waiting targets of a post back until they are resumed; returns how many."""
    async with change(by.actor, clock) as happening:
        return len(await pause_in(happening, post))


async def resume(post: str, *, by: Identity, clock: MasterClock) -> int:
    """Let the paused targets of a post go on; returns how many."""
    async with change(by.actor, clock) as happening:
        return len(await resume_in(happening, post))


async def pause_in(happening: Change, post: str, occurrence: str = "") -> list[Row]:
    """Hold back inside of a transaction; returns the targets as they were."""
    rows = await _waiting(post, occurrence, paused=False)
    if not rows:
        raise Conflict("STATE", "Only a post that still waits can be paused.")
    for row in rows:
        await _switch(happening, row, True)
    return rows


async def resume_in(happening: Change, post: str, occurrence: str = "") -> list[Row]:
    """Let go inside of a transaction; one whose time is past by too much has to be given another first."""
    rows = await _waiting(post, occurrence, paused=True)
    if not rows:
        raise Conflict("STATE", "Only a post that is paused can be resumed.")
    for row in rows:
        await _refuse_late(row, happening.at_ms)
        await _switch(happening, row, False)
    return rows


async def _waiting(post: str, occurrence: str, *, paused: bool) -> list[Row]:
    """Of the occurrence that is named, or else the first that has any, the waiting targets that are paused or not.

    A draft without a time waits for nothing.
    """
    every = [row for row in await service.targets(post) if row["due_ms"] is not None]
    rows = [row for row in every if row["state"] in CHANGEABLE and row["paused"] == paused]
    return [row for row in rows if row["occurrence"] == (occurrence or rows[0]["occurrence"])]


async def _refuse_late(row: Row, now_ms: int) -> None:
    rows = await sql("SELECT late_grace_s FROM social_account WHERE channel = ?", row["channel"])
    if too_late(from_ms(row["due_ms"]), from_ms(now_ms), rows[0]["late_grace_s"]):
        title = (await channel(row["channel"])).title
        detail = f"Its time on {title} passed while it was paused. Move it, then resume it, or post it now."
        raise Conflict("TIME_PAST", detail)


async def _switch(happening: Change, row: Row, paused: bool) -> None:
    # The attempt stays: a worker that holds the target hands it back by itself, at the latest when it would send.
    await sql("UPDATE target SET paused = ?, version = version + 1 WHERE id = ?", paused, row["id"])
    verb = "paused" if paused else "resumed"
    await happening.happened("posts", "target", row["id"], verb, after={"post": row["post"]})
