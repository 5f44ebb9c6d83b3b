"""Targets, groups and waves for programs: the routes of the waves document, and the acts on each of them."""

from typing import Annotated, Any

from litestar import Controller, Request, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.channels.kinds import Past
from app.clock import parse_instant, to_ms
from app.errors import Invalid, field_error
from app.posts import filling, groups, resuming, scopes, social, validating, wave_queries, waves
from app.posts.groups import NewGroup
from app.posts.schemas import NewPost
from app.posts.scopes import Scope, ScopeKind
from app.posts.states import SCHEDULE_STATUSES
from app.posts.wave_bodies import (
    NewIndependentJson,
    NewSimultaneousJson,
    NewStaggeredJson,
    NewTimeJson,
    OrderJson,
    VideoJson,
    WaveTitleJson,
    independent,
    simultaneous,
    staggered,
    time_of,
)
from app.posts.wave_json import (
    DoneJson,
    GroupJson,
    IssueJson,
    TargetPlanJson,
    TargetsJson,
    ValidityJson,
    WaveJson,
    WholeWaveJson,
    done_json,
    made_json,
    planned_json,
    target_json,
    targets_json,
    wave_json,
    whole_wave_json,
)
from app.posts.wave_queries import MOST, Wanted
from app.posts.waves import Done
from app.web.documented import documented
from app.web.guards import editor, viewer
from app.web.shell import timezone_of

AnyRequest = Request[Any, Any, Any]
DryRun = Annotated[bool, QueryParameter(description="Tell what would go where and when, and store nothing.")]
PastChoice = Annotated[
    Past | None,
    QueryParameter(description="What becomes of targets whose time passed meanwhile; needed where there are any."),
]
_REFUSALS = documented(400, 401, 403, 404, 409, 422)
_BODY_REFUSALS = documented(400, 401, 403, 404, 409, 413, 422)


async def _resumed(request: AnyRequest, of: Scope, past: Past | None) -> Done:
    state = request.app.state
    return await resuming.resume(
        of, past, by=request.user, clock=state.clock, timezone=await timezone_of(request), queue=state.queue
    )


class Acts(Controller):
    """What can be done with a target, a group or a wave alike."""

    guards = [viewer]  # noqa: RUF012 - Litestar's form
    kind: ScopeKind = "target"

    @post("/{key:str}/pause", guards=[editor], status_code=200, responses=_REFUSALS)
    async def pause(self, request: AnyRequest, key: FromPath[str]) -> DoneJson:
        """Hold what waits; tells how many targets that newly holds."""
        of = await scopes.scope(self.kind, key)
        return done_json(await waves.pause(of, by=request.user, clock=request.app.state.clock))

    @post("/{key:str}/resume", guards=[editor], status_code=200, responses=_REFUSALS)
    async def resume(self, request: AnyRequest, key: FromPath[str], past: PastChoice = None) -> DoneJson:
        """Let it go on; where times passed meanwhile, `past` says what becomes of those targets."""
        return done_json(await _resumed(request, await scopes.scope(self.kind, key), past))

    @post("/{key:str}/cancel", guards=[editor], status_code=200, responses=_REFUSALS)
    async def cancel(self, request: AnyRequest, key: FromPath[str]) -> DoneJson:
        """Cancel what waits; what went out stays."""
        of = await scopes.scope(self.kind, key)
        return done_json(await waves.cancel(of, by=request.user, clock=request.app.state.clock))

    @post("/{key:str}/retry", guards=[editor], status_code=200, responses=_REFUSALS)
    async def retry(self, request: AnyRequest, key: FromPath[str]) -> DoneJson:
        """Try what failed or was missed again, now; all else is left alone."""
        of, state = await scopes.scope(self.kind, key), request.app.state
        return done_json(await waves.retry(of, by=request.user, clock=state.clock, queue=state.queue))

    @post("/{key:str}/move", guards=[editor], status_code=200, responses=_BODY_REFUSALS)
    async def move(self, request: AnyRequest, key: FromPath[str], data: JSONBody[NewTimeJson]) -> DoneJson:
        """Move what waits as a whole, all or nothing."""
        state = request.app.state
        when = time_of(data.scheduled_at, data.timezone)
        done = await waves.move(
            await scopes.scope(self.kind, key), when, by=request.user, clock=state.clock,
            timezone=await timezone_of(request), queue=state.queue,
        )  # fmt: skip
        return done_json(done)

    @post("/{key:str}/video", guards=[editor], status_code=200, responses=_BODY_REFUSALS)
    async def fill(self, request: AnyRequest, key: FromPath[str], data: JSONBody[VideoJson]) -> DoneJson:
        """Give its empty slots their video, all or none."""
        state = request.app.state
        done = await filling.fill(
            await scopes.scope(self.kind, key),
            NewPost(data.video_id, data.title, [], data.description, data.hashtags),
            by=request.user, clock=state.clock, timezone=await timezone_of(request), queue=state.queue,
        )  # fmt: skip
        return done_json(done)


class TargetApi(Acts):
    """`/api/schedules`."""

    path = "/api/schedules"
    tags = ["Waves"]  # noqa: RUF012
    kind = "target"

    @get(responses=_REFUSALS)
    async def show_all(
        self,
        from_: Annotated[str | None, QueryParameter(name="from", description="From this instant on.")] = None,
        to: Annotated[str | None, QueryParameter(description="Before this instant.")] = None,
        channel_id: FromQuery[str | None] = None,
        wave_id: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = MOST,
    ) -> TargetsJson:
        """Targets in order of time: by range, channel, wave and status, together or alone."""
        if status is not None and status not in SCHEDULE_STATUSES:
            raise field_error("status", "STATUS_UNKNOWN", f"Use one of {', '.join(SCHEDULE_STATUSES)}.")
        wanted = Wanted(_bound(from_, "from"), _bound(to, "to"), channel_id, wave_id, status=status)
        return targets_json(await wave_queries.planned(wanted, after, limit))

    @post("/simultaneous", guards=[editor], responses=_BODY_REFUSALS)
    async def simultaneous(
        self, request: AnyRequest, data: JSONBody[NewSimultaneousJson], dry_run: DryRun = False
    ) -> GroupJson:
        """Plan one video on several channels at one instant, all or none."""
        return await _made(request, simultaneous(data), dry_run)

    @post("/staggered", guards=[editor], responses=_BODY_REFUSALS)
    async def staggered(
        self, request: AnyRequest, data: JSONBody[NewStaggeredJson], dry_run: DryRun = False
    ) -> GroupJson:
        """Plan one video on several channels one after another, all or none."""
        return await _made(request, staggered(data), dry_run)

    @post("/independent", guards=[editor], responses=_BODY_REFUSALS)
    async def independent(
        self, request: AnyRequest, data: JSONBody[NewIndependentJson], dry_run: DryRun = False
    ) -> GroupJson:
        """Plan channels at their own times, all or none."""
        return await _made(request, independent(data), dry_run)

    @post("/pause", guards=[editor], status_code=200, responses=_REFUSALS)
    async def pause_all(self, request: AnyRequest) -> DoneJson:
        """Hold everything on all channels."""
        of = await scopes.scope("all", scopes.EVERYTHING)
        return done_json(await waves.pause(of, by=request.user, clock=request.app.state.clock))

    @post("/resume", guards=[editor], status_code=200, responses=_REFUSALS)
    async def resume_all(self, request: AnyRequest, past: PastChoice = None) -> DoneJson:
        """Let everything go on."""
        return done_json(await _resumed(request, await scopes.scope("all", scopes.EVERYTHING), past))

    @get("/{key:str}", responses=_REFUSALS)
    async def show(self, key: FromPath[str]) -> TargetPlanJson:
        """One target."""
        return target_json(await wave_queries.one(key))

    @get("/{key:str}/validate", responses=_REFUSALS)
    async def validate(self, request: AnyRequest, key: FromPath[str]) -> ValidityJson:
        """Whether a target will go out as it is planned, as things stand now."""
        target = await wave_queries.one(key)
        found = await validating.issues(target, request.app.state.clock.now_ms(), await timezone_of(request))
        return ValidityJson(not found, [IssueJson(one.field, one.code, one.detail) for one in found])


class GroupApi(Acts):
    """`/api/groups`: those that share a `coordination_group_id`."""

    path = "/api/groups"
    tags = ["Waves"]  # noqa: RUF012
    kind = "group"

    @get("/{key:str}", responses=_REFUSALS)
    async def show(self, key: FromPath[str]) -> TargetsJson:
        """The targets of a group."""
        await scopes.scope("group", key)
        return targets_json(await wave_queries.planned(Wanted(group=key)))

    @post("/{key:str}/order", guards=[editor], status_code=200, responses=_BODY_REFUSALS)
    async def reorder(self, request: AnyRequest, key: FromPath[str], data: JSONBody[OrderJson]) -> DoneJson:
        """Change whose turn is when in a staggered group."""
        done = await waves.reorder(
            await scopes.scope("group", key), data.order, by=request.user, clock=request.app.state.clock,
            timezone=await timezone_of(request),
        )  # fmt: skip
        return done_json(done)


class WaveApi(Acts):
    """`/api/waves`, each under the name that its maker gave it."""

    path = "/api/waves"
    tags = ["Waves"]  # noqa: RUF012
    kind = "wave"

    @get(responses=_REFUSALS)
    async def show_all(self) -> list[WaveJson]:
        """All waves, the newest first."""
        return [wave_json(one) for one in await wave_queries.waves()]

    @get("/{key:str}", responses=_REFUSALS)
    async def show(self, key: FromPath[str]) -> WholeWaveJson:
        """A wave with its targets and how they stand."""
        return whole_wave_json(await wave_queries.wave(key), await wave_queries.planned(Wanted(wave=key)))

    @patch("/{key:str}", guards=[editor], responses=_BODY_REFUSALS)
    async def rename(self, request: AnyRequest, key: FromPath[str], data: JSONBody[WaveTitleJson]) -> WaveJson:
        """Give a wave another title."""
        await waves.rename(await scopes.scope("wave", key), data.title, by=request.user, clock=request.app.state.clock)
        return wave_json(await wave_queries.wave(key))


@post(
    "/api/channels/{key:str}/cancel", guards=[editor], status_code=200, tags=["Channels"], responses=_REFUSALS,
)  # fmt: skip
async def cancel_on_channel(request: AnyRequest, key: FromPath[str]) -> DoneJson:
    """Cancel everything that waits on a channel."""
    await social.account(key)
    of = await scopes.scope("channel", key)
    return done_json(await waves.cancel(of, by=request.user, clock=request.app.state.clock))


async def _made(request: AnyRequest, new: NewGroup, dry_run: bool) -> GroupJson:
    state, timezone = request.app.state, await timezone_of(request)
    if dry_run:
        return planned_json(new, await groups.planned(new, clock=state.clock, timezone=timezone))
    made = await groups.save(new, by=request.user, clock=state.clock, timezone=timezone, queue=state.queue)
    return made_json(made, await wave_queries.these(made.targets))


def _bound(text: str | None, field: str) -> int | None:
    try:
        return None if text is None else to_ms(parse_instant(text))
    except Invalid as refused:
        raise field_error(field, refused.code, refused.detail) from refused
