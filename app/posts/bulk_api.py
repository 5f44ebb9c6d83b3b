"""One act on many posts, for programs."""

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath, JSONBody

from app.posts import bulk, selecting
from app.posts.bulk import Act, Shift
from app.posts.queries import Filter
from app.web.documented import documented
from app.web.guards import editor


class FilterJson(msgspec.Struct, forbid_unknown_fields=True):
    """Which posts of the list are meant, as its page filters them; without any field all that it shows."""

    q: str = ""
    status: str = ""
    channel: str = ""
    tag: str = ""


class BulkJson(msgspec.Struct, forbid_unknown_fields=True):
    """Many posts, by id or by the filter of their list; `days` and `hours` for `shift` alone."""

    posts: list[str] | None = None
    filter: FilterJson | None = None
    days: Annotated[int, msgspec.Meta(ge=-1000, le=1000)] = 0
    hours: Annotated[int, msgspec.Meta(ge=-24_000, le=24_000)] = 0


class DoneJson(msgspec.Struct):
    """What was done, to how many posts and to how many of their targets."""

    act: str
    posts: int
    targets: int


@post(
    "/api/schedule/posts/{act:str}", guards=[editor], status_code=200, tags=["Schedule"],
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)  # fmt: skip
async def act_on_posts(request: Request[Any, Any, Any], act: FromPath[Act], data: JSONBody[BulkJson]) -> DoneJson:
    """Do one thing to many posts, all of them or none: cancel, force, retry, pause, resume, shift or next-slots.

    `shift` moves each by days and hours on its wall clock, `next-slots` moves them to the next free slots in their
    order. Where some do not allow it the answer is 409, and `refused` tells of each.
    """
    state = request.app.state
    timezone = (await state.shell.desk()).timezone
    wanted = None if data.filter is None else Filter(**msgspec.structs.asdict(data.filter))
    ids = await selecting.chosen(data.posts, wanted, clock=state.clock, timezone=timezone)
    shift = Shift(data.days, data.hours) if act == "shift" else None
    done = await bulk.act_on_all(
        ids, act, by=request.user, clock=state.clock, timezone=timezone, queue=state.queue, shift=shift
    )
    return DoneJson(done.act, done.posts, done.targets)
