"""Pages of programs: their list, the form of each kind, what airs next, and the tester."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery

from app.channels import pages as channel_pages
from app.channels.views import LIST
from app.errors import Conflict, Invalid, NotFound
from app.plans import cursors, grids, naming, program_forms, program_rows, program_views, programs, queries, trying
from app.plans.grids import USUAL, Planned
from app.plans.matching import Library
from app.plans.program_views import KIND_MODES, KINDS, MODES, Names
from app.plans.programs import ProgramView
from app.plans.specs import SeriesSpec, named_assets
from app.web.forms import form, form_errors
from app.web.guards import act, editor, viewer
from app.web.htmx import AnyRequest, after_post, render

HtmlResponse = Response[str]
TAB = "programs"
HOME = f"{LIST}/{{key:str}}/programs"


class ProgramPages(Controller):
    """`/channels/{key}/programs` and what hangs below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(HOME)
    async def show_list(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """All programs, with what each would air now."""
        of, clock = await planned(key), request.app.state.clock
        now, stands = await trying.resolved(key, clock=clock), await cursors.standings(key, clock=clock)
        every, used = await programs.programs(key), await programs.uses(key)
        names = await names_of(every)
        rows = [
            program_views.row(
                one, now[one.program.id], stands[one.program.id], used.get(one.program.id, []), names, of
            )
            for one in every
        ]  # fmt: skip
        return await render(request, "plans/programs.html", {**page(request, of), "programs": rows})

    @get(f"{HOME}/new", guards=[editor])
    async def new(
        self, request: Request[Any, Any, Any], key: FromPath[str], kind: FromQuery[str] = "series"
    ) -> HtmlResponse:
        """The form of a new program of a kind."""
        chosen = kind if kind in KINDS else "series"
        return await _form(request, await planned(key), None, program_forms.blank(chosen), {})

    @post(HOME, guards=[editor], status_code=303)
    async def add(self, request: Request[Any, Any, Any], key: FromPath[str]) -> HtmlResponse:
        """Add a program, or show its form with other rows."""
        of, fields = await planned(key), await form(request)
        kind = fields.text("kind")
        shown = program_forms.typed(fields, kind if kind in KINDS else "series")
        if program_rows.is_asked(fields):
            return await _form(request, of, None, shown, {})
        try:
            made = await programs.add_program(key, await program_forms.wanted(fields, kind), **act(request))
        except (Invalid, Conflict) as refused:
            return await _form(request, of, None, shown, form_errors(refused), status=422)
        return after_post(request, at(of, made.program.id), f"{made.program.name} is added.")

    @get(f"{HOME}/{{program:str}}")
    async def show(self, request: Request[Any, Any, Any], key: FromPath[str], program: FromPath[str]) -> HtmlResponse:
        """One program: its form, what it would air now, what is next, and where it is used."""
        of = await planned(key)
        return await show_program(request, of, await programs.program(key, program))

    @post(f"{HOME}/{{program:str}}", guards=[editor], status_code=303)
    async def edit(self, request: Request[Any, Any, Any], key: FromPath[str], program: FromPath[str]) -> HtmlResponse:
        """Change a program, or show its form with other rows."""
        of, fields = await planned(key), await form(request)
        before = await programs.program(key, program)
        shown = program_forms.typed(fields, before.kind)
        if program_rows.is_asked(fields):
            return await show_program(request, of, before, shown)
        try:
            asked = await program_forms.wanted(fields, before.kind)
            version = fields.integer("version", 0)
            made = await programs.edit_program(key, before.program.id, asked, version, **act(request))
        except (Invalid, Conflict) as refused:
            return await show_program(request, of, before, shown, form_errors(refused), status=422)
        return after_post(request, at(of, made.program.id), f"{made.program.name} is saved.")

    @post(f"{HOME}/{{program:str}}/next", guards=[editor], status_code=303)
    async def put_next(
        self, request: Request[Any, Any, Any], key: FromPath[str], program: FromPath[str]
    ) -> HtmlResponse:
        """Let another asset be next."""
        of, fields = await planned(key), await form(request)
        seat = fields.integer("seat", 0) or 0
        stands = await cursors.put_next(key, program, fields.text("next"), seat, **act(request))
        due = next((one.next for one in stands if one.seat == seat), None)
        words = f"{cursors.episode_label(due)} is next, in days that are made from now on." if due else "Saved."
        return after_post(request, at(of, program), words)

    @post(f"{HOME}/{{program:str}}/delete", guards=[editor], status_code=303)
    async def remove(self, request: Request[Any, Any, Any], key: FromPath[str], program: FromPath[str]) -> HtmlResponse:
        """Delete a program, unless a zone has it."""
        of, gone = await planned(key), await programs.program(key, program)
        try:
            await programs.remove_program(key, program, **act(request))
        except Conflict as refused:
            return await show_program(request, of, gone, None, {"": refused.detail}, status=409)
        return after_post(request, home(of), f"{gone.program.name} is deleted.")


async def planned(key: str) -> Planned:
    """A channel that has programs; others have no such page."""
    try:
        return await grids.planned(key)
    except Conflict as error:
        raise NotFound("TAB_UNKNOWN", f"{error.detail} Only {' and '.join(USUAL)} channels have this page.") from error


def home(of: Planned) -> str:
    """The address of a channel's programs."""
    return f"{LIST}/{of.channel.slug}/programs"


def at(of: Planned, program: str) -> str:
    """The address of one program."""
    return f"{home(of)}/{program}"


def page(request: AnyRequest, of: Planned, title: str = "") -> dict[str, Any]:
    """What every page here needs; below the list, `title` is the page's own and the channel leads back."""
    shared = {
        **channel_pages.context(of.channel, TAB), "home": home(of), "channel_title": of.channel.title,
        "can_edit": request.user.can("editor"),
    }  # fmt: skip
    return shared | ({"title": title} if title else {})


async def names_of(every: list[ProgramView]) -> Names:
    """The titles of all that programs name."""
    specs = [one.program.spec for one in every]
    assets = {id for spec in specs for id in named_assets(spec)}
    return Names(await naming.asset_names(assets), await queries.series_titles())


async def show_program(
    request: AnyRequest, of: Planned, one: ProgramView, shown: program_forms.Values | None = None,
    errors: dict[str, str] | None = None, *, status: int = 200,
) -> HtmlResponse:  # fmt: skip
    """The page of one program, with what was typed in its form."""
    values = await program_forms.values_of(one.program, one.kind) | (shown or {})
    return await _form(request, of, one, values, errors or {}, status=status)


async def _form(
    request: AnyRequest, of: Planned, one: ProgramView | None, values: program_forms.Values, errors: dict[str, str], *,
    status: int = 200,
) -> HtmlResponse:  # fmt: skip
    kind = values["kind"]
    whole = {
        **page(request, of, one.program.name if one else "Add program"),
        **await fields_context(),
        "kind": kind, "kinds": program_views.kind_links(home(of), kind), "kind_label": KINDS[kind][0],
        "modes": program_views.options(MODES, KIND_MODES[kind]),
        "composes": program_views.options(program_views.COMPOSE), "whens": program_views.options(program_views.WHENS),
        "contents": program_views.options({name: KINDS[name][0] for name in ("series", "rule", "asset")}),
        "action": at(of, one.program.id) if one else home(of), "program": one, "version": one.version if one else 0,
        "episodes": [], "values": values, "errors": placed(errors, values),
        **(await _aside(request, of, one) if one else {}),
    }  # fmt: skip
    return await render(request, "plans/program.html", whole, status=status)


def placed(errors: dict[str, str], values: program_forms.Values) -> dict[str, str]:
    """Each message at its field; what belongs to none of the form stands above it."""
    rows = {f"{name}-{number}" for number, row in enumerate(values.get("rows", ())) for name in row}
    known = {*program_forms.TEXTS, "types", *rows}
    above = [message for field, message in errors.items() if field not in known]
    return {field: message for field, message in errors.items() if field in known} | (
        {"": " ".join(above)} if above else {}
    )  # fmt: skip


async def fields_context() -> dict[str, Any]:
    """What the fields of series, videos and rules offer."""
    return {
        "types": program_views.type_options(),
        "series_titles": list((await queries.series_titles()).values()),
        "asset_titles": await naming.airable_titles(),
    }


async def _aside(request: AnyRequest, of: Planned, one: ProgramView) -> dict[str, Any]:
    """What stands beside the form of a program that is stored."""
    clock, key = request.app.state.clock, of.channel.id
    tried = await trying.try_program(key, one.program.id, clock=clock)
    stands = await cursors.standing(key, one.program.id, clock=clock)
    used = (await programs.uses(key)).get(one.program.id, [])
    spec = one.program.spec
    return {
        "now": program_views.pick_told(tried.chosen, of),
        "made_of": program_views.made_of(spec, await names_of([one])),
        "standings": [program_views.standing_told(each) for each in stands if each.pool],
        "used": [
            {"zone": use.zone_name, "plan": use.plan_name, "href": f"{LIST}/{of.channel.slug}/plans/{use.plan}"}
            for use in used
        ],
        "episodes": await _episodes(spec) if isinstance(spec, SeriesSpec) else [],
        "try_href": f"{home(of)}/try?program={one.program.id}",
    }


async def _episodes(spec: SeriesSpec) -> list[dict[str, str]]:
    library: Library = await queries.on_air_library()
    found = library.pool(SeriesSpec(spec.series, spec.season))
    return [{"value": one.id, "label": cursors.episode_label(one)} for one in found]
