"""Giving empty slots their video."""

from app.accounts.rules import Identity
from app.clock import MasterClock, from_ms
from app.database import placeholders, sql
from app.errors import Conflict
from app.events import change
from app.posts import conflicts, fitting, slots, wave_rules
from app.posts.groups import for_video, insert_post
from app.posts.schemas import NewPost
from app.posts.scopes import Scope, waiting, when_of
from app.posts.wave_rules import Placed
from app.posts.waves import Done, woken
from app.queue import Queue


async def fill(
    of: Scope, new: NewPost, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None
) -> Done:
    """Make a post for the empty slots of a scope that still wait, all or none; `new.channels` is not looked at.

    A slot whose time passed is refused: it is moved first, so that nothing goes out late by surprise.
    """
    async with change(by.actor, clock) as happening:
        rows = [row for row in await waiting(of) if row["post"] is None]
        if not rows:
            raise Conflict("FILLED", f"{of.title} has no slot that waits for a video.")
        for row in rows:
            slots.check_time(from_ms(row["due_ms"]), clock.now())
        seen = await fitting.looked_up([row["channel"] for row in rows])
        reached = [await fitting.open_channel(row["channel"], seen) for row in rows]
        written = await for_video(new.asset, new.title, new.description, new.hashtags, reached)
        wanted = [Placed(row["channel"], row["due_ms"], new.asset, row["id"]) for row in rows]
        if found := wave_rules.clashes(wanted, await conflicts.taken(wanted)):
            titles = {row["channel"]: row["channel_title"] for row in rows}
            raise conflicts.refusal(found, titles, None, timezone)
        needed = any(one.needs_approval for one in reached)
        post = await insert_post(happening, new.asset, written, approves=by.can("admin"), needed=needed)
        ids = [row["id"] for row in rows]
        await sql(
            "UPDATE target SET post = ?, asset = ?, attempt = attempt + 1, version = version + 1"
            f" WHERE id IN ({placeholders(ids)})",
            post, new.asset, *ids,
        )  # fmt: skip
        for row in rows:
            await happening.happened("posts", "target", row["id"], "given its video", after={"post": post})
    await woken(rows, [when_of(row) for row in rows], clock, queue)
    return Done(len(rows))
