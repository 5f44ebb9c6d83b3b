"""Pages of the week as plans resolve it: the week itself, one stretch of it, and the preview of any date."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath, FromQuery

from app import events
from app.channels.views import LIST
from app.clock import MasterClock, broadcast_date, from_ms, resolve
from app.errors import Invalid, field_error
from app.plans import (
    day_views,
    days,
    drawing,
    plan_views,
    preview_views,
    previewing,
    queries,
    remaking,
    service,
    week_views,
    zone_undo,
)
from app.plans.applying import checked_day
from app.plans.grids import Planned
from app.plans.plan_forms import at_fields
from app.plans.plan_frame import CHANGED, HOME, HtmlResponse, at_plan, at_plans, page, planned, undo_offer
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, render


class WeekPages(Controller):
    """The tab of a linear or radio channel that shows what airs when."""

    include_in_schema = False
    path = LIST
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(HOME)
    async def show(
        self, request: Request[Any, Any, Any], key: FromPath[str], date: FromQuery[str] = "", week: FromQuery[str] = ""
    ) -> HtmlResponse:
        """The week around a date as it will resolve, and the plans."""
        return await _overview(request, await planned(key), date or week)

    @get(f"{HOME}/stretch")
    async def stretch(
        self, request: Request[Any, Any, Any], key: FromPath[str], at: FromQuery[int] = 0
    ) -> HtmlResponse:
        """One stretch of a day: which plan has it and why, and what can be done about it."""
        of = await planned(key)
        return await _stretch(request, of, at)

    @get(f"{HOME}/preview")
    async def preview(
        self, request: Request[Any, Any, Any], key: FromPath[str], date: FromQuery[str] = "", now: FromQuery[str] = ""
    ) -> HtmlResponse:
        """Any date as it would resolve, with the clock set to any instant; nothing is stored."""
        return await _preview(request, await planned(key), date, now)

    @post(f"{HOME}/undo/{{event:int}}", guards=[editor], status_code=303)
    async def undo(self, request: Request[Any, Any, Any], key: FromPath[str], event: FromPath[int]) -> HtmlResponse:
        """Put back what was done to a zone a moment ago."""
        of = await planned(key)
        undone = await events.undo(event, request.user.actor, request.app.state.clock, zone_undo.SUBJECTS)
        one = await service.plan(of.channel.id, undone["subject_id"])
        return after_post(request, at_plan(of, one), plan_views.undone_words(undone), changed=CHANGED)


async def _overview(request: AnyRequest, of: Planned, asked: str) -> HtmlResponse:
    clock: MasterClock = request.app.state.clock
    today = broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)
    shown = drawing.week_of(checked_day(asked) if asked else today)
    plans = await service.plans(of.channel.id)
    week = [drawing.drawn(day, of.grid, [one.plan for one in plans]) for day in shown]
    made = {one.date for one in await days.days(of.channel.id, shown[0].isoformat(), shown[-1].isoformat())}
    versions = {one.id: one.version for one in plans}
    hues = drawing.hues(versions)
    look = week_views.Look(at_plans(of), today, made, request.user.can("editor"), versions, hues)
    own = week_views.week(week, of.grid, [one.plan for one in plans], look)
    listed = {"hues": hues, "plans": [plan_views.row(one, at_plans(of), hues[one.id]) for one in plans]}
    older = await remaking.outdated(of, today)
    offered = {"undo": await undo_offer(request, of), "outdated": day_views.outdated(of, older)}
    return await render(request, "plans/plans.html", page(request, of) | own | listed | offered)


async def _stretch(request: AnyRequest, of: Planned, at_ms: int) -> HtmlResponse:
    day = broadcast_date(_instant(at_ms), of.grid.day_start, of.grid.tz)
    plans = await service.plans(of.channel.id)
    drawn = drawing.drawn(day, of.grid, [one.plan for one in plans])
    piece = next(one for one in drawn.pieces if one.stretch.start_ms <= at_ms < one.stretch.end_ms)
    own = week_views.stretch(drawn, piece, at_plans(of))
    return await render(request, "plans/stretch.html", page(request, of) | own)


def _instant(at_ms: int) -> datetime:
    try:
        return _checked(from_ms(at_ms))
    except OverflowError as error:
        raise field_error("at", "BAD_TIME", "Give an instant in milliseconds.") from error


def _checked(at: datetime) -> datetime:
    checked_day(at.date().isoformat(), "at", "BAD_TIME")
    return at


async def _preview(request: AnyRequest, of: Planned, asked: str, now: str) -> HtmlResponse:
    clock: MasterClock = request.app.state.clock
    today = broadcast_date(clock.now(), of.grid.day_start, of.grid.tz)
    values = {"date": asked or today.isoformat(), "now": now}
    own: dict[str, Any] = {"title": of.channel.title, "values": values, "errors": {}, "day": None}
    try:
        at = _wall(now, of) if now else None
        key, day = of.channel.id, values["date"]
        made = await (previewing.preview_at(key, day, at, clock=clock) if at else days.preview(key, day))
        own |= preview_views.preview(made, await queries.plans(key), at or clock.now(), at_plans(of))
    except Invalid as refused:
        own["errors"] = at_fields(refused, "date", "now")
        return await render(request, "plans/preview.html", page(request, of) | own, status=422)
    return await render(request, "plans/preview.html", page(request, of) | own)


def _wall(text: str, of: Planned) -> datetime:
    """A date and time on the channel's wall clock."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise field_error("now", "BAD_TIME", "Give a date and a time, such as 2026-12-24T18:00.") from error
    if read.tzinfo is not None:
        return read
    checked_day(read.date().isoformat(), "now", "BAD_TIME")
    return resolve(read.date(), read.time(), of.grid.tz).at
