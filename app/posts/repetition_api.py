"""Posts that repeat, and posts that are published again, for programs."""

from litestar import Controller, delete, get, post, put
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from app.posts import queries, repetitions
from app.posts.again import publish_again
from app.posts.api import AnyRequest
from app.posts.post_json import ScheduledJson, post_json, when_of
from app.posts.recurrence import checked
from app.posts.repetition_json import AgainJson, PreviewJson, RepetitionJson, WantedJson, preview_json, repetition_json
from app.web.documented import documented
from app.web.guards import editor, viewer


class RepetitionApi(Controller):
    """`/api/schedule/repetitions`, and `repetition` and `again` below each post."""

    path = "/api/schedule"
    tags = ["Schedule"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get("/repetitions", responses=documented(401, 403))
    async def every(self, state: State) -> list[RepetitionJson]:
        """All posts that repeat, by their next time."""
        return [repetition_json(one) for one in await repetitions.every(state.clock)]

    @post("/repetitions/preview", status_code=200, responses=documented(400, 401, 403, 413, 422))
    async def preview(self, state: State, data: JSONBody[WantedJson]) -> PreviewJson:
        """The rule in words and its next five times; nothing is stored."""
        wanted = data.wanted((await state.shell.desk()).timezone)
        checked(wanted.rule)
        return preview_json(wanted, state.clock.now())

    @get("/post/{post_id:str}/repetition", responses=documented(401, 403, 404))
    async def show(self, state: State, post_id: FromPath[str]) -> RepetitionJson:
        """How a post repeats."""
        return repetition_json(await repetitions.of_post(post_id, state.clock))

    @put("/post/{post_id:str}/repetition", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422))
    async def set(self, request: AnyRequest, post_id: FromPath[str], data: JSONBody[WantedJson]) -> RepetitionJson:
        """Let a post repeat, or change how; only what is ahead and not published changes."""
        state = request.app.state
        wanted = data.wanted((await state.shell.desk()).timezone)
        told = await repetitions.repeat(post_id, wanted, by=request.user, clock=state.clock, version=data.version)
        return repetition_json(told)

    @post("/post/{post_id:str}/repetition/pause", guards=[editor], status_code=200, responses=documented(401, 403, 404))
    async def pause(self, request: AnyRequest, post_id: FromPath[str]) -> RepetitionJson:
        """Hold the occurrences ahead, and make no more."""
        return repetition_json(await repetitions.pause(post_id, by=request.user, clock=request.app.state.clock))

    @post(
        "/post/{post_id:str}/repetition/resume", guards=[editor], status_code=200, responses=documented(401, 403, 404)
    )
    async def resume(self, request: AnyRequest, post_id: FromPath[str]) -> RepetitionJson:
        """Go on with what is ahead; what passed meanwhile is let go."""
        return repetition_json(await repetitions.resume(post_id, by=request.user, clock=request.app.state.clock))

    @delete("/post/{post_id:str}/repetition", guards=[editor], status_code=204, responses=documented(401, 403, 404))
    async def stop(self, request: AnyRequest, post_id: FromPath[str]) -> None:
        """End a repetition; what is ahead is not published."""
        await repetitions.stop(post_id, by=request.user, clock=request.app.state.clock)

    @post(
        "/post/{post_id:str}/again", guards=[editor], responses=documented(400, 401, 403, 404, 409, 413, 422)
    )  # fmt: skip
    async def again(self, request: AnyRequest, post_id: FromPath[str], data: JSONBody[AgainJson]) -> ScheduledJson:
        """Publish a post again that went out, as an occurrence of its own."""
        state = request.app.state
        when = None if data.scheduled_time is None else when_of(data.scheduled_time, data.timezone)
        made = await publish_again(
            post_id, when, by=request.user, clock=state.clock, timezone=(await state.shell.desk()).timezone,
            queue=state.queue, channels=data.channels,
        )  # fmt: skip
        return ScheduledJson(post_json(await queries.post(post_id), state.clock.now()), made.note)
