"""How every linear channel stands: what is on air and next by its playlog, how far that reaches, and what is gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.channels import service as channels
from app.channels.service import ChannelView
from app.database import Row, placeholders, sql
from app.playlog import gone
from app.playlog.gone import Gone

KIND = "linear"

_LIVE = "FROM playlog p WHERE p.channel = c.id AND p.state <> 'superseded'"
# Each is one step into the index of a channel's events, or a walk to the end of the block on air.
_AT = (
    "SELECT c.id AS channel,"
    f" (SELECT p.end_ms {_LIVE} ORDER BY p.start_ms DESC LIMIT 1) AS reaches_ms,"
    f" (SELECT p.seq {_LIVE} AND p.start_ms <= ? ORDER BY p.start_ms DESC LIMIT 1) AS seq"
    " FROM channel c WHERE c.kind = 'linear' AND c.active = 1"
)
_AFTER = f"{_LIVE} AND p.start_ms > ? AND p.block_ms > o.block_ms"
_STANDING = (
    "SELECT c.id AS channel, c.reaches_ms, o.seq AS on_seq, o.end_ms AS event_end_ms,"
    f" (SELECT p.start_ms {_AFTER} ORDER BY p.start_ms LIMIT 1) AS end_ms,"
    f" (SELECT p.seq {_AFTER} AND p.kind = 'program' ORDER BY p.start_ms LIMIT 1) AS next_seq"
    f" FROM (SELECT channel AS id, reaches_ms, seq FROM ({_AT})) c LEFT JOIN playlog o ON o.seq = c.seq"
)
_AIRING = (
    "SELECT p.seq, p.block_ms AS start_ms, p.kind, coalesce(e.title, b.title, p.title) AS title, a.id AS asset,"
    " coalesce(json_extract(m.probe, '$.has_thumbnail'), 0) AS pictured"
    " FROM playlog p LEFT JOIN day_event e ON e.id = p.day_event"
    " LEFT JOIN booking k ON k.id = p.booking LEFT JOIN asset b ON b.id = k.asset"
    " LEFT JOIN asset a ON a.id = coalesce(k.asset, e.asset, p.asset)"
    " LEFT JOIN media m ON m.id = a.media"
)


@dataclass(frozen=True, slots=True)
class Airing:
    """A programme, booking or filler as it stands in the playlog; `picture` is its asset, if there is a still of it."""

    title: str
    start_ms: int
    end_ms: int | None
    picture: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel, until when its playlog is built, and what is on and next in it; None where there is nothing.

    `missing` are assets that are about to air and whose files are gone.
    """

    channel: ChannelView
    reaches_ms: int | None
    on: Airing | None
    next: Airing | None
    missing: tuple[Gone, ...]


async def standings(now_ms: int) -> list[Standing]:
    """All linear channels that are switched on, by title; what it costs does not grow with what has aired."""
    rows = {row["channel"]: row for row in await sql(_STANDING, now_ms, now_ms, now_ms)}
    airing = await _airing([row[name] for row in rows.values() for name in ("on_seq", "next_seq") if row[name]])
    missing = await gone.told(now_ms) if rows else []
    return [
        _standing(one, rows[one.id], airing, missing, now_ms) for one in await channels.channels(KIND) if one.id in rows
    ]


async def _airing(seqs: Sequence[int]) -> dict[int, Row]:
    rows = await sql(f"{_AIRING} WHERE p.seq IN ({placeholders(seqs)})", *seqs) if seqs else []
    return {row["seq"]: row for row in rows}


def _standing(one: ChannelView, row: Row, airing: dict[int, Row], missing: Sequence[Gone], now_ms: int) -> Standing:
    on_air = row["on_seq"] is not None and row["event_end_ms"] > now_ms
    on = _as_airing(airing[row["on_seq"]], row["end_ms"] or row["reaches_ms"]) if on_air else None
    following = _as_airing(airing[row["next_seq"]], None) if row["next_seq"] is not None else None
    return Standing(one, row["reaches_ms"], on, following, tuple(each for each in missing if each.channel == one.id))


def _as_airing(row: Row, end_ms: int | None) -> Airing:
    return Airing(row["title"], row["start_ms"], end_ms, row["asset"] if row["pictured"] else None)
