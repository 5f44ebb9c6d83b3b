"""What one does with a target, a group, a wave, a channel or everything, each by a form that works without scripts."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from app import wording
from app.channels.kinds import Past
from app.clock import from_ms, zone
from app.errors import Conflict, DaypartError, Invalid, NotFound, field_error
from app.library.listing import Filter, assets
from app.library.views import label
from app.posts import filling, resuming, scopes, wave_queries, wave_views, waves
from app.posts.forms import wall_of
from app.posts.pages import HtmlResponse
from app.posts.schemas import NewPost, When
from app.posts.scopes import Scope, ScopeKind
from app.posts.wave_queries import Wanted
from app.posts.wave_views import LIST
from app.posts.waves import Done
from app.web.forms import form, form_errors
from app.web.guards import editor
from app.web.htmx import AnyRequest, after_post, render
from app.web.shell import timezone_of

CHOICE = 100
PASTS = [
    {"value": "next_slot", "label": "Give each its next free slot", "hint": ""},
    {"value": "now", "label": "Send them now", "hint": "A minute apart where several are on one channel."},
    {"value": "shift", "label": "Start now and move all that follows", "hint": "The gaps between them stay."},
]
_SCOPES: dict[str, ScopeKind] = {kind: kind for kind in scopes.SCOPES}
_PASTS: dict[str, Past] = {past: past for past in resuming.PASTS}
_AT = "/{kind:str}/{key:str}"


class WaveActPages(Controller):
    """`/schedule/waves/{kind}/{key}/…`; the kind is target, group, wave, channel or all."""

    include_in_schema = False
    path = LIST
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @post(f"{_AT}/pause", status_code=303)
    async def pause(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """Hold what waits."""
        of = await _scope(kind, key)
        done = await waves.pause(of, by=request.user, clock=request.app.state.clock)
        held = f"{wording.count(done.changed, 'target')} {'waits' if done.changed == 1 else 'wait'}"
        return await _back(request, of, f"{of.title} is paused. {held}.")

    @get(f"{_AT}/resume")
    async def ask_past(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """The question what becomes of targets whose time passed meanwhile."""
        return await _resume_page(request, await _scope(kind, key), {})

    @post(f"{_AT}/resume", status_code=303)
    async def resume(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """Let it go on."""
        of, state = await _scope(kind, key), request.app.state
        try:
            choice = _past((await form(request)).text("past"))
            done = await resuming.resume(
                of, choice, by=request.user, clock=state.clock, timezone=await timezone_of(request), queue=state.queue
            )
        except (Conflict, Invalid) as refused:
            return await _resume_page(request, of, form_errors(refused), status=_status(refused))
        goes = f"{wording.count(done.changed, 'target')} {'is' if done.changed == 1 else 'are'} planned"
        return await _back(request, of, f"{of.title} goes on. {goes}.")

    @get(f"{_AT}/move")
    async def ask_time(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """The form for another time."""
        return await _move_page(request, await _scope(kind, key), {}, {})

    @post(f"{_AT}/move", status_code=303)
    async def move(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """Move it as a whole."""
        of, fields, state = await _scope(kind, key), await form(request), request.app.state
        values, timezone = {"date": fields.text("date"), "time": fields.text("time")}, await timezone_of(request)
        try:
            done = await waves.move(
                of, When.of_wall(wall_of(values, timezone)), by=request.user, clock=state.clock, timezone=timezone,
                queue=state.queue,
            )  # fmt: skip
        except (Conflict, Invalid) as refused:
            errors = {{"scheduled_time": "time"}.get(name, name): text for name, text in form_errors(refused).items()}
            return await _move_page(request, of, values, errors, status=_status(refused))
        return await _back(request, of, _moved_words(done, timezone))

    @post(f"{_AT}/cancel", status_code=303)
    async def cancel(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """Cancel what waits."""
        of = await _scope(kind, key)
        done = await waves.cancel(of, by=request.user, clock=request.app.state.clock)
        return await _back(request, of, f"{wording.count(done.changed, 'target')} cancelled.")

    @post(f"{_AT}/retry", status_code=303)
    async def retry(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """Try what failed again."""
        of, state = await _scope(kind, key), request.app.state
        done = await waves.retry(of, by=request.user, clock=state.clock, queue=state.queue)
        return await _back(request, of, f"Trying {wording.count(done.changed, 'target')} again.")

    @get(f"{_AT}/video")
    async def ask_video(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """The form that gives empty slots their video."""
        return await _video_page(request, await _scope(kind, key), {}, {})

    @post(f"{_AT}/video", status_code=303)
    async def fill(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """Give empty slots their video."""
        of, fields, state = await _scope(kind, key), await form(request), request.app.state
        values = {name: fields.text(name) for name in ("asset", "title", "description", "hashtags")}
        new = NewPost(values["asset"], values["title"], [], values["description"], values["hashtags"])
        try:
            await filling.fill(
                of, new, by=request.user, clock=state.clock, timezone=await timezone_of(request), queue=state.queue
            )
        except (Conflict, Invalid, NotFound) as refused:
            errors = {{"scheduled_time": ""}.get(name, name): text for name, text in form_errors(refused).items()}
            return await _video_page(request, of, values, errors, status=_status(refused))
        return await _back(request, of, "The video has its slot.")

    @get(f"{_AT}/order")
    async def ask_order(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """The form for another order."""
        return await _order_page(request, await _scope(kind, key), {}, {})

    @post(f"{_AT}/order", status_code=303)
    async def reorder(self, request: Request[Any, Any, Any], kind: FromPath[str], key: FromPath[str]) -> HtmlResponse:
        """Change whose turn is when."""
        of, fields = await _scope(kind, key), await form(request)
        ids = [row["id"] for row in await scopes.waiting(of)]
        places = {target: fields.text(f"order-{target}") for target in ids}
        try:
            order = sorted(ids, key=lambda target: _place(places[target]))
            await waves.reorder(
                of, order, by=request.user, clock=request.app.state.clock, timezone=await timezone_of(request)
            )
        except (Conflict, Invalid) as refused:
            return await _order_page(request, of, places, form_errors(refused), status=_status(refused))
        return await _back(request, of, "The order is changed.")


async def _scope(kind: str, key: str) -> Scope:
    if kind not in _SCOPES:
        raise NotFound("NOT_FOUND", "There is nothing at this address.")
    return await scopes.scope(_SCOPES[kind], key)


async def _back(request: AnyRequest, of: Scope, words: str) -> HtmlResponse:
    """With scripts the page stays as it is; without, the one follows on which the act was found."""
    return after_post(request, await _home(of), words, changed="posts")


async def _home(of: Scope) -> str:
    if of.kind == "channel":
        return f"/channels/{of.key}"
    if of.kind == "wave":
        return f"{LIST}/{of.key}"
    rows = await scopes.targets(of) if of.kind != "all" else []
    keys = {(await wave_queries.one(row["id"])).wave for row in rows[:1]}
    return next((f"{LIST}/{key}" for key in keys if key), LIST)


def _past(text: str) -> Past | None:
    if text and text not in _PASTS:
        raise field_error("past", "PAST_BAD", "Choose what becomes of them.")
    return _PASTS.get(text)


def _place(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise field_error("order", "ORDER_BAD", "Number the channels 1, 2, 3 in their order.") from error


def _moved_words(done: Done, timezone: str) -> str:
    assert done.due is not None
    what = wording.count(done.changed, "target")
    words = f"{what} moved, the first to {wording.local(done.due, zone(timezone))}."
    return " ".join(
        [words if done.changed > 1 else f"Moved to {wording.local(done.due, zone(timezone))}.", *done.notes]
    )


def _status(refused: DaypartError) -> int:
    return 409 if isinstance(refused, Conflict) else 422


async def _page(
    request: AnyRequest, of: Scope, act: str, title: str, button: str, status: int, **more: Any
) -> HtmlResponse:
    """The small pages about an act, alike but for their fields."""
    context = {
        "title": title,
        "act": act,
        "action": f"{LIST}/{of.kind}/{of.key}/{act}",
        "back": await _home(of),
        "scope": of.title,
        "button": button,
        "zone": wording.city(zone(await timezone_of(request))),
        **more,
    }
    return await render(request, "posts/wave_act.html", context, status=status)


async def _resume_page(request: AnyRequest, of: Scope, errors: dict[str, str], status: int = 200) -> HtmlResponse:
    now, tz = request.app.state.clock.now_ms(), zone(await timezone_of(request))
    late = [
        {
            "title": scopes.named(row),
            "channel": row["channel_title"],
            "due_label": wording.local(from_ms(row["due_ms"]), tz),
        }
        for row in await resuming.past(of, now)
    ]
    told = {"past": "Choose what becomes of them."} if errors and late else {"": " ".join(errors.values())}
    return await _page(
        request, of, "resume", f"Resume {of.title}", "Resume", status, late=late, pasts=PASTS, errors=told
    )


async def _move_page(
    request: AnyRequest, of: Scope, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    rows, tz = await waves.movable(of), zone(await timezone_of(request))
    first = from_ms(rows[0]["due_ms"]).astimezone(tz)
    blank = {"date": first.date().isoformat(), "time": f"{first:%H:%M:%S}".removesuffix(":00")}
    return await _page(
        request, of, "move", f"Move {of.title}", "Move", status, values={**blank, **values}, errors=errors,
        now_label=wording.local(first, tz), number=len(rows),
    )  # fmt: skip


async def _video_page(
    request: AnyRequest, of: Scope, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    page = await assets(Filter(state="ready"), None, CHOICE)
    choice = [{"value": "", "label": "No video chosen"}, *({"value": a.id, "label": label(a)} for a in page.assets)]
    blank = {"asset": "", "title": "", "description": "", "hashtags": ""}
    return await _page(
        request, of, "video", "Give it a video", "Give video", status, values={**blank, **values}, errors=errors,
        assets=choice,
    )  # fmt: skip


async def _order_page(
    request: AnyRequest, of: Scope, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> HtmlResponse:
    now, tz = request.app.state.clock.now(), zone(await timezone_of(request))
    waiting = {row["id"] for row in await scopes.waiting(of)}
    found = await wave_queries.planned(Wanted(group=of.key))
    rows = [wave_views.row(one, now, tz, may_edit=False) for one in found.targets if one.id in waiting]
    shown = [{"row": one, "place": values.get(one.id) or str(place)} for place, one in enumerate(rows, 1)]
    return await _page(request, of, "order", "Change the order", "Save order", status, turns=shown, errors=errors)
