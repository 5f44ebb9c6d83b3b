"""Writing the playlog: new events, and what one act takes out and puts in, so that it can be put back."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from app.clock import broadcast_date, from_ms
from app.database import new_id, placeholders, sql, sql_many
from app.events import Change
from app.plans.grids import Planned
from app.playlog.values import Line

INSERT = (
    "INSERT INTO playlog (id, log, channel, start_ms, end_ms, asset, in_ms, out_ms, kind, title, type, block_ms,"
    " break_no, day_event, booking, hard, fallback, instead_of, locked, placed, generation)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MOST_VALUES = 10_000


class Snapshot(msgspec.Struct, frozen=True):
    """What a revision changed in a log: ids of events added and removed, and the former ends of those cut short."""

    added: list[str]
    removed: list[str]
    trimmed: dict[str, tuple[int, int]]


def row(line: Line, channel: str, log: str, generation: int) -> tuple[Any, ...]:
    """The values of INSERT for a new event."""
    return (
        new_id(), log, channel, line.start_ms, line.end_ms, line.asset, line.in_ms, line.out_ms, line.kind, line.title,
        line.type, line.block_ms, line.break_no, line.day_event, line.booking, line.hard, line.fallback,
        line.instead_of, line.locked, line.placed, generation,
    )  # fmt: skip


class Logs:
    """The logs of a channel, made as they are needed; an event belongs to the day in which it begins."""

    def __init__(self, of: Planned) -> None:
        self._of = of
        self._days: list[tuple[int, int, str]] = []

    async def prepare(self, first_ms: int, last_ms: int) -> None:
        """See that there are logs for events that begin from one instant to another."""
        grid = self._of.grid
        on = broadcast_date(from_ms(first_ms), grid.day_start, grid.tz)
        while True:
            start, end = grid.day(on)
            self._days.append((start, end, await self._log(on)))
            if last_ms < end:
                return
            on += timedelta(days=1)

    async def _log(self, on: date) -> str:
        channel = self._of.channel.id
        await sql(
            "INSERT INTO log (id, channel, date, mode) VALUES (?, ?, ?, 'rolling') ON CONFLICT (channel, date)"
            " DO NOTHING",
            new_id(), channel, on.isoformat(),
        )  # fmt: skip
        rows = await sql("SELECT id FROM log WHERE channel = ? AND date = ?", channel, on.isoformat())
        return str(rows[0]["id"])

    def of(self, at_ms: int) -> str:
        """The log of an event that begins then."""
        return next(log for start, end, log in self._days if start <= at_ms < end)


async def add(of: Planned, lines: Sequence[Line], generation: int = 0) -> list[tuple[Any, ...]]:
    """Store new events inside the current transaction, in order of their time; gives their rows."""
    if not lines:
        return []
    logs = Logs(of)
    await logs.prepare(lines[0].start_ms, lines[-1].start_ms)
    rows = [row(line, of.channel.id, logs.of(line.start_ms), generation) for line in lines]
    await sql_many(INSERT, rows)
    return rows


async def supersede(ids: Sequence[str]) -> None:
    """Take events out of the playlog; their rows stay."""
    for first in range(0, len(ids), _MOST_VALUES):
        some = ids[first : first + _MOST_VALUES]
        await sql(f"UPDATE playlog SET state = 'superseded' WHERE id IN ({placeholders(some)})", *some)


async def trim(line: Line, end_ms: int) -> None:
    """Let an event end earlier."""
    await sql("UPDATE playlog SET end_ms = ?, out_ms = out_ms - ? WHERE id = ?", end_ms, line.end_ms - end_ms, line.id)


async def next_generation(of: Planned, start_ms: int) -> int:
    """The number of the next act on events from an instant on."""
    rows = await sql(
        "SELECT coalesce(max(revision), 0) + 1 AS number FROM log WHERE channel = ? AND date >= ?",
        of.channel.id, (from_ms(start_ms) - timedelta(days=2)).date().isoformat(),
    )  # fmt: skip
    return int(rows[0]["number"])


async def revise(
    happening: Change,
    generation: int,
    added: Sequence[tuple[Any, ...]],
    removed: Iterable[Line],
    trimmed: Iterable[Line] = (),
) -> dict[str, int]:
    """Remember what an act changed in each log; gives the versions that they have by that."""
    found: dict[str, Snapshot] = {}

    def of(log: str | None) -> Snapshot:
        return found.setdefault(log or "", Snapshot([], [], {}))

    for values in added:
        of(values[1]).added.append(values[0])
    for line in removed:
        of(line.log).removed.append(line.id or "")
    for line in trimmed:
        of(line.log).trimmed[line.id or ""] = (line.end_ms, line.out_ms)
    versions: dict[str, int] = {}
    for log, snapshot in found.items():
        await sql(
            "INSERT INTO log_revision (log, revision, snapshot, actor, at_ms) VALUES (?, ?, ?, ?, ?)",
            log, generation, msgspec.json.encode(snapshot).decode(), happening.actor, happening.at_ms,
        )  # fmt: skip
        versions[log] = await touch(log, generation)
    return versions


async def touch(log: str, generation: int) -> int:
    """Count an act on a log; gives its new version."""
    rows = await sql(
        "UPDATE log SET revision = ?, version = version + 1 WHERE id = ? RETURNING version", generation, log
    )
    return int(rows[0]["version"])


async def revive(ids: Sequence[str]) -> None:
    """Put events back that an act took out."""
    for first in range(0, len(ids), _MOST_VALUES):
        some = ids[first : first + _MOST_VALUES]
        await sql(f"UPDATE playlog SET state = 'planned' WHERE id IN ({placeholders(some)})", *some)
