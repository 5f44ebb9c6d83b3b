"""Files that are gone from disk before what is planned of them airs: told once, and replaced when somebody says so.

What is in the playlog already never changes by itself, so nothing is replaced here unless an operator wants it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.accounts.rules import Identity
from app.clock import MasterClock
from app.database import Row, sql, sql_many
from app.errors import Conflict
from app.events import Change, change
from app.library import presence
from app.library import queries as library
from app.playlog import horizon, queries, service
from app.playlog.service import TOPIC, Extended
from app.playlog.shelf import Fallen
from app.playlog.stale import Stretch
from app.playlog.stock import Stock
from app.playlog.values import Line

log = logging.getLogger(__name__)
CODE = "MEDIA_MISSING"
Pair = tuple[str, str]
"""A channel and an asset, by their ids."""

# What still can change of all active linear channels, with the files that it plays.
_AHEAD = (
    "SELECT p.channel, p.asset, a.title, m.path, c.title AS on_channel, min(p.start_ms) AS start_ms,"
    " count(*) AS events FROM channel c CROSS JOIN playlog p ON p.channel = c.id AND p.state <> 'superseded'"
    " AND p.start_ms >= ? JOIN asset a ON a.id = p.asset JOIN media m ON m.id = a.media"
    " WHERE c.kind = 'linear' AND c.active = 1 GROUP BY p.channel, p.asset, a.title, m.path, c.title"
)
# One walk over what is ahead for each channel that misses anything.
_TOLD = (
    "SELECT g.channel, g.asset, a.title, min(p.start_ms) AS start_ms, count(*) AS events"
    " FROM (SELECT DISTINCT channel FROM playlog_gone WHERE ? IN (channel, '')) c"
    " CROSS JOIN playlog p ON p.channel = c.channel AND p.state <> 'superseded' AND p.start_ms >= ?"
    " CROSS JOIN playlog_gone g ON g.channel = p.channel AND g.asset = p.asset JOIN asset a ON a.id = g.asset"
    " GROUP BY g.channel, g.asset, a.title"
)


@dataclass(frozen=True, slots=True)
class Gone:
    """An asset whose file is gone, with the first of its events on a channel that can still be changed."""

    channel: str
    asset: str
    title: str
    start_ms: int
    events: int


async def look(*, by: Identity, clock: MasterClock) -> int:
    """See whether the files of all that is ahead are there, and tell those that are gone or back since the last look.

    Gives how many are newly gone. Only what is ahead is asked of the disk, each file once for all channels.
    """
    rows = await sql(_AHEAD, horizon.commit_edge(clock.now_ms()))
    paths = await presence.gone_paths(row["path"] for row in rows)
    found = {_pair(row): row for row in rows if row["path"] in paths}
    told = {_pair(row) for row in await sql("SELECT channel, asset FROM playlog_gone")}
    if told == set(found):
        return 0
    there = {_pair(row): row for row in rows if row["path"] not in paths}
    async with change(by.actor, clock) as happening:
        new = [pair for pair in sorted(set(found) - told) if await _noted(pair, happening.at_ms)]
        await _tell(happening, "media gone", [found[pair] for pair in new])
        over = sorted(told - set(found))
        await sql_many("DELETE FROM playlog_gone WHERE channel = ? AND asset = ?", over)
        await _tell(happening, "media back", [there[pair] for pair in over if pair in there])
    return len(new)


def _pair(row: Row) -> Pair:
    return row["channel"], row["asset"]


async def _noted(pair: Pair, at_ms: int) -> bool:
    """Whether it was this look that noted it, and no other worker's."""
    query = "INSERT INTO playlog_gone (channel, asset, told_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING asset"
    return bool(await sql(query, *pair, at_ms))


async def _tell(happening: Change, verb: str, rows: Iterable[Row]) -> None:
    """One event for each channel, however many files it is."""
    for channel, each in groupby(rows, lambda row: row["channel"]):
        some = list(each)
        assets = [{name: row[name] for name in ("asset", "title", "start_ms", "events")} for row in some]
        after: dict[str, Any] = {"assets": assets}
        if verb == "media gone":
            named = ", ".join(row["title"] for row in some)
            after |= {"code": CODE, "error": f"{CODE}: {named}"}
            log.warning("%s is about to air what is gone from disk: %s", some[0]["on_channel"], named)
        await happening.happened(TOPIC, "channel", channel, verb, after=after)


async def told(now_ms: int, channel: str | None = None) -> list[Gone]:
    """What was told to be gone and can still be changed, by when it airs first; of all channels, or one by its id."""
    rows = await sql(f"{_TOLD} ORDER BY start_ms, g.asset", channel or "", horizon.commit_edge(now_ms))
    return [Gone(**row) for row in rows]


async def mend(key: str, asset: str, *, by: Identity, clock: MasterClock) -> Extended:
    """Make the blocks anew in which an asset would air whose file is gone; other assets take its place by the ladder.

    What is locked stays, and what operators put there if it can air. Raises Conflict where there is nothing to mend.
    """
    title = (await library.asset(asset)).title
    stock = await Stock.take()
    async with change(by.actor, clock) as happening:
        of = await service.rolling(key)
        if not await stock.is_gone(asset):
            raise Conflict("MEDIA_THERE", f"The file of {title} is there, so it airs as planned.")
        frontier = await queries.frontier_ms(of.channel.id) or 0
        open_ = await queries.beginning(of.channel.id, horizon.commit_edge(happening.at_ms), frontier)
        found = stretches(open_, asset)
        if not found:
            raise Conflict("NOTHING_TO_MEND", f"Nothing that can be changed airs {title}. Unlock it, or let it be.")
        fallen: list[Fallen] = []
        for one in found:
            made = await service.rebuild(happening, of, one, stock, lambda line: _stays(line, asset))
            fallen += made.fallen
    lines = await queries.beginning(of.channel.id, found[0].start_ms, found[-1].end_ms)
    return Extended(of, lines, fallen, frontier)


def stretches(lines: Iterable[Line], asset: str) -> list[Stretch]:
    """The blocks of these events, in order, in which an asset airs that nobody locked there."""
    blocks = [list(each) for _, each in groupby(lines, lambda line: (line.block_ms, line.booking))]
    return [
        Stretch(block[0].start_ms, block[-1].end_ms, "media")
        for block in blocks
        if any(line.asset == asset and not line.locked for line in block)
    ]


def _stays(line: Line, asset: str) -> bool:
    return line.locked or (line.placed and line.asset != asset)
