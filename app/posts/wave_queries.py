"""What pages and API read of targets across posts, groups and waves."""

from dataclasses import dataclass

from app.database import Row, placeholders, sql
from app.errors import NotFound
from app.posts.states import CHANGEABLE, STATES, ScheduleStatus, State, schedule_status_of
from app.posts.wave_rules import Kind, Progress, progress

MOST = 500
_SELECT = """
  SELECT t.id, t.post, t.asset, p.title, t.channel, c.slug AS channel_slug, c.title AS channel_title,
   c.timezone AS channel_timezone, c.active AS channel_active, s.platform, s.needs_reconnect, t.state, t.paused,
   t.due_ms, t.retry_ms, t.wall, t.timezone, t."group", coalesce(g.kind, 'independent') AS kind,
   (SELECT min(o.due_ms) FROM target o WHERE o."group" = t."group") AS group_from_ms, w.key AS wave,
   w.title AS wave_title, t.tries, t.committed_ms, t.published_ms, t.remote_url, t.error, t.version, t.occurrence,
   coalesce(w.paused, 0) AS wave_paused, c.paused AS channel_paused,
   (SELECT paused FROM publishing) AS all_paused
  FROM target t JOIN channel c ON c.id = t.channel JOIN social_account s ON s.channel = t.channel
   LEFT JOIN post p ON p.id = t.post LEFT JOIN target_group g ON g.id = t."group" LEFT JOIN wave w ON w.id = t.wave
"""
_HOLDS = (("paused", "target"), ("wave_paused", "wave"), ("channel_paused", "channel"), ("all_paused", "everything"))


@dataclass(frozen=True, slots=True)
class Planned:
    """One target with all that says where it belongs and how it stands."""

    id: str
    post: str | None
    asset: str | None
    title: str | None
    channel: str
    channel_slug: str
    channel_title: str
    channel_timezone: str
    channel_active: bool
    platform: str
    needs_reconnect: str | None
    state: State
    held_by: tuple[str, ...]
    due_ms: int
    retry_ms: int | None
    wall: str | None
    timezone: str | None
    group: str | None
    kind: Kind
    delay_ms: int
    wave: str | None
    wave_title: str | None
    tries: int
    committed_ms: int | None
    published_ms: int | None
    remote_url: str | None
    error: str | None
    version: int
    occurrence: str

    @property
    def status(self) -> ScheduleStatus:
        """One of the six words of the waves document."""
        return schedule_status_of(self.state)

    @property
    def empty(self) -> bool:
        """Whether it still waits for its video, or never got one."""
        return self.post is None


def _planned(row: Row) -> Planned:
    held_by = tuple(word for column, word in _HOLDS if row.pop(column)) if row["state"] in CHANGEABLE else ()
    for column, _ in _HOLDS:
        row.pop(column, None)
    from_ms_ = row.pop("group_from_ms")
    delay_ms = 0 if from_ms_ is None else row["due_ms"] - from_ms_
    return Planned(**{**row, "channel_active": bool(row["channel_active"])}, held_by=held_by, delay_ms=delay_ms)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which targets are asked for; what is None asks for all. Times are UTC ms, half-open."""

    from_ms: int | None = None
    to_ms: int | None = None
    channel: str | None = None
    wave: str | None = None
    group: str | None = None
    status: str | None = None
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Targets in order of time, how many match, and the cursor of those after them."""

    targets: list[Planned]
    count: int
    after: str | None


async def planned(wanted: Wanted, after: str | None = None, limit: int = MOST) -> Found:
    """Targets by range, channel (id or slug), wave (its key), group and status, together or alone."""
    where, values = _conditions(wanted)
    count = (await sql(f"SELECT count(*) AS n FROM ({_SELECT} WHERE {where})", *values))[0]["n"]
    at_ms, _, last = (after or "").partition(".")
    if at_ms.isdecimal():
        where, values = f"{where} AND (t.due_ms, t.id) > (?, ?)", [*values, int(at_ms), last]
    rows = await sql(f"{_SELECT} WHERE {where} ORDER BY t.due_ms, t.id LIMIT ?", *values, limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    cursor = f"{rows[-1]['due_ms']}.{rows[-1]['id']}" if more else None
    return Found([_planned(row) for row in rows], count, cursor)


def _conditions(wanted: Wanted) -> tuple[str, list[object]]:
    given: list[tuple[str, object]] = [
        ("t.due_ms >= ?", wanted.from_ms), ("t.due_ms < ?", wanted.to_ms), ("w.key = ?", wanted.wave),
        ('t."group" = ?', wanted.group),
    ]  # fmt: skip
    parts = [(part, value) for part, value in given if value is not None]
    where, values = [part for part, _ in parts], [value for _, value in parts]
    if wanted.channel is not None:
        where.append("(c.id = ? OR c.slug = ?)")
        values += [wanted.channel, wanted.channel]
    if wanted.status is not None:
        states = [state for state in STATES if schedule_status_of(state) == wanted.status]
        where.append(f"t.state IN ({placeholders(states)})")
        values += states
    if wanted.empty:
        where.append("t.post IS NULL AND t.state IN ('scheduled', 'missed')")
    return " AND ".join(["t.due_ms IS NOT NULL", *where]), values


async def one(target: str) -> Planned:
    """One target."""
    found = await these([target])
    if not found:
        raise NotFound("TARGET_UNKNOWN", "There is no such target.")
    return found[0]


async def these(ids: list[str]) -> list[Planned]:
    """Some targets, in the order of their ids as given."""
    rows = {
        row["id"]: row
        for row in await sql(f"{_SELECT} WHERE t.id IN ({placeholders(ids)}) AND t.due_ms IS NOT NULL", *ids)
    }
    return [_planned(rows[target]) for target in ids if target in rows]


@dataclass(frozen=True, slots=True)
class WaveView:
    """A wave as lists show it."""

    id: str
    key: str
    title: str
    paused: bool
    progress: Progress
    channels: int
    from_ms: int | None
    until_ms: int | None
    next_ms: int | None


async def waves() -> list[WaveView]:
    """All waves, the newest first."""
    rows = await sql(
        "SELECT w.id, w.key, w.title, w.paused, count(DISTINCT t.channel) AS channels, min(t.due_ms) AS from_ms,"
        " max(t.due_ms) AS until_ms, min(CASE WHEN t.state IN ('scheduled', 'preparing', 'ready', 'retry_wait')"
        " THEN t.due_ms END) AS next_ms, group_concat(t.state) AS states"
        " FROM wave w LEFT JOIN target t ON t.wave = w.id GROUP BY w.id ORDER BY w.id DESC"
    )
    return [_wave(row) for row in rows]


def _wave(row: Row) -> WaveView:
    states = row.pop("states")
    found = progress(states.split(",") if states else [])
    return WaveView(**{**row, "paused": bool(row["paused"])}, progress=found)


async def wave(key: str) -> WaveView:
    """One wave, by its key."""
    for found in await waves():
        if found.key == key:
            return found
    raise NotFound("WAVE_UNKNOWN", "There is no such wave.")
