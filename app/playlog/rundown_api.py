"""The logs for programs: how far they reach, and one broadcast day in its blocks."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Controller, Request, get
from litestar.params import FromPath

from app.clock import MasterClock, from_ms
from app.playlog import queries, rundowns
from app.playlog.blocks import Block, Fit
from app.playlog.schemas import PlaylogEventJson, event_json
from app.playlog.standings import Standing, standings
from app.web.documented import documented
from app.web.guards import viewer

AnyRequest = Request[Any, Any, Any]


class StandingJson(msgspec.Struct):
    """A channel and until when its log is built, null where it is not; `missing` files of what is ahead are gone."""

    channel: str
    title: str
    timezone: str
    reaches: datetime | None
    missing: int


class StandingsJson(msgspec.Struct):
    """The linear channels, by title."""

    logs: list[StandingJson]


class BlockJson(msgspec.Struct):
    """A programme with its breaks. `idle_ms` is the slate, `cut_ms` what does not fit in; a few seconds are ok."""

    title: str
    start: datetime
    end: datetime
    fit: Fit
    idle_ms: int
    cut_ms: int
    events: list[PlaylogEventJson]


class RundownJson(msgspec.Struct):
    """A broadcast day as a half-open interval; `version` is to be sent with each change."""

    channel: str
    date: date
    start: datetime
    end: datetime
    version: int
    blocks: list[BlockJson]


class LogApi(Controller):
    """`/api/logs`: what the pages of the logs show."""

    path = "/api/logs"
    tags = ["Logs"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented())
    async def standings(self, request: AnyRequest) -> StandingsJson:
        """How far the log of each linear channel reaches."""
        return await standings_json(request.app.state.clock)

    @get("/{channel:str}/{date:str}", responses=documented(404, 409, 422))
    async def rundown(self, request: AnyRequest, channel: FromPath[str], date: FromPath[str]) -> RundownJson:
        """The log of one broadcast day, YYYY-MM-DD; one that nothing is planned for yet has no blocks."""
        return await rundown_json(channel, date, request.app.state.clock)


async def standings_json(clock: MasterClock) -> StandingsJson:
    """The channels as programs see them."""
    return StandingsJson([_standing(one) for one in await standings(clock.now_ms())])


def _standing(one: Standing) -> StandingJson:
    reaches = None if one.reaches_ms is None else from_ms(one.reaches_ms)
    return StandingJson(one.channel.slug, one.channel.title, one.channel.timezone, reaches, len(one.missing))


async def rundown_json(channel: str, on: str, clock: MasterClock) -> RundownJson:
    """A day as programs see it."""
    found = await queries.rundown(channel, on)
    tz, now = found.channel.grid.tz, clock.now_ms()
    made = [_block(one, tz, now) for one in await rundowns.in_blocks(found)]
    start, end = (from_ms(ms).astimezone(tz) for ms in (found.start_ms, found.end_ms))
    version = found.log.version if found.log else 0
    return RundownJson(found.channel.channel.slug, found.date, start, end, version, made)


def _block(one: Block, tz: ZoneInfo, now_ms: int) -> BlockJson:
    start, end = (from_ms(ms).astimezone(tz) for ms in (one.start_ms, one.end_ms))
    events = [event_json(line, tz, now_ms) for line in one.lines]
    return BlockJson(one.title, start, end, one.fit, one.idle_ms, one.cut_ms, events)
