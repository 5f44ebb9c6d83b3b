"""Use cases of posts that repeat: set or change a repetition, pause, resume, stop, and keep all of them made ahead."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from app import wording
from app.accounts.rules import Identity
from app.clock import MasterClock, from_ms, to_ms
from app.database import Row, placeholders, sql
from app.errors import Conflict, Invalid, NotFound, field_error
from app.events import Change, change
from app.posts import service, slots
from app.posts.occurrences import COLUMNS, LOOK_AGAIN, OF_RULE, Repetition, bring_up_to_date, repetition_of, stored
from app.posts.recurrence import Occurrence, Policy, Recurrence, between, checked, described, next_after
from app.posts.schemas import NewPost, Scheduled
from app.queue import Queue

log = logging.getLogger(__name__)

WORKER = "worker"
_AT_ONCE = 200
_WAITING = "('draft', 'scheduled', 'preparing', 'ready', 'retry_wait')"
# What was never tried can be taken away without a trace but the event; a clash is one of them.
_UNTRIED = (
    "state IN ('draft', 'scheduled', 'failed') AND tries = 0 AND lease_until_ms IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.target = target.id)"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A repetition to be: its rule, and what becomes of occurrences that were missed."""

    rule: Recurrence
    catch_up: Policy = "skip"


@dataclass(frozen=True, slots=True)
class Listed:
    """A repetition as lists show it; `clashes` are occurrences ahead that could not be planned."""

    repetition: Repetition
    title: str
    next_ms: int | None
    clashes: int

    @property
    def over(self) -> bool:
        """Whether nothing comes any more."""
        return self.next_ms is None and self.repetition.look_ms is None


async def schedule(
    new: NewPost, wanted: Wanted, *, by: Identity, clock: MasterClock, timezone: str, queue: Queue | None = None
) -> Scheduled:
    """Make a post that repeats: it goes out at each occurrence from now on, the first of which is its time."""
    async with change(by.actor, clock) as happening:
        first = _first(checked(wanted.rule), from_ms(happening.at_ms))
        at_first, approves = replace(new, when=first.when), by.can("admin")
        made = await service.plan_in(happening, at_first, clock=clock, timezone=timezone, approves=approves)
        await repeat_in(happening, made.post, wanted)
        (told,) = await _listed("WHERE r.post = ?", happening.at_ms, made.post)
    await service.wake_soon([(target, 0) for target in made.targets], made.due, clock, queue)
    return replace(made, note=" ".join(filter(None, (made.note, clashing(told.clashes)))) or None)


def clashing(times: int) -> str:
    """How many times ahead could not be planned, as a sentence, or nothing."""
    if not times:
        return ""
    return f"{wording.count(times, 'time')} {'clashes' if times == 1 else 'clash'} with something else; see the post."


async def repeat(post: str, wanted: Wanted, *, by: Identity, clock: MasterClock, version: int | None = None) -> Listed:
    """Let a post repeat, or change how it does; what went out, and what is on its way, stays as it is.

    Raises Conflict when `version` is given and somebody changed it since.
    """
    async with change(by.actor, clock) as happening:
        await repeat_in(happening, post, wanted, version)
    return await of_post(post, clock)


async def repeat_in(happening: Change, post: str, wanted: Wanted, version: int | None = None) -> None:
    """The same inside of a transaction."""
    now = from_ms(happening.at_ms)
    _first(checked(wanted.rule), now)
    before = await stored(post)
    if version not in (None, before.version if before else None):
        raise Conflict("VERSION_STALE", "This repetition was changed by someone else meanwhile. Look at it again.")
    if before is None:
        await _refuse_draft(post)
    channels = before.channels if before else await _channels_of(post)
    if before:
        await _take_away(post, await _kept(before, wanted.rule, now), now)
    rows = await sql(
        "INSERT INTO recurrence (post, rule, catch_up, channels, made_ms, look_ms) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (post) DO UPDATE SET rule = excluded.rule, catch_up = excluded.catch_up,"
        " made_ms = excluded.made_ms, look_ms = excluded.look_ms, version = version + 1"
        " RETURNING post, rule, catch_up, channels, paused, made_ms, look_ms, version",
        post, msgspec.json.encode(wanted.rule).decode(), wanted.catch_up, msgspec.json.encode(channels).decode(),
        happening.at_ms, happening.at_ms,
    )  # fmt: skip
    told = {"repeats": described(wanted.rule), "catch_up": wanted.catch_up}
    was = {"repeats": described(before.rule), "catch_up": before.catch_up} if before else None
    await happening.happened("posts", "post", post, "repetition changed" if was else "repeats", before=was, after=told)
    await bring_up_to_date(happening, repetition_of(rows[0]))


def _first(rule: Recurrence, now: datetime) -> Occurrence:
    first = next_after(rule, now)
    if first is None:
        field = "until" if rule.until else "count"
        raise field_error(field, "RECURRENCE_OVER", "None of these times is ahead. Let it end later.")
    try:
        slots.check_time(first.at, now)
    except Invalid as error:
        raise field_error("first", error.code, "Its first time is more than two years ahead.") from error
    return first


async def _refuse_draft(post: str) -> None:
    rows = await sql("SELECT sum(state = 'draft') AS drafts FROM target WHERE post = ?", post)
    if rows[0]["drafts"]:
        raise Conflict("DRAFT", "A draft does not repeat. Schedule it first.")


async def _channels_of(post: str) -> list[str]:
    rows = await sql(
        "SELECT DISTINCT channel, state <> 'cancelled' AS live FROM target WHERE post = ? ORDER BY channel", post
    )
    if not rows:
        raise NotFound("POST_UNKNOWN", "There is no such post.")
    live = [row["channel"] for row in rows if row["live"]]
    return live or [row["channel"] for row in rows]


async def _kept(before: Repetition, rule: Recurrence, now: datetime) -> set[str]:
    """The keys of planned occurrences that the new rule has, too, at the same instants."""
    if rule.timezone != before.rule.timezone:
        return set()
    return {one.key for one in between(rule, now, max(before.made, now))}


async def _take_away(post: str, keep: Collection[str], now: datetime) -> None:
    kept = list(keep)
    await sql(
        f"DELETE FROM target WHERE post = ? AND {OF_RULE} AND due_ms > ? AND {_UNTRIED}"
        f" AND (state = 'failed' OR occurrence NOT IN ({placeholders(kept)}))",
        post, to_ms(now), *kept,
    )  # fmt: skip


async def pause(post: str, *, by: Identity, clock: MasterClock) -> Listed:
    """Hold the occurrences ahead and make no more; doing it twice changes nothing."""
    async with change(by.actor, clock) as happening:
        if not (await _of(post)).paused:
            await sql("UPDATE recurrence SET paused = 1, version = version + 1 WHERE post = ?", post)
            await sql(
                f"UPDATE target SET paused = 1, version = version + 1 WHERE post = ? AND {OF_RULE}"
                f" AND state IN {_WAITING}",
                post,
            )
            await happening.happened("posts", "post", post, "repetition paused")
    return await of_post(post, clock)


async def resume(post: str, *, by: Identity, clock: MasterClock) -> Listed:
    """Go on with what is ahead; what passed meanwhile is let go. Doing it twice changes nothing."""
    async with change(by.actor, clock) as happening:
        if (await _of(post)).paused:
            for row in await _waiting(post):
                if row["due_ms"] <= happening.at_ms:
                    await _cancel(happening, row, "skipped")
            await sql(
                f"UPDATE target SET paused = 0, version = version + 1 WHERE post = ? AND {OF_RULE} AND paused = 1", post
            )
            await sql(
                "UPDATE recurrence SET paused = 0, made_ms = max(made_ms, ?), look_ms = ?, version = version + 1"
                " WHERE post = ?",
                happening.at_ms, happening.at_ms, post,
            )  # fmt: skip
            await happening.happened("posts", "post", post, "repetition resumed")
            await bring_up_to_date(happening, await _of(post))
    return await of_post(post, clock)


async def stop(post: str, *, by: Identity, clock: MasterClock) -> None:
    """End a repetition: what is ahead is not published; the next occurrence stays to be seen, as cancelled."""
    async with change(by.actor, clock) as happening:
        before = await _of(post)
        ahead = await _waiting(post, clashing_after_ms=happening.at_ms)
        for row in ahead:
            if row["occurrence"] == ahead[0]["occurrence"] or row["tries"] or row["lease_until_ms"] is not None:
                await _cancel(happening, row, "cancelled")
                # Its key is free again, for a repetition that may be set later.
                await sql("UPDATE target SET occurrence = 'stopped ' || id WHERE id = ?", row["id"])
        await _take_away(post, (), from_ms(happening.at_ms))
        await sql("DELETE FROM recurrence WHERE post = ?", post)
        await happening.happened(
            "posts", "post", post, "repetition stopped", before={"repeats": described(before.rule)}
        )


async def _of(post: str) -> Repetition:
    found = await stored(post)
    if found is None:
        raise NotFound("REPETITION_UNKNOWN", "This post does not repeat.")
    return found


async def _waiting(post: str, clashing_after_ms: int = 2**62) -> list[Row]:
    """The occurrences that wait, and those after an instant that could not be planned, by their times."""
    return await sql(
        f"SELECT id, post, occurrence, due_ms, tries, lease_until_ms FROM target WHERE post = ? AND {OF_RULE}"
        f" AND (state IN {_WAITING} OR state = 'failed' AND due_ms > ? AND tries = 0) ORDER BY due_ms, id",
        post, clashing_after_ms,
    )  # fmt: skip


async def _cancel(happening: Change, row: Row, verb: str) -> None:
    await sql(
        "UPDATE target SET state = 'cancelled', paused = 0, attempt = attempt + 1, lease_owner = NULL,"
        " lease_until_ms = NULL, retry_ms = NULL, version = version + 1 WHERE id = ?",
        row["id"],
    )
    await happening.happened("posts", "target", row["id"], verb, after={"post": row["post"]})


async def of_post(post: str, clock: MasterClock) -> Listed:
    """The repetition of one post."""
    found = await _listed("WHERE r.post = ?", clock.now_ms(), post)
    if not found:
        raise NotFound("REPETITION_UNKNOWN", "This post does not repeat.")
    return found[0]


async def every(clock: MasterClock) -> list[Listed]:
    """All repetitions: those that go on by their next time, then those that are over."""
    found = await _listed("", clock.now_ms())
    return sorted(found, key=lambda one: (one.next_ms is None, one.next_ms or 0, one.title))


async def _listed(where: str, now_ms: int, *values: str) -> list[Listed]:
    rows = await sql(
        f"SELECT {COLUMNS}, p.title, (SELECT min(due_ms) FROM target WHERE post = r.post AND {OF_RULE}"
        f"  AND state IN {_WAITING}) AS next_ms,"
        f" (SELECT count(*) FROM target WHERE post = r.post AND {OF_RULE} AND state = 'failed' AND due_ms > ?)"
        f" AS clashes FROM recurrence r JOIN post p ON p.id = r.post {where}",
        now_ms, *values,
    )  # fmt: skip
    return [Listed(repetition_of(row), row["title"], row["next_ms"], row["clashes"]) for row in rows]


async def keep_up(clock: MasterClock) -> None:
    """Bring every repetition up to date whose turn it is, each in a transaction of its own.

    One that fails is logged and does not hold up the others.
    """
    due = await sql(
        "SELECT post FROM recurrence WHERE paused = 0 AND look_ms <= ? ORDER BY look_ms LIMIT ?",
        clock.now_ms(), _AT_ONCE,
    )  # fmt: skip
    for row in due:
        try:
            await _keep_one(row["post"], clock)
        except Exception:
            log.exception("the repetition of post %s could not be followed", row["post"])
            later_ms = to_ms(clock.now() + LOOK_AGAIN)
            await sql("UPDATE recurrence SET look_ms = ? WHERE post = ?", later_ms, row["post"])


async def _keep_one(post: str, clock: MasterClock) -> None:
    async with change(WORKER, clock) as happening:
        one = await stored(post)
        # Another worker may have been first, or a person.
        if one and not one.paused and one.look_ms is not None and one.look_ms <= happening.at_ms:
            await bring_up_to_date(happening, one)


def ahead(rule: Recurrence, now: datetime, number: int) -> list[Occurrence]:
    """The next occurrences of a rule, as many as there are up to a number."""
    found: list[Occurrence] = []
    after = now
    while len(found) < number and (one := next_after(rule, after)):
        found.append(one)
        after = one.at
    return found
