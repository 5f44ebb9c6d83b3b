"""The one query of the guide: what page, files and API show is read here."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from piccolo.engine.sqlite import TransactionType

from app.channels.service import ChannelView
from app.clock import HOUR_MS, from_ms
from app.database import DB, Row, sql
from app.guide.entries import Day, Facts, Programme, Slot, programmes, within
from app.plans.bookings import LONGEST_MS
from app.plans.layering import Booked

KINDS = ("linear", "radio")
# A day's entries depend on the day before it, and a broadcast day has at most 25 hours.
_BEFORE_MS = 26 * HOUR_MS
_DAYS = (
    "SELECT d.channel, d.date, d.start_ms, d.end_ms,"
    " (SELECT json_group_array(json_array(e.start_ms, e.span_ms, e.kind, e.title, e.asset)) FROM"
    " (SELECT start_ms, span_ms, kind, title, asset FROM day_event WHERE day = d.id ORDER BY start_ms) e) AS slots"
    " FROM schedule_day d WHERE d.current = 1 AND d.channel IN (SELECT value FROM json_each(?))"
    " AND d.date BETWEEN ? AND ? AND d.start_ms < ? AND d.end_ms > ? ORDER BY d.channel, d.date"
)
_BOOKINGS = (
    "SELECT b.channel, b.id, b.start_ms, b.end_ms, b.asset, a.title, b.resume FROM booking b"
    " JOIN asset a ON a.id = b.asset WHERE b.state = 'live' AND b.channel IN (SELECT value FROM json_each(?))"
    " AND b.start_ms BETWEEN ? AND ? AND b.end_ms > ? ORDER BY b.channel, b.start_ms"
)
_FACTS = (
    "SELECT a.id, a.title, a.type, s.title AS series, a.season, a.episode, a.genre, a.rating,"
    " coalesce(nullif(a.description, ''), s.description) AS description,"
    " coalesce(json_extract(m.probe, '$.has_thumbnail'), 0) AS picture"
    " FROM asset a LEFT JOIN series s ON s.id = a.series LEFT JOIN media m ON m.id = a.media"
    " WHERE a.id IN (SELECT value FROM json_each(?))"
)
_slots = msgspec.json.Decoder(list[Slot])


@dataclass(frozen=True, slots=True)
class Asked:
    """A channel, and the half-open interval that is wanted of it."""

    channel: ChannelView
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What is on one channel within an interval: all entries that it overlaps, whole."""

    channel: ChannelView
    from_ms: int
    to_ms: int
    programmes: list[Programme]


async def listings(asked: Sequence[Asked]) -> list[Listing]:
    """What is on several channels, each within its own interval, as it stands at one moment."""
    if not asked:
        return []
    first, last = min(one.from_ms for one in asked) - _BEFORE_MS, max(one.to_ms for one in asked)
    ids = _json([one.channel.id for one in asked])
    async with DB.transaction(TransactionType.deferred):
        days = await sql(_DAYS, ids, *_dates(first, last), last, first)
        booked = await sql(_BOOKINGS, ids, first - LONGEST_MS, last - 1, first)
        decoded = [(row["channel"], _day(row)) for row in days]
        assets = {slot.asset for _, day in decoded for slot in day.slots} | {row["asset"] for row in booked}
        facts = {row["id"]: _facts(row) for row in await sql(_FACTS, _json([one for one in assets if one]))}
    return await asyncio.to_thread(_composed, asked, decoded, booked, facts)


def _composed(
    asked: Sequence[Asked], decoded: Sequence[tuple[str, Day]], booked: Sequence[Row], facts: Mapping[str, Facts]
) -> list[Listing]:
    days: dict[str, list[Day]] = defaultdict(list)
    for channel, day in decoded:
        days[channel].append(day)
    bookings: dict[str, list[Booked]] = defaultdict(list)
    for row in booked:
        bookings[row["channel"]].append(
            Booked(row["id"], row["start_ms"], row["end_ms"], row["asset"], row["title"], row["resume"])
        )
    found = []
    for one in asked:
        of = one.channel
        shown = programmes(days[of.id], bookings[of.id], facts, interlude=of.title)
        found.append(Listing(of, one.from_ms, one.to_ms, within(shown, one.from_ms, one.to_ms)))
    return found


async def is_scheduled(asset: str) -> bool:
    """Whether an asset is on a schedule day or booked."""
    query = "SELECT 1 FROM day_asset WHERE asset = ? UNION ALL SELECT 1 FROM booking WHERE asset = ? LIMIT 1"
    return bool(await sql(query, asset, asset))


def _dates(first_ms: int, last_ms: int) -> tuple[str, str]:
    """Dates between which the broadcast days lie that an interval overlaps, whatever the zone."""
    first: date = from_ms(first_ms).date() - timedelta(days=2)
    return first.isoformat(), (from_ms(last_ms).date() + timedelta(days=1)).isoformat()


def _day(row: Row) -> Day:
    return Day(row["date"], row["start_ms"], row["end_ms"], _slots.decode(row["slots"]))


def _facts(row: Row) -> Facts:
    return Facts(**{**row, "picture": bool(row["picture"])})


def _json(ids: Sequence[str]) -> str:
    return msgspec.json.encode(ids).decode()
