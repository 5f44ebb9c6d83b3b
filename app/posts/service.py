"""Use cases of posts: schedule, post now, move, cancel, retry; each validates, then writes in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from app.accounts.rules import Identity
from app.channels.service import ChannelView, channel
from app.clock import MasterClock, from_ms, to_ms
from app.database import Row, sql
from app.errors import Conflict, NotFound
from app.events import Change, change
from app.library import arrivals
from app.posts import approval, approving, fitting, holds, slots, writing
from app.posts.clashes import refuse_clash
from app.posts.free_slots import next_free_slots
from app.posts.rendering import Texts
from app.posts.schemas import NewPost, Scheduled, When
from app.posts.states import AWAITING, CHANGEABLE, OPEN, RETRYABLE, State
from app.queue import Queue

# The worker looks each second, and takes a target up some seconds ahead.
SOON = timedelta(seconds=3)
MOVE_REFUSED = "Only a post that still waits can be moved."
# Without its video, a target stays a draft whatever its time is.
WAITING_STATE = (
    "CASE WHEN EXISTS (SELECT 1 FROM post p WHERE p.id = target.post AND p.arrival IS NOT NULL AND p.asset IS NULL)"
    " THEN 'draft' ELSE 'scheduled' END"
)


async def schedule(
    new: NewPost, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None
) -> Scheduled:
    """Make a post and a target on each channel, all or none; a time that is taken is refused with a free one."""
    async with change(by.actor, clock) as happening:
        made = await plan_in(happening, new, clock=clock, timezone=timezone, approves=by.can("admin"))
    await wake_soon([(target, 0) for target in made.targets], made.due, clock, queue)
    return made


async def plan_in(
    happening: Change, new: NewPost, *, clock: MasterClock, timezone: str, approves: bool = False,
    arrival: str | None = None,
) -> Scheduled:  # fmt: skip
    """Make a post inside of a transaction; when it is refused, nothing of it was written.

    What somebody made who `approves` needs no review. `arrival` is the file on its way that is to become its video.
    """
    written = writing.checked(new.title, new.description, new.hashtags, new.tags)
    reached, own = await writing.reached(new, {})
    asset = None if arrival else new.asset
    fitting.refuse_unfit(reached, written.texts, None if arrival else await fitting.ready_asset(asset), own)
    channels = [one.channel for one in reached]
    when = new.when or await _chosen(channels, clock, timezone)
    slots.check_time(when.at, clock.now())
    for one in channels:
        await refuse_clash(one, asset, when, clock, timezone)
    stands = approving.at_first(approves=approves, needed=any(one.needs_approval for one in reached))
    post = await writing.insert_post(happening, asset, written, stands, arrival)
    targets = [
        await writing.insert_target(
            happening, post, asset, one, when, own.get(one.channel.id), to_come=arrival is not None
        )
        for one in reached
    ]
    if stands == "waiting":
        await happening.happened("posts", "post", post, "submitted", after={"approval": stands})
    return Scheduled(post, targets, when.at, when.note)


async def _chosen(channels: Sequence[ChannelView], clock: MasterClock, timezone: str) -> When:
    (slot,) = await next_free_slots(1, [one.id for one in channels], clock=clock, timezone=timezone)
    return slot.when


Act = Callable[[Change, Row], Awaitable[None]]
Check = Callable[[str, list[Row]], Awaitable[None]]


async def targets(post: str) -> list[Row]:
    """The targets of a post, in order of time, with what decides about acts on them."""
    rows = await sql(
        "SELECT t.id, t.post, t.asset, t.channel, t.occurrence, t.state, t.paused, t.due_ms, t.wall, t.timezone,"
        " t.attempt, t.doubtful, t.error, t.overrides, p.title FROM target t JOIN post p ON p.id = t.post"
        " WHERE t.post = ? ORDER BY t.due_ms, t.id",
        post,
    )
    if not rows:
        raise NotFound("POST_UNKNOWN", "There is no such post.")
    return rows


def of_one(rows: list[Row], allowed: frozenset[State], occurrence: str) -> list[Row]:
    """Of a post that goes out several times an act concerns one: the named, else the first that is open to it."""
    waiting = [row for row in rows if row["state"] in allowed & CHANGEABLE]
    first = (waiting or [row for row in rows if row["state"] in allowed] or rows)[0]["occurrence"]
    found = [row for row in rows if row["occurrence"] == (occurrence or first)]
    if not found:
        raise NotFound("OCCURRENCE_UNKNOWN", "The post has no such occurrence.")
    return found


async def act_on(
    happening: Change, post: str, allowed: frozenset[State], refusal: str, act: Act, occurrence: str = "",
    check: Check | None = None,
) -> list[Row]:  # fmt: skip
    """Do something inside of a transaction with all targets of an occurrence in these states, or refuse all.

    `check` sees the post and these targets before anything is done. Returns the targets as they were.
    """
    every = of_one(await targets(post), allowed, occurrence)
    rows = [row for row in every if row["state"] in allowed]
    under_way = [row for row in every if row["state"] in AWAITING]
    if under_way or not rows:
        raise Conflict("STATE", refusal, states=[row["state"] for row in every])
    if check is not None:
        await check(post, rows)
    for row in rows:
        await act(happening, row)
    return rows


async def refuse_unfit(post: str, rows: list[Row]) -> None:
    """What was planned while it fitted is judged again, since texts, file and platforms may be others now."""
    said = (await sql("SELECT asset, arrival, title, description, hashtags FROM post WHERE id = ?", post))[0]
    texts = Texts(said["title"], said["description"], msgspec.json.decode(said["hashtags"]))
    to_come = said["asset"] is None and said["arrival"] is not None
    await fitting.refuse_unfit_targets(said["asset"], texts, rows, to_come=to_come)


async def _refuse_unpublishable(post: str, rows: list[Row]) -> None:
    await approval.refuse_unapproved(post)
    for row in rows:
        await refuse_closed(row)
    await refuse_unfit(post, rows)


async def post_now(post: str, *, by: Identity, clock: MasterClock, queue: Queue | None, occurrence: str = "") -> None:
    """Make every waiting target of a post due now."""
    async with change(by.actor, clock) as happening:
        rows = await post_now_in(happening, post, occurrence)
    await wake([(row["id"], row["attempt"] + 1) for row in rows], queue)


async def post_now_in(happening: Change, post: str, occurrence: str = "") -> list[Row]:
    """The same inside of a transaction; returns the targets as they were."""
    refusal = "Only a post that still waits can be posted now."
    return await act_on(happening, post, CHANGEABLE, refusal, _post_now, occurrence, _refuse_unpublishable)


async def _post_now(happening: Change, row: Row, verb: str = "post now") -> None:
    await move(happening, row, When(from_ms(happening.at_ms)), verb)
    await sql("UPDATE target SET paused = 0 WHERE id = ?", row["id"])


async def reschedule(
    post: str, when: When, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None,
    occurrence: str = "",
) -> Scheduled:  # fmt: skip
    """Move every waiting target of a post to another time."""
    slots.check_time(when.at, clock.now())

    async def act(happening: Change, row: Row) -> None:
        await refuse_clash(await channel(row["channel"]), None, when, clock, timezone, own=row["id"])
        await move(happening, row, when, "scheduled" if row["due_ms"] is None else "rescheduled")
        await approval.on_scheduled(happening, post, approves=by.can("admin"))

    async with change(by.actor, clock) as happening:
        rows = await act_on(happening, post, OPEN, MOVE_REFUSED, act, occurrence, refuse_unfit)
    await wake_soon([(row["id"], row["attempt"] + 1) for row in rows], when.at, clock, queue)
    return Scheduled(post, [row["id"] for row in rows], when.at, when.note)


async def move(happening: Change, row: Row, when: When, verb: str) -> None:
    """Give a target another time inside of a transaction; one that had come to an end waits again."""
    if row["state"] in RETRYABLE:
        await refuse_twice(row)
        await _fetch_again(happening, row["post"])
    # What has failed for certain is published anew: to a receiver that knows the old id, a resend is no news.
    await sql(
        f"UPDATE target SET state = {WAITING_STATE}, due_ms = ?, wall = ?, timezone = ?, attempt = attempt + 1,"
        " tries = 0, generation = generation + (state = 'failed'), lease_owner = NULL, lease_until_ms = NULL,"
        " retry_ms = NULL, error = NULL, problem = NULL, version = version + 1 WHERE id = ?",
        to_ms(when.at), when.wall, when.timezone, row["id"],
    )  # fmt: skip
    await happening.happened(
        "posts", "target", row["id"], verb,
        before={"due": None if row["due_ms"] is None else from_ms(row["due_ms"])},
        after={"post": row["post"], "due": when.at},
    )  # fmt: skip


async def _fetch_again(happening: Change, post: str) -> None:
    rows = await sql(
        "SELECT a.state, a.kind, a.source, a.tag, a.total FROM post p LEFT JOIN arrival a ON a.id = p.arrival"
        " WHERE p.id = ? AND p.arrival IS NOT NULL AND p.asset IS NULL",
        post,
    )
    if rows and rows[0]["kind"] is None:
        raise Conflict("VIDEO_MISSING", "Nothing brings its video in any more. Make the post anew.")
    if rows and rows[0].pop("state") in ("failed", "cancelled"):
        arrival = await arrivals.ask(**rows[0], by=happening.actor, happening=happening)
        await sql("UPDATE post SET arrival = ? WHERE id = ?", arrival.id, post)


async def refuse_closed(row: Row) -> None:
    """Refuse to send now what would be held back."""
    one = await channel(row["channel"])
    if one.paused or not one.active:
        word = "paused" if one.active else "switched off"
        raise Conflict("CHANNEL_CLOSED", f"{one.title} is {word}, so nothing goes out there.")
    if await holds.holds(row["id"]):
        raise Conflict("PAUSED", "Its wave, or everything, is paused. Resume that first.")


async def refuse_twice(row: Row) -> None:
    """Refuse to bring back a target whose place another one took."""
    rows = await sql(
        "SELECT id FROM target WHERE channel = ? AND asset = ? AND occurrence = ?"
        " AND state NOT IN ('failed', 'missed', 'cancelled')",
        row["channel"], row["asset"], row["occurrence"],
    )  # fmt: skip
    if rows:
        raise Conflict("VIDEO_TWICE", "This video is planned or published on that channel by another post.")


async def cancel(post: str, *, by: Identity, clock: MasterClock, occurrence: str = "") -> None:
    """Cancel every waiting target of a post; the video stays in the library."""
    async with change(by.actor, clock) as happening:
        await cancel_in(happening, post, occurrence)


async def cancel_in(happening: Change, post: str, occurrence: str = "") -> list[Row]:
    """The same inside of a transaction; returns the targets as they were."""
    refusal = "Only a post that still waits, or failed, can be cancelled."
    return await act_on(happening, post, OPEN, refusal, _cancel, occurrence)


async def _cancel(happening: Change, row: Row) -> None:
    await sql(
        "UPDATE target SET state = 'cancelled', attempt = attempt + 1, lease_owner = NULL, lease_until_ms = NULL,"
        " retry_ms = NULL, problem = NULL, version = version + 1 WHERE id = ?",
        row["id"],
    )
    await happening.happened("posts", "target", row["id"], "cancelled", after={"post": row["post"]})


async def retry(post: str, *, by: Identity, clock: MasterClock, queue: Queue | None, occurrence: str = "") -> None:
    """Try the failed and missed targets of a post again, now; the published ones are left alone."""
    async with change(by.actor, clock) as happening:
        rows = await retry_in(happening, post, occurrence)
    await wake([(row["id"], row["attempt"] + 1) for row in rows], queue)


async def retry_in(happening: Change, post: str, occurrence: str = "") -> list[Row]:
    """The same inside of a transaction; returns the targets as they were."""
    every = of_one(await targets(post), RETRYABLE, occurrence)
    rows = [row for row in every if row["state"] in RETRYABLE]
    if not rows:
        raise Conflict("STATE", "Only a post that failed or was missed can be tried again.")
    await _refuse_unpublishable(post, rows)
    for row in rows:
        await _post_now(happening, row, "retry")
    return rows


async def wake_soon(targets: list[tuple[str, int]], due: datetime, clock: MasterClock, queue: Queue | None) -> None:
    """Wake a worker for what is due before it looks by itself the next time."""
    if due - clock.now() < SOON:
        await wake(targets, queue)


async def wake(targets: list[tuple[str, int]], queue: Queue | None) -> None:
    """Wake a worker for targets, each with its attempt, that are due now."""
    if queue is None:
        return
    for target, attempt in targets:
        await queue.enqueue("publish", target, attempt, job_id=f"publish:{target}:{attempt}")


async def settle_by_hand(target: str, published: bool, *, by: Identity, clock: MasterClock) -> None:
    """Record what a person found out about a target whose outcome is unknown."""
    state: State = "published" if published else "failed"
    async with change(by.actor, clock) as happening:
        rows = await sql(
            "UPDATE target SET state = ?, doubtful = 0, attempt = attempt + 1, retry_ms = NULL, lease_owner = NULL,"
            " lease_until_ms = NULL, published_ms = CASE WHEN ? THEN ? END,"
            " error = CASE WHEN ? THEN NULL ELSE 'It was not published, as somebody looked.' END,"
            " version = version + 1"
            " WHERE id = ? AND state = 'unconfirmed' AND (? OR lease_until_ms IS NULL) RETURNING post",
            state, published, happening.at_ms, published, target, published,
        )  # fmt: skip
        if not rows:
            detail = "Only a target whose outcome is unknown can be settled by hand, and not while it is sent again."
            raise Conflict("STATE", detail)
        await happening.happened("posts", "target", target, f"found {state}", after={"post": rows[0]["post"]})
