"""What an act is about: one target, a group, a wave, a channel, or everything; and its targets as they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from app.channels.service import channel
from app.clock import from_ms
from app.database import Row, sql
from app.errors import NotFound
from app.posts.schemas import When
from app.posts.states import CHANGEABLE
from app.posts.wave_rules import Placed, at_of

ScopeKind = Literal["target", "group", "wave", "channel", "all"]
SCOPES: tuple[ScopeKind, ...] = get_args(ScopeKind)
EVERYTHING = "everything"
_WHERE: dict[ScopeKind, str] = {
    "target": "t.id = ?", "group": 't."group" = ?', "wave": "t.wave = ?", "channel": "t.channel = ?",
    "all": "? = 'everything'",
}  # fmt: skip
_COLUMNS = """
  SELECT t.id, t.post, t.asset, t.channel, t.state, t.paused, t.due_ms, t.retry_ms, t.wall, t.timezone, t.attempt,
   t."group", t.wave, t.occurrence, p.title, c.title AS channel_title, c.timezone AS channel_timezone,
   c.paused AS channel_paused, c.active AS channel_active, coalesce(w.paused, 0) AS wave_paused, g.kind
  FROM target t JOIN channel c ON c.id = t.channel LEFT JOIN post p ON p.id = t.post
   LEFT JOIN wave w ON w.id = t.wave LEFT JOIN target_group g ON g.id = t."group"
"""
# As constants, so that the index of states can be used.
_CHANGEABLE = ", ".join(f"'{state}'" for state in sorted(CHANGEABLE - {"draft"}))


@dataclass(frozen=True, slots=True)
class Scope:
    """What an act is about; `key` is how it is addressed, `id` how it is stored."""

    kind: ScopeKind
    id: str
    key: str
    title: str
    paused: bool = False


async def scope(kind: ScopeKind, key: str) -> Scope:
    """What is addressed by a kind and a key: an id, a wave's own key, a channel's slug."""
    if kind == "all":
        paused = await sql("SELECT paused FROM publishing WHERE id = 1")
        return Scope(kind, EVERYTHING, EVERYTHING, "Everything", bool(paused[0]["paused"]))
    if kind == "channel":
        one = await channel(key)
        return Scope(kind, one.id, one.slug, one.title, one.paused)
    if kind == "wave":
        return await _wave(key)
    return await (_target(key) if kind == "target" else _group(key))


async def _wave(key: str) -> Scope:
    rows = await sql("SELECT id, key, title, paused FROM wave WHERE key = ?", key)
    if not rows:
        raise NotFound("WAVE_UNKNOWN", "There is no such wave.")
    return Scope("wave", rows[0]["id"], key, rows[0]["title"], bool(rows[0]["paused"]))


async def _target(key: str) -> Scope:
    rows = await sql(f"{_COLUMNS} WHERE t.id = ?", key)
    if not rows:
        raise NotFound("TARGET_UNKNOWN", "There is no such target.")
    return Scope("target", key, key, f"{named(rows[0])} on {rows[0]['channel_title']}", bool(rows[0]["paused"]))


async def _group(key: str) -> Scope:
    if not await sql("SELECT 1 FROM target_group WHERE id = ?", key):
        raise NotFound("GROUP_UNKNOWN", "There is no such group.")
    rows = await targets(Scope("group", key, key, ""))
    return Scope("group", key, key, named(rows[0]) if rows else "Group", all(row["paused"] for row in rows))


def named(row: Row) -> str:
    """What a target is called: by its post, if it has one yet."""
    return str(row["title"] or "Empty slot")


async def targets(of: Scope) -> list[Row]:
    """All targets of a scope in order of time; drafts without one are none of it."""
    return await sql(f"{_COLUMNS} WHERE {_WHERE[of.kind]} AND t.due_ms IS NOT NULL ORDER BY t.due_ms, t.id", of.id)


async def waiting(of: Scope) -> list[Row]:
    """Those that still wait for their time."""
    return await sql(
        f"{_COLUMNS} WHERE {_WHERE[of.kind]} AND t.state IN ({_CHANGEABLE}) AND t.due_ms IS NOT NULL"
        " ORDER BY t.due_ms, t.id",
        of.id,
    )


def when_of(row: Row) -> When:
    """The time of a stored target, as it was meant."""
    return When(from_ms(row["due_ms"]), row["wall"], row["timezone"])


def placed(rows: Sequence[Row], whens: Sequence[When]) -> list[Placed]:
    """Stored targets at other times; their videos are where they are already."""
    return [
        Placed(row["channel"], at_of(when), target=row["id"], title=row["title"])
        for row, when in zip(rows, whens, strict=True)
    ]
