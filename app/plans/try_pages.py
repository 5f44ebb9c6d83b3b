"""The tester: what a program or a typed rule means at an instant, and why candidates fall out."""

from datetime import datetime
from datetime import time as WallTime  # noqa: N812 - a wall clock's reading
from typing import Any

from litestar import Controller, Request, get
from litestar.params import FromPath

from app.clock import resolve
from app.errors import DaypartError, field_error
from app.plans import program_forms, program_views, programs, queries, trying
from app.plans.applying import checked_day
from app.plans.grids import Planned
from app.plans.program_pages import HOME, HtmlResponse, fields_context, names_of, page, planned
from app.plans.program_views import MODES
from app.plans.programs import ProgramView
from app.plans.specs import RuleSpec, sources_of
from app.web import problems
from app.web.forms import Form, form_errors
from app.web.guards import viewer
from app.web.htmx import render


class TryPages(Controller):
    """`/channels/{key}/programs/try`."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(f"{HOME}/try")
    async def show(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """The form, and what came of it; nothing is stored, so an address can be kept and sent."""
        of, clock = await planned(key), request.app.state.clock
        fields = Form(list(request.query_params.multi_items()))
        every = await programs.programs(key)
        now = clock.now().astimezone(of.grid.tz)
        filled = bool(list(fields.names()))
        values = await _values(fields, every, f"{now:%Y-%m-%d}", f"{now:%H:%M}")
        tried, errors, status = None, {}, 200
        if filled:
            try:
                tried = await _tried(request, of, fields, values, every)
            except DaypartError as refused:
                errors, status = form_errors(refused), problems.of(refused).status
        context = {
            **page(request, of, "Try a rule"), **await fields_context(), "values": values, "errors": errors,
            "programs": [{"value": "", "label": "The rule below"}, *_options(every)],
            "modes": program_views.options(MODES, tuple(MODES)[:-1]), "tried": tried,
        }  # fmt: skip
        return await render(request, "plans/try.html", context, status=status)


def _options(every: list[ProgramView]) -> list[dict[str, str]]:
    return [{"value": one.program.id, "label": one.program.name} for one in every]


async def _values(fields: Form, every: list[ProgramView], date: str, time: str) -> dict[str, Any]:
    """What was typed; where only a program that is a rule was named, that rule to go on from."""
    blank = {**program_forms.blank("rule"), "program": "", "text": "", "date": date, "time": time}
    names = ("program", "text", "date", "time", "mode")
    typed = {name: fields.text(name) for name in names if fields.text(name)}
    if any(name in fields for name in program_forms.RULE):
        return {**blank, **program_forms.typed(fields, "rule"), **typed}
    chosen = next((one.program for one in every if one.program.id == fields.text("program")), None)
    shown = await program_forms.rule_values(chosen.spec) if chosen and isinstance(chosen.spec, RuleSpec) else {}
    return {**blank, **shown, **typed}


async def _tried(
    request: Request[Any, Any, Any], of: Planned, fields: Form, values: dict[str, Any], every: list[ProgramView]
) -> dict[str, Any]:
    clock, when = request.app.state.clock, _instant(of, values)
    if values["program"]:
        one = await programs.program(of.channel.id, values["program"])
        found = await trying.try_program(of.channel.id, one.program.id, at=when, clock=clock)
        return program_views.tried_told(found, sources_of(one.program.spec), await names_of([one]))
    rule = await _rule(fields, values["text"])
    found = await trying.try_spec(of.channel.id, rule, values["mode"], at=when, clock=clock)
    names = program_views.Names(series=await queries.series_titles())
    return program_views.tried_told(found, (rule,), names)


async def _rule(fields: Form, text: str) -> RuleSpec:
    return await program_forms.typed_rule(text, "text") if text else await program_forms.rule(fields)


def _instant(of: Planned, values: dict[str, Any]) -> datetime:
    """The instant of the wall clock that was typed; one that the clock skips is moved on."""
    day = checked_day(values["date"])
    try:
        wall = WallTime.fromisoformat(values["time"])
    except ValueError as error:
        raise field_error("time", "BAD_TIME", "Write the time as HH:MM.") from error
    return resolve(day, wall.replace(tzinfo=None), of.grid.tz).at
