"""Acts on many posts of the list: the question that tells how many, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, post
from litestar.params import FromPath

from app import wording
from app.errors import Conflict, DaypartError, Invalid, field_error
from app.posts import bulk, queries, selecting, views
from app.posts.bulk import Act, Shift
from app.posts.pages import LIST, HtmlResponse
from app.posts.queries import Filter
from app.posts.schemas import PostView
from app.web import problems
from app.web.forms import Form, form, form_errors
from app.web.guards import editor
from app.web.htmx import AnyRequest, after_post, is_htmx, render
from app.web.shell import timezone_of

PATH = f"{LIST}/bulk"
NAMED = 6
"""How many posts the question names."""


@dataclass(frozen=True, slots=True)
class _Words:
    """How an act is asked for and told: the verb, what it leads to, the refusal and what was done."""

    verb: str
    consequence: str
    done: str
    keep: str = "Leave them"


_WORDS: dict[str, _Words] = {
    "move": _Words("Reschedule", "", "moved"),
    "force": _Words("Post", "They go out now, one after the other on each channel.", "on the way out"),
    "retry": _Words("Retry", "What failed or was missed is sent again, now.", "tried again"),
    "pause": _Words("Pause", "They wait until they are resumed, also when their time comes.", "paused"),
    "resume": _Words("Resume", "They go out at their times.", "resumed"),
    "cancel": _Words("Cancel", "Their videos stay in the library. Nothing is published.", "cancelled", "Keep them"),
}


class BulkPages(Controller):
    """`/schedule/posts/bulk`."""

    path = PATH
    include_in_schema = False
    guards = [editor]  # noqa: RUF012 - Litestar's form

    @post(status_code=200)
    async def ask(self, request: Request[Any, Any, Any]) -> HtmlResponse:
        """The question before something is done to the posts that were picked, or to all that the filter shows."""
        fields = await form(request)
        wanted = Filter(*map(fields.text, ("q", "status", "channel", "tag")))
        try:
            act, ids = _act(fields.text("act")), await _chosen(request, fields, wanted)
        except Invalid as refused:
            if is_htmx(request):  # the page stays as it is, and a toast tells why
                raise
            return after_post(request, _back(wanted), refused.detail, tone="bad")
        return await _question(request, act, await queries.named(ids), _back(wanted))

    @post("/{act:str}", status_code=303)
    async def carry_out(self, request: Request[Any, Any, Any], act: FromPath[str]) -> HtmlResponse:
        """Do it, to all of them or to none."""
        fields, state = await form(request), request.app.state
        _act(act)
        ids, back = fields.list("post"), _own(fields.text("back"))
        try:
            kind, shift = _what(act, fields)
            done = await bulk.act_on_all(
                ids, kind, by=request.user, clock=state.clock, timezone=await timezone_of(request), queue=state.queue,
                shift=shift,
            )  # fmt: skip
        except (Invalid, Conflict) as refused:
            return await _question(request, act, await queries.named(ids), back, fields, refused)
        said = f"{wording.count(done.posts, 'post')} {_WORDS[act].done}."
        return after_post(request, back, said, changed="posts")


def _act(name: str) -> str:
    if name not in _WORDS:
        raise field_error("act", "ACT_UNKNOWN", "Choose what is to be done.")
    return name


async def _chosen(request: AnyRequest, fields: Form, wanted: Filter) -> Sequence[str]:
    posts = None if fields.flag("all") else fields.list("post")
    if posts == []:
        raise field_error("posts", "POSTS_NONE", "Choose posts first.")
    return await selecting.chosen(
        posts, wanted if posts is None else None, clock=request.app.state.clock, timezone=await timezone_of(request)
    )


def _what(act: str, fields: Form) -> tuple[Act, Shift | None]:
    if act != "move":
        return act, None  # type: ignore[return-value]
    if fields.text("how") == "next-slots":
        return "next-slots", None
    return "shift", Shift(fields.integer("days", 0) or 0, fields.integer("hours", 0) or 0)


def _back(wanted: Filter) -> str:
    kept = {name: value for name in ("q", "status", "channel", "tag") if (value := getattr(wanted, name))}
    return f"{LIST}?{urlencode(kept)}" if kept else LIST


def _own(back: str) -> str:
    """The list as it was, where the form names it."""
    return back if back.partition("?")[0] == LIST else LIST


async def _question(
    request: AnyRequest, act: str, posts: Sequence[PostView], back: str, fields: Form | None = None,
    refused: DaypartError | None = None,
) -> HtmlResponse:  # fmt: skip
    kind: Act = "shift" if act == "move" else act  # type: ignore[assignment]
    able = [one for one in posts if bulk.allows(kind, one.targets)]
    words, now = _WORDS[act], request.app.state.clock.now()
    values = {name: fields.text(name) for name in ("how", "days", "hours")} if fields else {}
    context = {
        "title": f"{words.verb} {wording.count(len(able), 'post')}{' now' if act == 'force' else ''}?",
        "act": act,
        "able": [{"id": queries.ref_of(one), "title": one.title} for one in able],
        "named": NAMED,
        "left_out": [
            {"title": one.title, "status": views.standing(one.targets, now).status_label}
            for one in posts
            if one not in able
        ],
        "consequence": words.consequence,
        "label": f"{words.verb} {'it' if len(able) == 1 else 'them'}{' now' if act == 'force' else ''}",
        "keep": words.keep,
        "danger": act == "cancel",
        "back": back,
        "values": {"how": "shift", "days": "1", "hours": "0"} | values,
        "errors": form_errors(refused) if refused else {},
        "refused": refused.facts.get("refused", []) if refused else [],
    }
    status = problems.of(refused).status if refused else 200
    return await render(request, "posts/bulk.html", context, status=status)
