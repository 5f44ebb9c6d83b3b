"""The calendar for programs: what is scheduled, moving it, and undoing that."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.calendar import service, sources
from app.calendar.asked import checked_wall, checked_wanted
from app.calendar.items import Item, Span
from app.channels.service import channels
from app.clock import from_ms, parse_instant, to_ms, zone
from app.errors import DaypartError, field_error
from app.posts.schemas import When
from app.web.documented import documented
from app.web.guards import act, editor, viewer
from app.web.shell import timezone_of
from app.wording import local

AnyRequest = Request[Any, Any, Any]
SPAN_MOST = timedelta(days=400)
_MOVED = documented(404, 409, 413, 422)


class ItemJson(msgspec.Struct):
    """Something that is scheduled on a channel: at a moment, or with an `end` for a span."""

    kind: str
    id: str
    channel: str
    title: str
    start: datetime
    end: datetime | None
    status: str
    state: str
    version: int
    movable: bool
    resizable: bool


class ItemsJson(msgspec.Struct):
    """Items in order of time; `more` tells that there are too many to give all."""

    items: list[ItemJson]
    more: bool


class MoveJson(msgspec.Struct, forbid_unknown_fields=True):
    """A date and a time on the station's clock, and the version of the item that was seen."""

    date: str
    time: str
    version: int


class MovedJson(msgspec.Struct):
    """The item as it stands now, what a person is told, and the number that undoes a move for ten seconds."""

    item: ItemJson
    message: str
    undo: int | None


class CalendarApi(Controller):
    """`/api/calendar`: everything scheduled, from the one query that the pages read."""

    path = "/api/calendar"
    tags = ["Calendar"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(400, 401, 403, 422))
    async def items(
        self,
        begins: Annotated[str, QueryParameter(name="from", description="An instant with an offset.")],
        ends: Annotated[str, QueryParameter(name="to", description="The first instant no longer wanted.")],
        channel: FromQuery[list[str] | None] = None,
        kind: FromQuery[str] = "",
        status: FromQuery[str] = "",
        q: FromQuery[str] = "",
    ) -> ItemsJson:
        """What begins or goes on within a span of at most 400 days; cancelled only if `status` asks for it."""
        span = Span(_instant("from", begins), _instant("to", ends))
        if not 0 < span.to_ms - span.from_ms <= SPAN_MOST / timedelta(milliseconds=1):
            raise field_error("to", "SPAN_BAD", "`to` is after `from`, and at most 400 days later.")
        found = await sources.found(span, checked_wanted(channel or [], kind, status, q))
        slugs = {one.id: one.slug for one in await channels()}
        return ItemsJson([_json(item, slugs) for item in found.items], found.more)

    @post("/{kind:str}/{item_id:str}/move", guards=[editor], status_code=200, responses=_MOVED)
    async def move(
        self, request: AnyRequest, kind: FromPath[str], item_id: FromPath[str], data: JSONBody[MoveJson]
    ) -> MovedJson:
        """Move an item; one that somebody changed since that version stays where it is."""
        timezone, queue = await timezone_of(request), request.app.state.queue
        when = _when(data, timezone)
        moved = await service.move(kind, item_id, when, data.version, timezone=timezone, queue=queue, **act(request))
        message = service.moved_words(moved, local(moved.at, zone(timezone)))
        return MovedJson(await _named(moved.item), message, moved.event)

    @post("/{kind:str}/{item_id:str}/resize", guards=[editor], status_code=200, responses=_MOVED)
    async def resize(
        self, request: AnyRequest, kind: FromPath[str], item_id: FromPath[str], data: JSONBody[MoveJson]
    ) -> MovedJson:
        """End an item, such as a booking, at another date and time; one that was changed since stays as it is."""
        timezone = await timezone_of(request)
        done = await service.resize(kind, item_id, _when(data, timezone), data.version, **act(request))
        message = service.resized_words(done, local(done.at, zone(timezone)))
        return MovedJson(await _named(done.item), message, done.event)

    @post("/undo/{event:int}", guards=[editor], status_code=200, responses=documented(400, 401, 403, 404, 409))
    async def undo(self, request: AnyRequest, event: FromPath[int]) -> MovedJson:
        """Put back what one moved within the last ten seconds, unless it was changed since."""
        item = await service.undo(event, **act(request))
        at = local(from_ms(item.start_ms), zone(await timezone_of(request)))
        return MovedJson(await _named(item), f"“{item.title}” is back at {at}.", None)


def _when(data: MoveJson, timezone: str) -> When:
    return When.of_wall(checked_wall(data.date, data.time, timezone))


def _instant(field: str, text: str) -> int:
    try:
        return to_ms(parse_instant(text))
    except DaypartError as error:
        raise field_error(field, error.code, error.detail) from error


async def _named(item: Item) -> ItemJson:
    return _json(item, {one.id: one.slug for one in await channels()})


def _json(item: Item, slugs: dict[str, str]) -> ItemJson:
    return ItemJson(
        item.kind, item.id, slugs[item.channel], item.title, from_ms(item.start_ms),
        None if item.end_ms is None else from_ms(item.end_ms), item.status, item.state, item.version, item.movable,
        item.resizable,
    )  # fmt: skip
