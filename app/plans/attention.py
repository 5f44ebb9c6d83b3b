"""What needs somebody in the days that are made ahead, of all channels with one look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.channels.service import ChannelView
from app.clock import MasterClock
from app.database import sql
from app.plans import outlook, remaking
from app.plans.grids import planned

# A day of any zone begins by then, and is told apart by its end.
_REACH = timedelta(days=2)

_AHEAD = "channel c CROSS JOIN schedule_day d ON d.channel = c.id AND d.current = 1 AND d.date >= ? AND d.end_ms > ?"
_FOUND = (
    "SELECT d.channel, d.date, sum(json_extract(f.value, '$.level') = 'error') AS errors,"
    f" sum(json_extract(f.value, '$.level') <> 'error') AS warnings FROM {_AHEAD} JOIN json_each(d.findings) f"
    " WHERE c.active = 1 GROUP BY d.channel, d.date ORDER BY d.date"
)
_NEWEST = "(SELECT e.at_ms FROM event e WHERE e.subject_type = '{}' AND e.subject_id = {} ORDER BY e.seq DESC LIMIT 1)"
# Days that may be outdated; each looks only at the newest event of what they could follow.
_BEHIND = (
    f"SELECT DISTINCT d.channel FROM {_AHEAD} WHERE c.active = 1 AND d.plan IS NULL AND (d.made_ms <"
    " (SELECT e.at_ms FROM event e INDEXED BY event_grid WHERE e.subject_type = 'channel' AND e.topic = 'plans'"
    " AND e.subject_id = c.id ORDER BY e.seq DESC LIMIT 1)"
    f" OR d.made_ms < (SELECT max({_NEWEST.format('plan', 'p.id')}) FROM plan p WHERE p.channel = c.id)"
    f" OR d.made_ms < (SELECT max({_NEWEST.format('program', 'p.id')}) FROM program p WHERE p.channel = c.id))"
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What days that are made ahead have to tell: how many errors and warnings, and which of them plans left behind.

    `first_error` is the date of the first day with an error.
    """

    errors: int = 0
    warnings: int = 0
    first_error: date | None = None
    outdated: tuple[date, ...] = ()


async def ahead(channels: Iterable[ChannelView], clock: MasterClock) -> dict[str, Ahead]:
    """By the ids of channels that have anything to tell; what it costs does not grow with what has aired."""
    since, now_ms = (clock.now() - _REACH).date().isoformat(), clock.now_ms()
    found: dict[str, Ahead] = {}
    for row in await sql(_FOUND, since, now_ms):
        one = found.get(row["channel"], Ahead())
        first = one.first_error or (date.fromisoformat(row["date"]) if row["errors"] else None)
        found[row["channel"]] = Ahead(one.errors + row["errors"], one.warnings + row["warnings"], first)
    behind = {row["channel"] for row in await sql(_BEHIND, since, now_ms)}
    for channel in channels:
        if channel.id in behind:
            of = await planned(channel.id)
            one = found.get(channel.id, Ahead())
            outdated = tuple(await remaking.outdated(of, outlook.today(of, clock)))
            found[channel.id] = Ahead(one.errors, one.warnings, one.first_error, outdated)
    return found
