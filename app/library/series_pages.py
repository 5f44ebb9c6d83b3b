"""The pages of series: their list, and one with its seasons and episodes in order."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath

from app import wording
from app.channels import service as channels
from app.errors import Conflict, Invalid
from app.library import rules, seasons, series
from app.library.seasons import Season
from app.library.series import Episode, SeriesEdit, SeriesView
from app.library.views import LIST, tabs
from app.web import problems
from app.web.forms import form, form_errors
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, render

PAGE = f"{LIST}/series"
_TEXTS = ("title", "home_channel", "description")


class SeriesPages(Controller):
    """`/library/series`."""

    include_in_schema = False
    path = PAGE
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get()
    async def show_list(self, request: Request[Any, Any, Any]) -> Response[str]:
        """All series, by title."""
        return await _list_page(request)

    @post(guards=[editor], status_code=303)
    async def add(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Add a series."""
        fields = await form(request)
        typed = {name: fields.text(name) for name in _TEXTS[:2]}
        try:
            made = await series.add_series(
                typed["title"], typed["home_channel"] or None, by=request.user, clock=request.app.state.clock
            )
        except (Invalid, Conflict) as refused:
            return await _list_page(request, typed, form_errors(refused), problems.of(refused).status)
        return after_post(request, f"{PAGE}/{made.id}", f"{made.title} is added.")

    @get("/{series_id:str}")
    async def show(self, request: Request[Any, Any, Any], series_id: FromPath[str]) -> Response[str]:
        """One series."""
        return await _page(request, await series.series(series_id))

    @post("/{series_id:str}", guards=[editor], status_code=303)
    async def edit(self, request: Request[Any, Any, Any], series_id: FromPath[str]) -> Response[str]:
        """Change what is said about a series."""
        fields, before = await form(request), await series.series(series_id)
        typed = {name: fields.text(name) for name in _TEXTS if name in fields}
        try:
            version = fields.integer("version", 0) or 0
            one = await series.edit_series(
                series_id, SeriesEdit(**typed), version, by=request.user, clock=request.app.state.clock
            )
        except (Invalid, Conflict) as refused:
            return await _page(request, before, typed, form_errors(refused), problems.of(refused).status)
        return after_post(request, f"{PAGE}/{one.id}", f"{one.title} is saved.")

    @post("/{series_id:str}/merge", guards=[editor], status_code=303)
    async def merge(self, request: Request[Any, Any, Any], series_id: FromPath[str]) -> Response[str]:
        """Make its episodes those of another series."""
        fields, gone = await form(request), await series.series(series_id)
        try:
            kept = await series.merge(series_id, fields.text("into"), by=request.user, clock=request.app.state.clock)
        except (Invalid, Conflict) as refused:
            return await _page(request, gone, {}, form_errors(refused), problems.of(refused).status)
        return after_post(request, f"{PAGE}/{kept.id}", f"{gone.title} is part of {kept.title} now.")

    @post("/{series_id:str}/delete", guards=[editor], status_code=303)
    async def remove(self, request: Request[Any, Any, Any], series_id: FromPath[str]) -> Response[str]:
        """Delete a series that nothing uses."""
        gone = await series.series(series_id)
        try:
            await series.remove_series(series_id, by=request.user, clock=request.app.state.clock)
        except Conflict as refused:
            return await _page(request, gone, {}, form_errors(refused), problems.of(refused).status)
        return after_post(request, PAGE, f"{gone.title} is deleted.")


async def _homes() -> list[dict[str, str]]:
    found = [one for one in await channels.channels() if one.kind != "social"]
    return [{"value": "", "label": "No home channel"}, *({"value": one.id, "label": one.title} for one in found)]


async def _list_page(
    request: AnyRequest,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    found, homes = await series.all_series(), await _homes()
    names = {home["value"]: home["label"] for home in homes if home["value"]}
    context = {
        "title": "Series",
        "tabs": tabs("Series"),
        "series": [_row(one, names) for one in found],
        "homes": homes,
        "values": {"title": "", "home_channel": "", **(typed or {})},
        "errors": errors or {},
        "can_edit": request.user.can("editor"),
    }
    return await render(request, "library/series_list.html", context, status=status)


def _row(one: SeriesView, names: dict[str, str]) -> dict[str, Any]:
    return {
        "href": f"{PAGE}/{one.id}",
        "title": one.title,
        "episodes": one.episodes,
        "home": names.get(one.home_channel or "", "None"),
    }


async def _page(
    request: AnyRequest,
    one: SeriesView,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    found = seasons.seasons(await series.episodes(one.id))
    others = [other for other in await series.all_series() if other.id != one.id]
    values = {"title": one.title, "home_channel": one.home_channel or "", "description": one.description or ""}
    context = {
        "title": one.title,
        "id": one.id,
        "count_label": wording.count(one.episodes, "episode"),
        "seasons": [_season(each) for each in found],
        "lacking": _lacking(found),
        "homes": await _homes(),
        "others": [{"value": other.id, "label": other.title} for other in others],
        "values": {**values, **(typed or {}), "version": one.version},
        "errors": errors or {},
        "can_edit": request.user.can("editor"),
        "can_delete": not one.episodes,
        "list_href": f"{LIST}?series={one.id}",
    }
    return await render(request, "library/series.html", context, status=status)


def _lacking(found: list[Season[Episode]]) -> str:
    """Which whole seasons are missing."""
    missing = seasons.missing_seasons(found)
    several = len(missing) > 1 or any(first != last for first, last in missing)
    said = f"Seasons {seasons.spans_text(missing)} are" if several else f"Season {seasons.spans_text(missing)} is"
    return f"{said} missing." if missing else ""


def _season(one: Season[Episode]) -> dict[str, Any]:
    notes = []
    if one.missing:
        notes.append(f"Missing: {seasons.spans_text(one.missing)}.")
    if one.doubled:
        notes.append(f"There more than once: {seasons.spans_text((number, number) for number in one.doubled)}.")
    length = sum(each.duration_ms or 0 for each in one.episodes)
    return {
        "title": "Without a season" if one.number is None else "Specials" if not one.number else f"Season {one.number}",
        "sub": f"{wording.count(len(one.episodes), 'episode')}, {wording.length(length)}",
        "note": " ".join(notes),
        "episodes": [_episode(each) for each in one.episodes],
    }


def _episode(one: Episode) -> dict[str, Any]:
    fit = one.state == "ready" and one.approved
    return {
        "href": f"{LIST}/{one.asset}",
        "number": "" if one.episode is None else str(one.episode),
        "title": one.title,
        "length": wording.length(one.duration_ms) if one.duration_ms else "",
        "state_label": "Approved" if fit else "Not approved" if one.state == "ready" else rules.STATES[one.state],
        "tone": "ok" if fit else "",
    }
