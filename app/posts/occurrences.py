"""Making the occurrences of a post that repeats: targets some days ahead, each made once for good.

Everything here runs inside of a transaction. An occurrence is known by its key, the wall clock's reading that was
meant; a unique index holds a post to one target for each key and channel, whatever became of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import msgspec

from app.clock import from_ms, to_ms, zone
from app.database import Row, new_id, placeholders, sql
from app.events import Change
from app.posts.recurrence import Occurrence, Policy, Recurrence, between, due, next_after
from app.posts.schemas import Wall, When
from app.posts.slots import CONFLICT_MS, HORIZON

WINDOW = timedelta(days=14)
LOOK_AGAIN = timedelta(minutes=5)
# The keys of a rule begin with a year; those of explicit repeats with a word.
OF_RULE = "occurrence GLOB '[0-9]*'"
_GONE = "('failed', 'missed', 'cancelled')"
_OPEN = "('draft', 'scheduled', 'preparing', 'ready', 'retry_wait', 'missed')"
COLUMNS = "r.post, r.rule, r.catch_up, r.channels, r.paused, r.made_ms, r.look_ms, r.version"
_CATCH_UP_DAY_MS = 24 * 60 * CONFLICT_MS


@dataclass(frozen=True, slots=True)
class Repetition:
    """When a post comes again, and how far that was followed: `made` is the instant up to which it is settled."""

    post: str
    rule: Recurrence
    catch_up: Policy
    channels: list[str]
    paused: bool
    made: datetime
    look_ms: int | None
    version: int


@dataclass(frozen=True, slots=True)
class _Channel:
    """A channel that a post repeats on."""

    id: str
    title: str
    open: bool
    grace: timedelta


async def stored(post: str) -> Repetition | None:
    """The repetition of a post, if it has one."""
    rows = await sql(f"SELECT {COLUMNS} FROM recurrence r WHERE r.post = ?", post)
    return repetition_of(rows[0]) if rows else None


def repetition_of(row: Row) -> Repetition:
    """A stored row as a value."""
    return Repetition(
        row["post"], msgspec.json.decode(row["rule"], type=Recurrence), row["catch_up"],
        msgspec.json.decode(row["channels"], type=list[str]), bool(row["paused"]), from_ms(row["made_ms"]),
        row["look_ms"], row["version"],
    )  # fmt: skip


async def bring_up_to_date(happening: Change, one: Repetition) -> None:
    """Settle what was missed, make what lies within the window, and store how far that went.

    Where nothing lies within it, the next occurrence is made all the same, so that it can be seen.
    """
    now = from_ms(happening.at_ms)
    channels = await _channels(one.channels)
    if not one.paused:
        for channel in channels:
            await _catch_up(happening, one, channel, now)
    ahead = await _ahead(one, now)
    for occurrence in ahead:
        for channel in channels:
            await _make(happening, one, channel, occurrence, to_ms(occurrence.at))
    made = max([one.made, now + WINDOW, *(occurrence.at for occurrence in ahead)])
    await sql(
        "UPDATE recurrence SET made_ms = ?, look_ms = ? WHERE post = ?",
        to_ms(made), await _look_ms(one, made, now), one.post,
    )  # fmt: skip


async def _channels(ids: Sequence[str]) -> list[_Channel]:
    rows = await sql(
        "SELECT c.id, c.title, c.active = 1 AND c.paused = 0 AS open, s.late_grace_s FROM channel c"
        f" JOIN social_account s ON s.channel = c.id WHERE c.id IN ({placeholders(ids)}) ORDER BY c.title, c.id",
        *ids,
    )
    return [_Channel(r["id"], r["title"], bool(r["open"]), timedelta(seconds=r["late_grace_s"])) for r in rows]


async def _ahead(one: Repetition, now: datetime) -> list[Occurrence]:
    start = max(one.made, now)
    ahead = list(between(one.rule, start, now + WINDOW))
    if ahead or await sql(
        f"SELECT 1 FROM target WHERE post = ? AND {OF_RULE} AND due_ms > ? LIMIT 1", one.post, to_ms(now)
    ):
        return ahead
    following = next_after(one.rule, start)
    return [following] if following and following.at <= now + HORIZON else []


async def _look_ms(one: Repetition, made: datetime, now: datetime) -> int | None:
    """When to look again; never once nothing is left to make or to catch up with."""
    if next_after(one.rule, made) or await sql(
        f"SELECT 1 FROM target WHERE post = ? AND {OF_RULE} AND state IN {_OPEN} LIMIT 1", one.post
    ):
        return to_ms(now + LOOK_AGAIN)
    return None


async def _make(happening: Change, one: Repetition, channel: _Channel, occurrence: Occurrence, due_ms: int) -> None:
    """Make an occurrence on a channel unless it was made before; one that clashes is made as failed, and says why."""
    values = one.post, channel.id, occurrence.key
    if await sql("SELECT 1 FROM target WHERE post = ? AND channel = ? AND occurrence = ?", *values):
        return
    error = await _in_the_way(one, channel, occurrence, due_ms)
    if error is None and await _adopted(one, channel, occurrence, due_ms):
        return
    target = new_id()
    # Texts of its own for a channel go with the post, so its earlier target there has them.
    rows = await sql(
        "INSERT INTO target (id, post, asset, channel, occurrence, due_ms, wall, timezone, state, paused, error,"
        " overrides) SELECT ?, p.id, p.asset, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT t.overrides FROM target t"
        "  WHERE t.post = p.id AND t.channel = ? ORDER BY t.id LIMIT 1) FROM post p WHERE p.id = ?"
        " ON CONFLICT (post, channel, occurrence) WHERE occurrence <> '' DO NOTHING RETURNING id",
        target, channel.id, occurrence.key, due_ms, occurrence.key, one.rule.timezone,
        "failed" if error else "scheduled", one.paused, error, channel.id, one.post,
    )  # fmt: skip
    if rows:
        after = {
            "post": one.post,
            "channel": channel.title,
            "due": from_ms(due_ms),
            **({"error": error} if error else {}),
        }
        await happening.happened("posts", "target", target, "clashed" if error else "scheduled", after=after)


async def _in_the_way(one: Repetition, channel: _Channel, occurrence: Occurrence, due_ms: int) -> str | None:
    """Why an occurrence cannot be planned, in words."""
    assets = await sql("SELECT a.state FROM post p JOIN asset a ON a.id = p.asset WHERE p.id = ?", one.post)
    if not assets or assets[0]["state"] != "ready":
        return "Its video is not ready."
    rows = await sql(
        "SELECT t.due_ms, p.title FROM target t LEFT JOIN post p ON p.id = t.post WHERE t.channel = ?"
        f" AND t.due_ms > ? AND t.due_ms < ? AND t.state NOT IN {_GONE}"
        " AND NOT (t.post IS ? AND t.occurrence = '' AND t.due_ms = ?) ORDER BY t.due_ms LIMIT 1",
        channel.id, due_ms - CONFLICT_MS, due_ms + CONFLICT_MS, one.post, due_ms,
    )  # fmt: skip
    if rows:
        at = from_ms(rows[0]["due_ms"]).astimezone(zone(one.rule.timezone))
        what = f"“{rows[0]['title']}”" if rows[0]["title"] else "An empty slot"
        return f"{what} goes out there at {at:%H:%M:%S}, less than a minute away. Move one of the two."
    if await sql(
        "SELECT 1 FROM target t JOIN post p ON p.asset = t.asset WHERE p.id = ? AND t.channel = ? AND t.occurrence = ?"
        f" AND t.state NOT IN {_GONE}",
        one.post, channel.id, occurrence.key,
    ):  # fmt: skip
        return "Another post has this video there at this time."
    return None


async def _adopted(one: Repetition, channel: _Channel, occurrence: Occurrence, due_ms: int) -> bool:
    """Whether the post was planned there for this instant anyway: then that is the occurrence."""
    return bool(
        await sql(
            "UPDATE target SET occurrence = ?, wall = ?, timezone = ?, version = version + 1 WHERE post = ?"
            f" AND channel = ? AND occurrence = '' AND due_ms = ? AND state NOT IN {_GONE} RETURNING id",
            occurrence.key, occurrence.key, one.rule.timezone, one.post, channel.id, due_ms,
        )
    )  # fmt: skip


async def _catch_up(happening: Change, one: Repetition, channel: _Channel, now: datetime) -> None:
    """Let go or post what was missed, as the policy says; what somebody moved is left to them."""
    missed = await _missed(one, channel, now) if channel.open else []
    unmade = await _unmade(one, channel, now)
    if not (missed or unmade):
        return
    since = min(*[one.at for one in unmade], *[_meant(row["occurrence"], one.rule) for row in missed], now)
    wanted = {
        o.key: o for o in due(one.rule, since - timedelta(milliseconds=1), now, one.catch_up, grace=channel.grace)
    }
    for row in missed:
        await _settle(happening, one, channel, row, keep=row["occurrence"] in wanted)
    for occurrence in unmade:
        if occurrence.key in wanted:
            at_ms = to_ms(occurrence.at)
            late = occurrence.at < now - channel.grace
            await _make(
                happening, one, channel, occurrence, await _free_ms(channel, happening.at_ms) if late else at_ms
            )
    await _tell_skipped(happening, one, channel, [o for o in unmade if o.key not in wanted])


async def _missed(one: Repetition, channel: _Channel, now: datetime) -> list[Row]:
    return await sql(
        f"SELECT id, occurrence, due_ms FROM target WHERE post = ? AND channel = ? AND {OF_RULE} AND wall = occurrence"
        " AND tries = 0 AND paused = 0 AND lease_until_ms IS NULL"
        " AND (state = 'missed' OR state = 'scheduled' AND due_ms < ?) ORDER BY due_ms",
        one.post, channel.id, to_ms(now - channel.grace),
    )  # fmt: skip


async def _unmade(one: Repetition, channel: _Channel, now: datetime) -> list[Occurrence]:
    passed = list(between(one.rule, one.made, now)) if one.made < now else []
    if not passed:
        return []
    rows = await sql(
        "SELECT occurrence FROM target WHERE post = ? AND channel = ? AND occurrence BETWEEN ? AND ?",
        one.post, channel.id, passed[0].key, passed[-1].key,
    )  # fmt: skip
    made = {row["occurrence"] for row in rows}
    return [occurrence for occurrence in passed if occurrence.key not in made]


def _meant(key: str, rule: Recurrence) -> datetime:
    day, _, wall = key.partition("T")
    return When.of_wall(Wall(date.fromisoformat(day), time.fromisoformat(wall), rule.timezone)).at


async def _settle(happening: Change, one: Repetition, channel: _Channel, row: Row, *, keep: bool) -> None:
    """Post a missed occurrence at the next free minute, or let it go."""
    due_ms = await _free_ms(channel, happening.at_ms) if keep else row["due_ms"]
    await sql(
        "UPDATE target SET state = ?, due_ms = ?, error = NULL, retry_ms = NULL, attempt = attempt + 1,"
        " version = version + 1 WHERE id = ?",
        "scheduled" if keep else "cancelled", due_ms, row["id"],
    )  # fmt: skip
    await happening.happened(
        "posts", "target", row["id"], "caught up" if keep else "skipped",
        before={"due": from_ms(row["due_ms"])}, after={"post": one.post, "due": from_ms(due_ms)},
    )  # fmt: skip


async def _free_ms(channel: _Channel, from_: int) -> int:
    """The first instant from one on that is a minute away from everything planned on a channel."""
    rows = await sql(
        "SELECT due_ms FROM target WHERE channel = ? AND due_ms > ? AND due_ms < ?"
        f" AND state NOT IN {_GONE} ORDER BY due_ms",
        channel.id, from_ - CONFLICT_MS, from_ + _CATCH_UP_DAY_MS,
    )  # fmt: skip
    for row in rows:
        if abs(row["due_ms"] - from_) < CONFLICT_MS:
            from_ = row["due_ms"] + CONFLICT_MS
    return from_


async def _tell_skipped(happening: Change, one: Repetition, channel: _Channel, skipped: list[Occurrence]) -> None:
    if skipped:
        after = {"channel": channel.title, "times": len(skipped), "from": skipped[0].at, "to": skipped[-1].at}
        await happening.happened("posts", "post", one.post, "times skipped", after=after)
