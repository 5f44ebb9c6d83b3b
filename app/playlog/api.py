"""The playlog for programs: `/api/channels/{channel}/playlog`."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from app.errors import NotFound
from app.plans.schemas import CheckedJson, finding_json
from app.playlog import checking, editing, gone, queries, rolling, service
from app.playlog.editing import Place
from app.playlog.schemas import (
    EditedJson,
    ExtendedJson,
    PlaylogEventJson,
    PlaylogJson,
    edited_json,
    event_json,
    extended_json,
    playlog_json,
)
from app.web.documented import documented
from app.web.guards import act, editor, viewer

AnyRequest = Request[Any, Any, Any]
_ASKED = documented(404, 409, 422)
_CHANGED = documented(404, 409, 413, 422)


class ExtendBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How to extend: `dry_run` stores nothing."""

    dry_run: bool = False


class MendBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The asset whose file is gone."""

    asset: str


class ReplaceBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What airs instead; `version` is the log's, as it was read."""

    asset: str
    version: int


class InsertBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What airs in addition, before or after an event."""

    asset: str
    version: int
    before: str | None = None
    after: str | None = None


class MoveBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an event goes, before or after another."""

    version: int
    before: str | None = None
    after: str | None = None


class LockBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an event is to stay as it is."""

    locked: bool
    version: int


async def _told(
    request: AnyRequest, channel: str, date: str | None = None, since: datetime | None = None,
    until: datetime | None = None,
) -> PlaylogJson:  # fmt: skip
    clock = request.app.state.clock
    of, lines = await queries.asked(channel, date, since, until, clock.now())
    logs, now = await queries.logs(of.channel.id, lines), clock.now_ms()
    missing = await gone.told(now, of.channel.id)
    return playlog_json(of, lines, logs, await queries.frontier(channel), missing, now)


class PlaylogApi(Controller):
    """`/api/channels/{channel}/playlog`."""

    path = "/api/channels/{channel:str}/playlog"
    tags = ["Playlog"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=_ASKED)
    async def all(
        self,
        request: AnyRequest,
        channel: FromPath[str],
        date: FromQuery[str | None] = None,
        since: FromQuery[datetime | None] = None,
        until: FromQuery[datetime | None] = None,
    ) -> PlaylogJson:
        """The events of a broadcast date, or those that a stretch of time overlaps; else all from now on."""
        return await _told(request, channel, date, since, until)

    @get("/at", responses=_ASKED)
    async def at(self, request: AnyRequest, channel: FromPath[str], time: FromQuery[datetime]) -> PlaylogEventJson:
        """What airs at an instant; at the border of two events it is the later."""
        of, found = await queries.at(channel, time)
        if found is None:
            raise NotFound("NOTHING_PLANNED", f"{of.channel.title} has nothing in its playlog at that time.")
        return event_json(found, of.grid.tz, request.app.state.clock.now_ms())

    @get("/validate", responses=_ASKED)
    async def check(
        self,
        request: AnyRequest,
        channel: FromPath[str],
        since: FromQuery[datetime | None] = None,
        until: FromQuery[datetime | None] = None,
    ) -> CheckedJson:
        """Gaps, overlaps, wrong lengths, and assets that may not air or are gone; of all that is ahead by default."""
        of, found = await checking.validate(channel, since, until, clock=request.app.state.clock)
        return CheckedJson(not found, [finding_json(one, of.grid.tz) for one in found])

    @post("/extend", guards=[editor], status_code=200, responses=_CHANGED)
    async def extend(self, request: AnyRequest, channel: FromPath[str], data: JSONBody[ExtendBody]) -> ExtendedJson:
        """Make days and events ahead, as the worker does each half minute; what is there stays."""
        made = await rolling.roll(channel, dry_run=data.dry_run, **act(request))
        return extended_json(made, request.app.state.clock.now_ms())

    @post("/rebuild", guards=[editor], status_code=200, responses=_ASKED)
    async def rebuild(self, request: AnyRequest, channel: FromPath[str]) -> ExtendedJson:
        """Build all that is ahead anew from days and bookings, except what is locked."""
        made = await service.renew(channel, **act(request))
        return extended_json(made, request.app.state.clock.now_ms())

    @post("/mend", guards=[editor], status_code=200, responses=_CHANGED)
    async def mend(self, request: AnyRequest, channel: FromPath[str], data: JSONBody[MendBody]) -> ExtendedJson:
        """Air something else, by the ladder, in all blocks ahead that have an asset whose file is gone."""
        made = await gone.mend(channel, data.asset, **act(request))
        return extended_json(made, request.app.state.clock.now_ms())

    @post(guards=[editor], responses=_CHANGED)
    async def insert(self, request: AnyRequest, channel: FromPath[str], data: JSONBody[InsertBody]) -> EditedJson:
        """Air an asset in addition; breaks that follow give way."""
        place = Place(data.before, data.after)
        return edited_json(await editing.insert_event(channel, place, data.asset, data.version, **act(request)))

    @post("/undo/{event:int}", guards=[editor], status_code=200, responses=_ASKED)
    async def undo(self, request: AnyRequest, channel: FromPath[str], event: FromPath[int]) -> PlaylogJson:
        """Put back what one changed within the last ten seconds; gives the playlog from now on."""
        await queries.frontier(channel)  # refuses a channel that is not there before anything is done
        await editing.undo(event, **act(request))
        return await _told(request, channel)

    @get("/{line:str}", responses=_ASKED)
    async def show(self, request: AnyRequest, channel: FromPath[str], line: FromPath[str]) -> PlaylogEventJson:
        """One event."""
        of, found = await queries.one(channel, line)
        return event_json(found, of.grid.tz, request.app.state.clock.now_ms())

    @post("/{line:str}/replace", guards=[editor], status_code=200, responses=_CHANGED)
    async def replace(
        self, request: AnyRequest, channel: FromPath[str], line: FromPath[str], data: JSONBody[ReplaceBody]
    ) -> EditedJson:
        """Air another asset instead."""
        return edited_json(await editing.replace_event(channel, line, data.asset, data.version, **act(request)))

    @post("/{line:str}/move", guards=[editor], status_code=200, responses=_CHANGED)
    async def move(
        self, request: AnyRequest, channel: FromPath[str], line: FromPath[str], data: JSONBody[MoveBody]
    ) -> EditedJson:
        """Air it elsewhere."""
        place = Place(data.before, data.after)
        return edited_json(await editing.move_event(channel, line, place, data.version, **act(request)))

    @post("/{line:str}/lock", guards=[editor], status_code=200, responses=_CHANGED)
    async def lock(
        self, request: AnyRequest, channel: FromPath[str], line: FromPath[str], data: JSONBody[LockBody]
    ) -> EditedJson:
        """Have it stay as it is whatever is planned anew, or let it go again."""
        return edited_json(await editing.lock_event(channel, line, data.locked, data.version, **act(request)))

    @delete("/{line:str}", guards=[editor], status_code=200, responses=_ASKED)
    async def remove(
        self, request: AnyRequest, channel: FromPath[str], line: FromPath[str], version: FromQuery[int]
    ) -> EditedJson:
        """Take it out; the last break of its block grows."""
        return edited_json(await editing.remove_event(channel, line, version, **act(request)))
