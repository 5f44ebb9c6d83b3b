"""What planning asks of the database, as plain values."""

from collections import defaultdict
from datetime import date as Day  # noqa: N812 - what is stored of it is called date
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from datetime import timedelta
from functools import lru_cache

import msgspec

from app.asrun import queries as asrun
from app.asrun.rules import SLIP_MS
from app.clock import broadcast_day, from_ms, to_ms
from app.clock import zone as zone_named
from app.database import Row, sql
from app.plans import specs
from app.plans.layering import Booked
from app.plans.matching import Library
from app.plans.values import Candidate, Cursors, Event, Part, Plan, Program, Zone

# A day begins up to 26 hours from midnight in UTC, and what it has runs on after its end.
_DAY_BEFORE, _DAY_AFTER = timedelta(days=3), timedelta(days=1)
_PROGRAM = "SELECT id, channel, name, spec, mode, bleed, slots, version FROM program"
_CANDIDATE = (
    "SELECT id, title, type, duration_ms, state, approved, series, season, episode, genre, rating, tags FROM asset"
)
# A booking's version is the number of the last event that happened to it.
BOOKED = (
    "b.id, b.start_ms, b.end_ms, b.asset, a.title, b.resume, coalesce((SELECT max(e.seq) FROM event e"
    " WHERE e.subject_type = 'booking' AND e.subject_id = b.id), 0) AS version"
    " FROM booking b JOIN asset a ON a.id = b.asset"
)


def program(row: Row) -> Program:
    """A stored program."""
    return Program(
        row["id"], row["name"], specs.decoded(row["spec"]), row["mode"], bool(row["bleed"]), row["slots"]
    )  # fmt: skip


async def programs(channel: str) -> list[Program]:
    """All programs of a channel, by name."""
    return [program(row) for row in await sql(f"{_PROGRAM} WHERE channel = ? ORDER BY name", channel)]


def zone(row: Row, items: tuple[Program, ...]) -> Zone:
    """A stored zone with its programs in order."""
    days = frozenset(filter(None, row["days"].split(",")))
    return Zone(
        row["id"], row["name"], row["start_min"], row["end_min"], items, days, row["first_day"], row["last_day"],
        row["dst"], bool(row["enabled"]),
    )  # fmt: skip


def plan(row: Row, zones: tuple[Zone, ...]) -> Plan:
    """A stored plan with its zones."""
    return Plan(
        row["id"], row["name"], zones, row["priority"], row["cron"], row["first_day"], row["last_day"],
        bool(row["active"]),
    )  # fmt: skip


async def plans(channel: str) -> list[Plan]:
    """All plans of a channel with all their zones and programs, by name."""
    known = {one.id: one for one in await programs(channel)}
    items: dict[str, list[Program]] = defaultdict(list)
    for row in await sql(
        "SELECT i.zone, i.program FROM zone_item i JOIN program p ON p.id = i.program WHERE p.channel = ?"
        " ORDER BY i.zone, i.position",
        channel,
    ):
        items[row["zone"]].append(known[row["program"]])
    zones: dict[str, list[Zone]] = defaultdict(list)
    for row in await sql(
        "SELECT z.* FROM zone z JOIN plan p ON p.id = z.plan WHERE p.channel = ? ORDER BY z.start_min, z.name", channel
    ):
        zones[row["plan"]].append(zone(row, tuple(items[row["id"]])))
    rows = await sql("SELECT * FROM plan WHERE channel = ? ORDER BY name", channel)
    return [plan(row, tuple(zones[row["id"]])) for row in rows]


@lru_cache(maxsize=4096)
def _tags(text: str) -> frozenset[str]:
    return frozenset(msgspec.json.decode(text))


def _candidate(row: Row) -> Candidate:
    return Candidate(
        row["id"], row["title"], row["type"], row["duration_ms"], row["state"], bool(row["approved"]), row["series"],
        row["season"], row["episode"], row["genre"], row["rating"], _tags(row["tags"]),
    )  # fmt: skip


async def on_air_library() -> Library:
    """The assets that may be scheduled."""
    return Library(map(_candidate, await sql(f"{_CANDIDATE} WHERE state = 'ready' AND approved = 1")))


async def whole_library() -> Library:
    """All assets, also those that may not."""
    return Library(map(_candidate, await sql(_CANDIDATE)))


async def cursors(channel: str) -> Cursors:
    """Where the channel's programs stand."""
    rows = await sql("SELECT program, seat, value FROM cursor WHERE channel = ?", channel)
    return {(row["program"], row["seat"]): row["value"] for row in rows}


async def used_before(channel: str, date: str) -> dict[str, int]:
    """When each asset was last on air or scheduled on a channel, in days before a date.

    What is scheduled is tentative: where as-run tells what aired in its place or time, only that counts.
    """
    used = await asrun.last_on_air(channel, await _start_ms(channel, date))
    for asset, at_ms in (await _tentative(channel, date)).items():
        used[asset] = max(at_ms, used.get(asset, at_ms))
    return used


async def _start_ms(channel: str, date: str) -> int:
    rows = await sql("SELECT day_start, timezone FROM channel WHERE id = ?", channel)
    starts, tz = WallTime.fromisoformat(rows[0]["day_start"]), zone_named(rows[0]["timezone"])
    return to_ms(broadcast_day(Day.fromisoformat(date), starts, tz)[0])


async def _tentative(channel: str, date: str) -> dict[str, int]:
    """When each asset was last scheduled, at times of which as-run knows nothing; a start may slip a little."""
    rows = await sql(
        "SELECT a.asset, max(a.start_ms) AS last_ms FROM day_asset a JOIN schedule_day d ON d.id = a.day"
        " WHERE d.channel = ? AND d.current = 1 AND d.date < ? AND NOT coalesce((SELECT r.end_ms > a.start_ms + ?"
        " FROM as_run r WHERE r.channel = d.channel AND r.start_ms <= a.start_ms + ? AND r.end_ms IS NOT NULL"
        " ORDER BY r.start_ms DESC LIMIT 1), 0) GROUP BY a.asset",
        channel, date, SLIP_MS, SLIP_MS,
    )  # fmt: skip
    return {row["asset"]: row["last_ms"] for row in rows}


def event(row: Row) -> Event:
    """A stored event of a day."""
    return Event(
        row["start_ms"], row["span_ms"], row["duration_ms"], row["kind"], row["title"], row["program"], row["asset"],
        tuple(msgspec.json.decode(row["parts"], type=list[Part])), msgspec.json.decode(row["lineage"]), row["id"],
    )  # fmt: skip


async def events(channel: str, start_ms: int, end_ms: int) -> list[Event]:
    """What the current days of a channel have within an interval, in order."""
    rows = await sql(
        "SELECT e.* FROM schedule_day d JOIN day_event e ON e.day = d.id WHERE d.channel = ? AND d.current = 1"
        " AND d.date BETWEEN ? AND ? AND e.start_ms < ? AND e.start_ms + e.span_ms > ? ORDER BY e.start_ms, d.date",
        channel, *_dates_around(start_ms, end_ms), end_ms, start_ms,
    )  # fmt: skip
    return [event(row) for row in rows]


def _dates_around(start_ms: int, end_ms: int) -> tuple[str, str]:
    """The first and last broadcast date whose day may have anything of an interval, wherever its channel is."""
    first, last = from_ms(start_ms) - _DAY_BEFORE, from_ms(end_ms) + _DAY_AFTER
    return first.date().isoformat(), last.date().isoformat()


async def used_until(channel: str, date: str, at_ms: int) -> dict[str, int]:
    """The same for an instant within a date: with what that date's own day has before it."""
    used = await used_before(channel, date)
    rows = await sql(
        "SELECT a.asset, max(a.start_ms) AS last_ms FROM day_asset a JOIN schedule_day d ON d.id = a.day"
        " WHERE d.channel = ? AND d.current = 1 AND d.date = ? AND a.start_ms < ? GROUP BY a.asset",
        channel, date, at_ms,
    )  # fmt: skip
    for row in rows:
        used[row["asset"]] = max(row["last_ms"], used.get(row["asset"], row["last_ms"]))
    return used


async def series_titles() -> dict[str, str]:
    """The titles of all series, by id."""
    return {row["id"]: row["title"] for row in await sql("SELECT id, title FROM series ORDER BY title")}


async def bookings(channel: str, start_ms: int, end_ms: int) -> list[Booked]:
    """The live bookings that an interval overlaps, in order."""
    rows = await sql(
        f"SELECT {BOOKED} WHERE b.channel = ? AND b.state = 'live' AND b.start_ms < ? AND b.end_ms > ?"
        " ORDER BY b.start_ms",
        channel, end_ms, start_ms,
    )  # fmt: skip
    return [Booked(**row) for row in rows]
