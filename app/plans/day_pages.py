"""The tab of a planned channel that shows its schedule days, each day as a rundown, and what is done to one."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app import wording
from app.channels import kinds
from app.channels.kinds import Tab
from app.channels.pages import context
from app.clock import from_ms
from app.errors import Conflict, Invalid
from app.plans import changes, day_views, days, outlook, queries, remaking
from app.plans.applying import checked_day, ranked
from app.plans.days import DayView
from app.plans.grids import USUAL, Planned
from app.plans.plan_frame import CHANGED, at_plans, planned
from app.plans.values import Finding
from app.web.forms import form
from app.web.guards import act, editor, viewer
from app.web.htmx import AnyRequest, after_post, redirect, render

HtmlResponse = Response[str]
TAB = Tab("days", "Days")
LISTED = 21
CHANGES_MOST = 100
LIST = "/channels/{key:str}/days"
DAY = f"{LIST}/{{on:str}}"


class DayPages(Controller):
    """`/channels/{key}/days` and what hangs below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(LIST)
    async def all(self, request: Request[Any, Any, Any], key: FromPath[str], at: FromQuery[str] = "") -> HtmlResponse:
        """Three weeks of dates: which are made, by which plans, and what is to be known of them."""
        of = await planned(key)
        today = outlook.today(of, request.app.state.clock)
        around = checked_day(at, "at") if at else today
        first = around - timedelta(days=around.weekday() + 7)
        of, found = await outlook.lines(key, first, LISTED)
        may_edit = request.user.can("editor")
        outdated = await remaking.outdated(of, today)
        rows = [day_views.date_row(of, one, today, may_edit=may_edit, outdated=outdated) for one in found]
        home = day_views.days_path(of)
        page = {
            **context(of.channel, TAB.name),
            "weeks": [rows[n : n + 7] for n in range(0, LISTED, 7)],
            "earlier": f"{home}?at={around - timedelta(days=LISTED)}",
            "later": f"{home}?at={around + timedelta(days=LISTED)}",
            "around_today": home if at else "",
            "span": f"{wording.day(first)} – {wording.day(first + timedelta(days=LISTED - 1))}",
            "can_edit": may_edit,
            "outdated": day_views.outdated(of, outdated),
        }
        return await render(request, "plans/days.html", page)

    @get(DAY)
    async def show(self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str]) -> HtmlResponse:
        """One date: the day as it is frozen with the bookings over it, or what would make it."""
        return await _day_page(request, await planned(key), checked_day(on))

    @get(f"{DAY}/check")
    async def check(self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str]) -> HtmlResponse:
        """The day, with what is wrong with it by now."""
        found = await days.validate(key, on)
        return await _day_page(request, await planned(key), checked_day(on), checked=found)

    @post(f"{DAY}/generate", guards=[editor], status_code=303)
    async def generate(self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str]) -> HtmlResponse:
        """Make a day from the plans that apply."""
        return await _acted(request, key, on, "made", lambda: days.generate(key, on, **act(request)))

    @get(f"{DAY}/again", guards=[editor])
    async def ask_again(self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str]) -> HtmlResponse:
        """What would be different about a day if it were made again."""
        return await _ask(request, key, on, lambda: days.regenerate(key, on, dry_run=True, **act(request)), {})

    @post(f"{DAY}/again", guards=[editor], status_code=303)
    async def again(self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str]) -> HtmlResponse:
        """Make a day again; it is replaced whole."""
        return await _acted(request, key, on, "made again", lambda: days.regenerate(key, on, **act(request)))

    @post(f"{DAY}/follow", guards=[editor], status_code=303)
    async def follow(self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str]) -> HtmlResponse:
        """Make a day and all later ones again, so that they follow the plans as they are by now."""
        of = await planned(key)
        made = await remaking.remake_from(key, on, **act(request))
        told = f"{wording.count(len(made), 'day')} made again from {wording.day(checked_day(on))}."
        return after_post(request, day_views.days_path(of), told, changed=CHANGED)

    @get(f"{DAY}/override", guards=[editor])
    async def ask_override(
        self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str], plan: FromQuery[str] = ""
    ) -> HtmlResponse:
        """The plans to choose from, and what one would make of the day."""
        of = await planned(key)
        options = [{"value": one.id, "label": one.name} for one in await queries.plans(of.channel.id)]
        more = {"plans": options, "plan": plan, "override": True}
        run = (lambda: days.override(key, on, plan, dry_run=True, **act(request))) if plan else None
        return await _ask(request, key, on, run, more)

    @post(f"{DAY}/override", guards=[editor], status_code=303)
    async def override(self, request: Request[Any, Any, Any], key: FromPath[str], on: FromPath[str]) -> HtmlResponse:
        """Make a day from one plan."""
        plan = (await form(request)).text("plan")
        return await _acted(request, key, on, "overridden", lambda: days.override(key, on, plan, **act(request)))


Run = Callable[[], Awaitable[DayView]]


async def _acted(request: AnyRequest, key: str, on: str, done: str, run: Run) -> HtmlResponse:
    of, at = await planned(key), checked_day(on)
    try:
        made = await run()
    except (Conflict, Invalid) as refused:
        if refused.code == "DAY_EXISTS":  # somebody else was faster, and their day is what was asked for
            return redirect(request, f"{day_views.days_path(of)}/{on}")
        return await _day_page(request, of, at, refused=refused.detail)
    errors = len(made.errors)
    told = f" {wording.count(errors, 'error')} to look at." if errors else ""
    message = f"{wording.day(at)} is {done}.{told}"
    return after_post(request, f"{day_views.days_path(of)}/{on}", message, tone="warn" if errors else "ok")


async def _ask(request: AnyRequest, key: str, on: str, run: Run | None, more: dict[str, Any]) -> HtmlResponse:
    of, at = await planned(key), checked_day(on)
    before = await outlook.made(key, on)
    refused, after = "", None
    try:
        after = await run() if run else None
    except (Conflict, Invalid) as error:
        refused = error.detail
    found = changes.changes(before.events if before else (), after.events) if after else []
    page = {
        "title": f"{'Override' if more else 'Make again'}: {wording.day(at)}",
        "channel_title": of.channel.title,
        "back": f"{day_views.days_path(of)}/{on}",
        "was_made": before is not None,
        "looked": after is not None,
        "changes": day_views.change_rows(found[:CHANGES_MOST], day_views.times_of(after)) if after else [],
        "more": max(0, len(found) - CHANGES_MOST),
        "findings": day_views.findings(after.findings, day_views.times_of(after)) if after else [],
        "refused": refused,
        "override": False,
        **more,
    }
    return await render(request, "plans/day_act.html", page, status=409 if refused else 200)


async def _day_page(
    request: AnyRequest, of: Planned, on: date, *, checked: list[Finding] | None = None, refused: str = ""
) -> HtmlResponse:
    found = await outlook.made(of.channel.id, on.isoformat())
    more: dict[str, Any] = {"refused": refused}
    if found and checked is not None:
        more["checked"] = day_views.findings(checked, day_views.times_of(found))
    if found is None:
        more["plans"] = [plan.name for plan in ranked(await queries.plans(of.channel.id), on)]
    return await _page(request, of, on, found, more, status=409 if refused else 200)


async def _page(
    request: AnyRequest, of: Planned, on: date, day: DayView | None, more: dict[str, Any], status: int = 200
) -> HtmlResponse:
    clock, home, may_edit = request.app.state.clock, day_views.days_path(of), request.user.can("editor")
    over = of.grid.day(on)[1] <= clock.now_ms()
    page = {
        **context(of.channel, TAB.name),
        "day_name": wording.day_label(on, outlook.today(of, clock)),
        "path": f"{home}/{on}",
        "earlier": f"{home}/{on - timedelta(days=1)}",
        "later": f"{home}/{on + timedelta(days=1)}",
        "home": f"{home}?at={on}",
        "book": f"/channels/{of.channel.slug}/bookings/new?date={on}",
        "day": None,
        "over": over,
        "can_act": may_edit and not over and of.channel.active,
        "preview": f"{at_plans(of)}/preview?date={on}",
        "live": f"{home}/{on}{'/check' if more.get('checked') is not None else ''}",
        "outdated": False,
        "checked": None,
        "refused": "",
        **more,
    }
    if day is not None:
        times = day_views.times_of(day)
        names = {plan.id: plan.name for plan in await queries.plans(of.channel.id)}
        page |= {
            "day": day_views.header(day, await outlook.runs_in(day)),
            "rows": day_views.rundown(day, clock.now(), may_edit=page["can_act"]),
            "findings": day_views.findings(day.findings, times),
            "overridden": names.get(day.plan or "", "one plan") if day.overridden else "",
            "outdated": on in await remaking.outdated(of, outlook.today(of, clock)),
            "made": "" if day.made_ms is None else wording.local(from_ms(day.made_ms), of.grid.tz),
        }
    return await render(request, "plans/day.html", page, status=status)


def register() -> None:
    """Let every channel that is planned have the tab."""
    for kind in USUAL:
        kinds.register_tab(kind, TAB)
