"""Pages of posts: the list, one post, and the forms that act on it."""

from datetime import time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from app import events, wording
from app.clock import MasterClock, broadcast_day, from_ms, to_ms, zone
from app.errors import NotFound
from app.posts import details, history, queries, repetition_views, service, social, views
from app.posts.cards import Card, card, groups
from app.posts.queries import Filter
from app.posts.schemas import PostView
from app.posts.totals import totals_of
from app.web.forms import form
from app.web.fragments import Fragments
from app.web.guards import editor, viewer
from app.web.htmx import AnyRequest, after_post, render, wanted_block
from app.web.pager import Pager
from app.web.shell import timezone_of

PER_PAGE = 50
PER_PAGE_MOST = 200
CHOICE = 100
LIST = "/schedule/posts"
STATUSES = [
    {"value": value, "label": label}
    for value, label in (
        ("", "All statuses"), ("pending", "Pending"), ("processing", "Processing"), ("completed", "Completed"),
        ("failed", "Failed"), ("cancelled", "Cancelled"), ("draft", "Drafts"), ("review", "In review"),
    )
]  # fmt: skip
ACTS = [
    {"value": value, "label": label, "icon": icon}
    for value, label, icon in (
        ("move", "Reschedule", "clock"), ("force", "Post now", "send"), ("retry", "Retry", "retry"),
        ("pause", "Pause", "pause"), ("resume", "Resume", "play"), ("cancel", "Cancel", ""),
    )
]  # fmt: skip

HtmlResponse = Response[str]


class PostPages(Controller):
    """`/schedule/posts` and what hangs below it."""

    include_in_schema = False
    guards = [viewer]  # noqa: RUF012 - Litestar's form

    @get(LIST)
    async def show_list(
        self,
        request: Request[Any, Any, Any],
        q: FromQuery[str] = "",
        status: FromQuery[str] = "",
        channel: FromQuery[str] = "",
        tag: FromQuery[str] = "",
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=PER_PAGE_MOST)] = PER_PAGE,
    ) -> HtmlResponse:
        """Posts in groups by day, those that need attention first."""
        return await _list_page(request, Filter(q.strip(), status, channel, tag), after, limit)

    @get(f"{LIST}/{{post_id:str}}")
    async def show(self, request: Request[Any, Any, Any], post_id: FromPath[str]) -> HtmlResponse:
        """One post with its targets and everything that was tried."""
        found, tried = await queries.post(post_id), await queries.attempts(post_id)
        tz, may = zone(await timezone_of(request)), request.user.can
        shown = details.detail(
            found, tried, await history.events_of(found), request.app.state.clock.now(), tz,
            may_edit=may("editor"), may_approve=may("admin"),
        )  # fmt: skip
        repetition = await repetition_views.section(found, request.app.state.clock, tz, may("editor"))
        context = {"title": found.title, "post": shown, "repetition": repetition}
        return await render(request, "posts/detail.html", context)

    @post(f"{LIST}/{{post_id:str}}/post-now", guards=[editor], status_code=303)
    async def post_now(
        self, request: Request[Any, Any, Any], post_id: FromPath[str], occurrence: FromQuery[str] = ""
    ) -> HtmlResponse:
        """Publish now."""
        state = request.app.state
        told = {"clock": state.clock, "queue": state.queue, "occurrence": occurrence}
        await service.post_now(post_id, by=request.user, **told)
        return after_post(request, LIST, "Posting now.", changed="posts")

    @post(f"{LIST}/{{post_id:str}}/retry", guards=[editor], status_code=303)
    async def retry(
        self, request: Request[Any, Any, Any], post_id: FromPath[str], occurrence: FromQuery[str] = ""
    ) -> HtmlResponse:
        """Try what failed again."""
        state = request.app.state
        told = {"clock": state.clock, "queue": state.queue, "occurrence": occurrence}
        await service.retry(post_id, by=request.user, **told)
        return after_post(request, LIST, "Trying again.", changed="posts")

    @get(f"{LIST}/{{post_id:str}}/cancel", guards=[editor])
    async def ask_cancel(
        self, request: Request[Any, Any, Any], post_id: FromPath[str], occurrence: FromQuery[str] = ""
    ) -> HtmlResponse:
        """The question before a post is cancelled."""
        found = await one_of(post_id, occurrence)
        names = " or ".join(target.channel_title for target in found.targets)
        context = {
            "title": "Cancel this post?",
            "post": await brief(request, found),
            "consequence": f"The video stays in the library. Nothing is published to {names}.",
        }
        return await render(request, "posts/cancel.html", context)

    @post(f"{LIST}/{{post_id:str}}/cancel", guards=[editor], status_code=303)
    async def cancel(
        self, request: Request[Any, Any, Any], post_id: FromPath[str], occurrence: FromQuery[str] = ""
    ) -> HtmlResponse:
        """Cancel a post."""
        await service.cancel(post_id, by=request.user, clock=request.app.state.clock, occurrence=occurrence)
        return after_post(request, LIST, "Post cancelled.", changed="posts")

    @post(f"{LIST}/targets/{{target_id:str}}/settle", guards=[editor], status_code=303)
    async def settle(self, request: Request[Any, Any, Any], target_id: FromPath[str]) -> HtmlResponse:
        """Record what a person found at the platform."""
        published = (await form(request)).flag("published")
        await service.settle_by_hand(target_id, published, by=request.user, clock=request.app.state.clock)
        return after_post(request, LIST, "Noted.", changed="posts")


async def _list_page(request: AnyRequest, wanted: Filter, after: str | None, limit: int) -> HtmlResponse:
    fragments: Fragments = request.app.state.fragments
    clock: MasterClock = request.app.state.clock
    may_edit, may_approve = request.user.can("editor"), request.user.can("admin")
    # What the list shows depends on these alone; the second hand of its words is the page's own script.
    key = ("posts", await events.newest(), clock.now_ms() // 5_000, wanted, after, limit, may_edit, may_approve)
    shown = fragments.get(key)
    context: dict[str, Any] = {} if shown else await _list_context(request, wanted, after, limit)
    context |= {
        "title": "Schedule",
        "can_add": may_edit,
        "filters": wanted,
        "filtered": bool(wanted),
        "statuses": STATUSES,
        "channels": await _channel_options(),
        "tags": await _tag_options(wanted.tag),
        "acts": ACTS,
    }
    if shown is None:
        shown = fragments.keep(key, request, "posts/list.html", "post_list", context)
    if wanted_block(request) == "post_list":
        return fragments.answer(shown)
    return await render(request, "posts/list.html", context | {"fragment": shown})


async def _list_context(request: AnyRequest, wanted: Filter, after: str | None, limit: int) -> dict[str, Any]:
    may = request.user.can
    clock: MasterClock = request.app.state.clock
    now, tz = clock.now(), zone(await timezone_of(request))
    start, end = broadcast_day(now.astimezone(tz).date(), time(0), tz)
    attention = [] if after else await queries.needing_attention(wanted)
    page = await queries.by_time(wanted, to_ms(start), after, limit)
    totals = await totals_of((to_ms(start), to_ms(end)), to_ms(now - timedelta(days=7)))

    def cards(posts: list[PostView]) -> list[Card]:
        return [card(one, now, tz, may_edit=may("editor"), may_approve=may("admin")) for one in posts]

    drafts = [] if after else await queries.drafts(wanted)
    named = {(one.id, one.targets[0].occurrence) for one in attention}
    planned = cards([one for one in page.posts if (one.id, one.targets[0].occurrence) not in named])
    return {
        "stats": views.stats(totals, now),
        "groups": groups(cards(attention), planned, now, tz, cards(drafts)),
        "in_review": 0 if wanted.status == "review" else await queries.in_review(),
        "pager": _pager(wanted, after, page.after, limit),
    }


def _pager(wanted: Filter, after: str | None, following: str | None, limit: int) -> Pager | None:
    if after is None and following is None:
        return None
    query = {"q": wanted.q, "status": wanted.status, "channel": wanted.channel, "tag": wanted.tag}
    if limit != PER_PAGE:
        query["limit"] = str(limit)

    def href(cursor: str | None) -> str:
        return _address({**query, "after": cursor or ""})

    return Pager(href(None) if after else None, href(following) if following else None)


def _address(query: dict[str, str]) -> str:
    kept = {key: value for key, value in query.items() if value}
    return f"{LIST}?{urlencode(kept)}" if kept else LIST


async def _channel_options() -> list[dict[str, str]]:
    options = [{"value": "", "label": "All channels"}]
    return options + [{"value": a.channel.slug, "label": a.channel.title} for a in await social.accounts()]


async def _tag_options(chosen: str) -> list[dict[str, str]]:
    known = await queries.tags()
    found = [*known, *([chosen] if chosen and chosen not in known else [])]
    return [{"value": "", "label": "All tags"}, *({"value": tag, "label": tag} for tag in found)] if found else []


async def one_of(post_id: str, occurrence: str) -> PostView:
    """A post as it stands for an act: with the targets of the occurrence that was named, else of all."""
    found = await queries.post(post_id)
    if not occurrence:
        return found
    one = queries.of_occurrence(found, occurrence)
    if not one.targets:
        raise NotFound("OCCURRENCE_UNKNOWN", "The post has no such occurrence.")
    return one


async def brief(request: AnyRequest, found: PostView) -> dict[str, str]:
    """What the small pages about a post show of it."""
    tz = zone(await timezone_of(request))
    due_ms = views.standing(found.targets, request.app.state.clock.now()).due_ms
    due = None if due_ms is None else from_ms(due_ms)
    kept = {target.occurrence for target in found.targets}
    return {
        "id": found.id,
        "title": found.title,
        "which": views.which(found.targets[0].occurrence) if len(kept) == 1 else "",
        "href": f"{LIST}/{found.id}",
        "due_label": wording.local(due, tz) if due else "no time yet",
        "due_time": wording.clock_time(due, tz) if due else "",
        "due_date": due.astimezone(tz).date().isoformat() if due else "",
    }
