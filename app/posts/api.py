"""Posts for programs: the six routes of the post scheduler's document, and what the pages can do beside them."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.clock import to_ms
from app.errors import field_error
from app.posts import awaiting, callbacks, pausing, queries, repetitions, service, social
from app.posts.awaiting import Source
from app.posts.connected import connected
from app.posts.free_slots import next_free_slots
from app.posts.overriding import Own
from app.posts.post_json import PostJson, ScheduledJson, post_json, when_of
from app.posts.repetition_json import WantedJson
from app.posts.schemas import NewPost, When
from app.web.documented import documented
from app.web.guards import editor, viewer

HOURS_MOST = 24 * 366
SLOTS_AT_ONCE = 100

AnyRequest = Request[Any, Any, Any]


class NewPostJson(msgspec.Struct, forbid_unknown_fields=True):
    """A post to be made. Without `scheduled_time` it takes the next free slot, or with a `repetition` its times.

    Its video is an `asset` of the library, or comes from a `path` below the import folder or a `url`: then the post is
    there at once, and scheduled once a worker has brought the file in. It goes to `channels` by id or slug, and to
    the one connected channel of each of the `platforms`. `overrides` are own texts of channels, by the names in
    `channels`; what is empty in them is as in the post.
    """

    title: str
    asset: str | None = None
    path: str | None = None
    url: str | None = None
    channels: list[str] = []
    platforms: list[str] = []
    description: str = ""
    hashtags: list[str] | str = ""
    scheduled_time: str | None = None
    timezone: str | None = None
    repetition: WantedJson | None = None
    tags: list[str] = []
    overrides: dict[str, Own] = {}


class NewTimeJson(msgspec.Struct, forbid_unknown_fields=True):
    """Another time: with an offset, or a wall-clock time with its `timezone`."""

    scheduled_time: str
    timezone: str | None = None


class SlotJson(msgspec.Struct):
    """The next free slots that all asked channels share; `scheduled_time` is the first of them."""

    scheduled_time: datetime
    scheduled_times: list[datetime]


class FoundJson(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody found at the platform."""

    published: bool


class SettledJson(msgspec.Struct):
    """Whether a report changed anything; a repeated one does not."""

    settled: bool


class ScheduleApi(Controller):
    """`/api/schedule`: posts and their times."""

    path = "/api/schedule"
    tags = ["Schedule"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get("/upcoming", responses=documented(400, 401, 403))
    async def upcoming(
        self, state: State, hours: Annotated[int, QueryParameter(ge=1, le=HOURS_MOST)] = 24
    ) -> list[PostJson]:
        """Posts that wait and are due within the next hours, in order of time; overdue ones come first."""
        now = state.clock.now()
        found = await queries.upcoming(to_ms(now + timedelta(hours=hours)))
        return [post_json(one, now) for one in found]

    @get("/next-slot", responses=documented(400, 401, 403, 404, 422))
    async def next_slot(
        self,
        state: State,
        channels: FromQuery[list[str]],
        count: Annotated[int, QueryParameter(ge=1, le=SLOTS_AT_ONCE)] = 1,
    ) -> SlotJson:
        """The earliest slots that are free on all of the channels, as far apart as the channels ask."""
        ids = [(await social.account(key)).channel.id for key in channels]
        timezone = (await state.shell.desk()).timezone
        times = [slot.at for slot in await next_free_slots(count, ids, clock=state.clock, timezone=timezone)]
        return SlotJson(times[0], times)

    @get("/post/{post_id:str}", responses=documented(401, 403, 404))
    async def show(self, state: State, post_id: FromPath[str]) -> PostJson:
        """One post."""
        return post_json(await queries.post(post_id), state.clock.now())

    @post("/post", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def create(self, request: AnyRequest, data: JSONBody[NewPostJson]) -> ScheduledJson:
        """Schedule a video on channels: a target on each, all at one time, or none."""
        state = request.app.state
        when = None if data.scheduled_time is None else when_of(data.scheduled_time, data.timezone)
        channels = [*data.channels, *await connected(data.platforms)]
        new = NewPost(
            data.asset or "", data.title, channels, data.description, data.hashtags, when, data.tags, data.overrides
        )
        timezone, source = (await state.shell.desk()).timezone, _source(data)
        told = {"by": request.user, "clock": state.clock, "timezone": timezone}
        if data.repetition is not None:
            _refuse_repeating(when, source)
            made = await repetitions.schedule(new, data.repetition.wanted(timezone), queue=state.queue, **told)
        elif source is not None:
            made = await awaiting.schedule(new, source, settings=state.settings, **told)
        else:
            made = await service.schedule(new, queue=state.queue, **told)
        return ScheduledJson(await _post(made.post, state), made.note)

    @post("/post/{post_id:str}/force", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def force(self, request: AnyRequest, post_id: FromPath[str], occurrence: FromQuery[str] = "") -> PostJson:
        """Make every waiting target of a post due now; of one that repeats those of one `occurrence`, else the next."""
        state = request.app.state
        told = {"clock": state.clock, "queue": state.queue, "occurrence": occurrence}
        await service.post_now(post_id, by=request.user, **told)
        return await _post(post_id, state)

    @post("/post/{post_id:str}/retry", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def retry(self, request: AnyRequest, post_id: FromPath[str], occurrence: FromQuery[str] = "") -> PostJson:
        """Try the failed and missed targets of a post again, now."""
        state = request.app.state
        told = {"clock": state.clock, "queue": state.queue, "occurrence": occurrence}
        await service.retry(post_id, by=request.user, **told)
        return await _post(post_id, state)

    @post("/post/{post_id:str}/pause", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def pause(self, request: AnyRequest, post_id: FromPath[str]) -> PostJson:
        """Hold the waiting targets of a post back until they are resumed."""
        await pausing.pause(post_id, by=request.user, clock=request.app.state.clock)
        return await _post(post_id, request.app.state)

    @post("/post/{post_id:str}/resume", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def resume(self, request: AnyRequest, post_id: FromPath[str]) -> PostJson:
        """Let the paused targets of a post go on; one whose time is past by too much needs another first."""
        await pausing.resume(post_id, by=request.user, clock=request.app.state.clock)
        return await _post(post_id, request.app.state)

    @patch("/post/{post_id:str}", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def reschedule(
        self, request: AnyRequest, post_id: FromPath[str], data: JSONBody[NewTimeJson],
        occurrence: FromQuery[str] = "",
    ) -> ScheduledJson:  # fmt: skip
        """Move every waiting target of a post."""
        state = request.app.state
        timezone = (await state.shell.desk()).timezone
        made = await service.reschedule(
            post_id,
            when_of(data.scheduled_time, data.timezone),
            by=request.user,
            clock=state.clock,
            timezone=timezone,
            queue=state.queue,
            occurrence=occurrence,
        )
        return ScheduledJson(await _post(post_id, state), made.note)

    @delete("/post/{post_id:str}", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def cancel(self, request: AnyRequest, post_id: FromPath[str], occurrence: FromQuery[str] = "") -> PostJson:
        """Cancel every waiting target of a post."""
        await service.cancel(post_id, by=request.user, clock=request.app.state.clock, occurrence=occurrence)
        return await _post(post_id, request.app.state)

    @post("/targets/{target_id:str}/settle", guards=[editor], status_code=200, responses=documented(409, 413))
    async def settle(self, request: AnyRequest, target_id: FromPath[str], data: JSONBody[FoundJson]) -> SettledJson:
        """Record what somebody found at the platform about a target whose outcome is unknown."""
        clock = request.app.state.clock
        await service.settle_by_hand(target_id, data.published, by=request.user, clock=clock)
        return SettledJson(True)


@post(
    "/api/callbacks/{target_id:str}", signed=True, status_code=200, tags=["Callbacks"],
    responses=documented(400, 403, 404, 413),
)  # fmt: skip
async def receive_callback(request: AnyRequest, target_id: FromPath[str]) -> SettledJson:
    """Take the signed report of a receiver that answered 202 before (Standard Webhooks; the channel's secret)."""
    state = request.app.state
    headers = dict(request.headers)
    settled = await callbacks.receive(target_id, headers, await request.body(), keys=state.key_file, clock=state.clock)
    return SettledJson(settled)


def _refuse_repeating(when: When | None, source: Source | None) -> None:
    if when is not None:
        raise field_error("scheduled_time", "TIME_TWICE", "Give a time or a repetition, not both.")
    if source is not None:
        raise field_error("repetition", "VIDEO_AWAITED", "A post repeats once its video is here; give an asset.")


def _source(data: NewPostJson) -> Source | None:
    """Where the video comes from; None where it is in the library."""
    if [data.asset, data.path, data.url].count(None) != 2:
        raise field_error("asset", "VIDEO_ONE", "Give either an asset of the library, a path or a url.")
    if data.url is not None:
        return Source("url", data.url)
    return Source("folder", data.path) if data.path is not None else None


async def _post(post_id: str, state: Any) -> PostJson:
    return post_json(await queries.post(post_id), state.clock.now())
