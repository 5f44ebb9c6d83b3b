"""Review of posts: submitted by editors, approved or sent back by administrators; each in one transaction.

What is not approved is never claimed for publishing on a channel that asks for approval: `claims` holds that in SQL.
"""

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import Row, sql
from app.errors import Conflict, Forbidden, NotFound, field_error
from app.events import Change, change
from app.posts import approving
from app.posts.approving import Approval

_NEEDED = """
  EXISTS (SELECT 1 FROM target t JOIN social_account s ON s.channel = t.channel WHERE t.post = p.id
   AND s.needs_approval = 1
   AND t.state IN ('draft', 'scheduled', 'preparing', 'ready', 'retry_wait', 'failed', 'missed'))
"""


async def standing(post: str) -> Row:
    """How a post stands: its version, approval and note, and whether a channel it is to go to `needed` approval."""
    rows = await sql(
        f"SELECT p.id, p.title, p.version, p.approval, p.approval_note, {_NEEDED} AS needed FROM post p WHERE p.id = ?",
        post,
    )
    if not rows:
        raise NotFound("POST_UNKNOWN", "There is no such post.")
    return rows[0]


def refuse_stale(row: Row, version: int) -> None:
    """Refuse to act on a post as it was, once somebody changed it."""
    if row["version"] != version:
        raise Conflict("VERSION_STALE", f"{row['title']} was changed by someone else meanwhile. Look at it again.")


async def refuse_unapproved(post: str) -> None:
    """Refuse to publish now what waits for approval."""
    row = await standing(post)
    if row["needed"] and row["approval"] != "approved":
        reason = approving.reason(row["approval"], row["approval_note"])
        raise Conflict("NOT_APPROVED", f"This post is not approved. {reason}")


async def submit(post: str, *, by: Identity, clock: MasterClock) -> None:
    """Ask for review, first or after the changes that were asked for."""
    async with change(by.actor, clock) as happening:
        row = await standing(post)
        if not row["needed"]:
            raise Conflict("REVIEW_NOT_NEEDED", "None of its channels asks for approval.")
        if row["approval"] not in ("none", "changes"):
            raise Conflict("STATE", f"This post is {approving.LABELS[row['approval']].lower()} already.")
        await put(happening, row, "waiting", "submitted")


async def approve(post: str, version: int, *, by: Identity, clock: MasterClock) -> None:
    """Let a post go out as it reads now; `version` is the one that was read."""
    await _judge(post, version, "approved", "approved", None, by, clock)


async def send_back(post: str, version: int, note: str, *, by: Identity, clock: MasterClock) -> None:
    """Ask for changes, also of what was approved and is not out yet; the note says which."""
    note = note.replace("\r\n", "\n").strip()
    if not note:
        raise field_error("note", "NOTE_EMPTY", "Say what should change.")
    if len(note) > approving.NOTE_MOST:
        detail = f"The note has {len(note)} characters; at most {approving.NOTE_MOST} fit."
        raise field_error("note", "NOTE_LONG", detail)
    await _judge(post, version, "changes", "sent back", note, by, clock)


async def _judge(
    post: str, version: int, approval: Approval, verb: str, note: str | None, by: Identity, clock: MasterClock
) -> None:
    if not by.can("admin"):
        raise Forbidden("ROLE", "Posts are approved by administrators.", needs="admin")
    async with change(by.actor, clock) as happening:
        row = await standing(post)
        refuse_stale(row, version)
        if not row["needed"]:
            raise Conflict("REVIEW_NOT_NEEDED", "Nothing of this post waits for approval.")
        if row["approval"] == approval:
            raise Conflict("STATE", f"This post is {approving.LABELS[approval].lower()} already.")
        await put(happening, row, approval, verb, note)


async def put(happening: Change, row: Row, approval: Approval, verb: str, note: str | None = None) -> None:
    """Store how a post stands from now on; what it said ahead of its targets' problems is found out anew."""
    await sql(
        "UPDATE post SET approval = ?, approval_note = ?, version = version + 1 WHERE id = ?", approval, note, row["id"]
    )
    await sql("UPDATE target SET problem = NULL WHERE post = ? AND problem IS NOT NULL", row["id"])
    await happening.happened(
        "posts", "post", row["id"], verb,
        before={"approval": row["approval"]}, after={"approval": approval, **({"note": note} if note else {})},
    )  # fmt: skip


async def on_scheduled(happening: Change, post: str, *, approves: bool) -> None:
    """Submit a draft that got a time, or approve it where somebody who approves gave it one."""
    row = await standing(post)
    approval = approving.scheduled(row["approval"], approves=approves, needed=bool(row["needed"]))
    if approval != row["approval"]:
        await put(happening, row, approval, "submitted" if approval == "waiting" else "approved")


async def on_needed(happening: Change, channel: str) -> None:
    """Submit what is planned on a channel and was never reviewed, once the channel asks for approval."""
    rows = await sql(
        f"SELECT p.id, p.approval, {_NEEDED} AS needed FROM post p WHERE p.approval = 'none' AND p.id IN"
        " (SELECT post FROM target WHERE channel = ? AND state IN ('scheduled', 'preparing', 'ready', 'retry_wait'))",
        channel,
    )
    for row in rows:
        await put(happening, row, "waiting", "submitted")
