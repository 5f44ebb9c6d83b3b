"""Posts in full for programs: lists, drafts, texts, previews, review and history."""

from datetime import datetime, time
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, patch, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from app.clock import broadcast_day, from_ms, to_ms, zone
from app.errors import Invalid
from app.posts import approval, drafting, editing, fitting, history, overriding, previewing, queries, writing
from app.posts.editing import Edit
from app.posts.overriding import Own
from app.posts.post_json import PostJson, post_json
from app.posts.previewing import Preview
from app.posts.queries import Filter
from app.posts.schemas import NewPost
from app.web.documented import documented
from app.web.guards import admin, editor, viewer

AT_ONCE_MOST = 200

AnyRequest = Request[Any, Any, Any]


class PostsJson(msgspec.Struct):
    """Some posts, and the cursor of the next ones, if there are more."""

    posts: list[PostJson]
    after: str | None


class DraftJson(msgspec.Struct, forbid_unknown_fields=True):
    """A post without a time; it may still lack its video and be too long for a platform."""

    title: str
    channels: list[str]
    asset: str = ""
    description: str = ""
    hashtags: list[str] | str = ""
    tags: list[str] = []
    overrides: dict[str, Own] = {}


class ChangedPostJson(msgspec.Struct, forbid_unknown_fields=True):
    """What shall be different; `version` is the one that was read. `overrides` replaces the own texts of the channels
    it names, by id or slug; empty ones mean the post's. Only a draft can get another `asset`."""

    version: int
    title: str | None = None
    description: str | None = None
    hashtags: list[str] | str | None = None
    tags: list[str] | None = None
    overrides: dict[str, Own] | None = None
    asset: str | None = None


class SeenJson(msgspec.Struct, forbid_unknown_fields=True):
    """Which version of a post was read and is judged."""

    version: int


class SentBackJson(SeenJson, forbid_unknown_fields=True):
    """Which version of a post was read, and what should change."""

    note: str


class PreviewedJson(msgspec.Struct, forbid_unknown_fields=True):
    """Texts to be looked at; nothing is stored."""

    channels: list[str]
    title: str = ""
    description: str = ""
    hashtags: list[str] | str = ""
    overrides: dict[str, Own] = {}
    asset: str = ""


class CounterJson(msgspec.Struct):
    """How much of a limit is used, in the unit that the platform counts."""

    field: str
    used: int
    least: int
    most: int
    unit: str
    fits: bool


class IssueJson(msgspec.Struct):
    """What a platform would refuse."""

    field: str
    code: str
    detail: str


class PreviewJson(msgspec.Struct):
    """What goes out on one channel; a `title` of null is one that its platform does not show."""

    channel: str
    platform: str
    title: str | None
    body: str
    hashtags: list[str]
    counters: list[CounterJson]
    issues: list[IssueJson]


class HappenedJson(msgspec.Struct):
    """One thing that happened to a post, or to its target on a `channel`."""

    at: datetime
    what: str
    channel: str
    by: str
    text: str


class PostApi(Controller):
    """`/api/posts`."""

    path = "/api/posts"
    tags = ["Posts"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=documented(400, 401, 403))
    async def all(
        self,
        state: State,
        q: FromQuery[str] = "",
        status: FromQuery[str] = "",
        channel: FromQuery[str] = "",
        tag: FromQuery[str] = "",
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=AT_ONCE_MOST)] = 50,
    ) -> PostsJson:
        """Posts as their page lists them: what needs somebody, what is ahead, drafts. `status` may also be draft or
        review."""
        wanted, now = Filter(q.strip(), status, channel, tag.strip().lower()), state.clock.now()
        tz = zone((await state.shell.desk()).timezone)
        start, _ = broadcast_day(now.astimezone(tz).date(), time(0), tz)
        page = await queries.by_time(wanted, to_ms(start), after, limit)
        others = [] if after else [*await queries.needing_attention(wanted), *await queries.drafts(wanted)]
        named = {one.id for one in others}
        found = [*others, *(one for one in page.posts if one.id not in named)]
        return PostsJson([post_json(one, now) for one in found], page.after)

    @post("/drafts", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def draft(self, request: AnyRequest, data: JSONBody[DraftJson]) -> PostJson:
        """Keep a post without a time; `PATCH /api/schedule/post/{id}` schedules it."""
        state = request.app.state
        new = NewPost(**{name: getattr(data, name) for name in data.__struct_fields__})
        timezone = (await state.shell.desk()).timezone
        return await _post(await drafting.save_draft(new, by=request.user, clock=state.clock, timezone=timezone), state)

    @post("/preview", status_code=200, responses=documented(400, 401, 403, 404, 413, 422))
    async def preview(self, data: JSONBody[PreviewedJson]) -> list[PreviewJson]:
        """What each channel would be sent, with the counters of its platform; nothing is stored."""
        reached = await writing.open_channels(data.channels, {})
        own = overriding.named(data.overrides, [(one.channel.id, one.channel.slug) for one in reached])
        texts = previewing.loose(data.title, data.description, data.hashtags)
        return [_preview_json(one) for one in previewing.previews(reached, texts, own, await fitting.file(data.asset))]

    @patch("/{post_id:str}", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def change(self, request: AnyRequest, post_id: FromPath[str], data: JSONBody[ChangedPostJson]) -> PostJson:
        """Change what a post says while it waits, unless it was changed since `version`."""
        state = request.app.state
        fields = {name: getattr(data, name) for name in data.__struct_fields__ if name != "version"}
        wanted = Edit(**{name: UNSET if value is None else value for name, value in fields.items()})
        if not any(value is not None for value in fields.values()):
            raise Invalid("CHANGE_NONE", "Choose what is to change.")
        timezone = (await state.shell.desk()).timezone
        changed = await editing.edit(
            post_id, wanted, data.version, by=request.user, clock=state.clock, timezone=timezone
        )
        return post_json(changed, state.clock.now())

    @post("/{post_id:str}/submit", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def submit(self, request: AnyRequest, post_id: FromPath[str]) -> PostJson:
        """Ask for review."""
        await approval.submit(post_id, by=request.user, clock=request.app.state.clock)
        return await _post(post_id, request.app.state)

    @post("/{post_id:str}/approve", guards=[admin], status_code=200, responses=documented(400, 401, 403, 404, 409, 413))
    async def approve(self, request: AnyRequest, post_id: FromPath[str], data: JSONBody[SeenJson]) -> PostJson:
        """Let a post go out as it reads in `version`."""
        await approval.approve(post_id, data.version, by=request.user, clock=request.app.state.clock)
        return await _post(post_id, request.app.state)

    @post(
        "/{post_id:str}/send-back", guards=[admin], status_code=200,
        responses=documented(400, 401, 403, 404, 409, 413, 422),
    )  # fmt: skip
    async def send_back(self, request: AnyRequest, post_id: FromPath[str], data: JSONBody[SentBackJson]) -> PostJson:
        """Ask for changes; until they are approved, nothing goes out on channels that need approval."""
        clock = request.app.state.clock
        await approval.send_back(post_id, data.version, data.note, by=request.user, clock=clock)
        return await _post(post_id, request.app.state)

    @get("/{post_id:str}/history", responses=documented(401, 403, 404))
    async def history(self, state: State, post_id: FromPath[str]) -> list[HappenedJson]:
        """Everything that happened to a post and its targets, the newest first."""
        found = await queries.post(post_id)
        tz = zone((await state.shell.desk()).timezone)
        told = history.timeline(found, await history.events_of(found), await queries.attempts(post_id), tz)
        return [HappenedJson(from_ms(one.at_ms), one.what, one.channel, one.who, one.text) for one in told]


async def _post(post_id: str, state: State) -> PostJson:
    return post_json(await queries.post(post_id), state.clock.now())


def _preview_json(one: Preview) -> PreviewJson:
    return PreviewJson(
        one.channel.channel.slug, one.channel.platform, one.sent.title, one.sent.body, list(one.sent.tags),
        [CounterJson(c.field, c.used, c.least, c.most, c.unit, c.fits) for c in one.counters],
        [IssueJson(issue.field, issue.code, issue.detail) for issue in one.issues],
    )  # fmt: skip
