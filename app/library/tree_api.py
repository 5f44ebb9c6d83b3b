"""Imports of folder trees, for programs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from litestar import Controller, Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from app.clock import from_ms
from app.library import trees
from app.library.naming import Named
from app.library.trees import Look, Run, Seen
from app.web.documented import documented
from app.web.guards import editor, viewer

AnyRequest = Request[Any, Any, Any]


class TreeJson(Struct, forbid_unknown_fields=True):
    """A folder below the import folder; without one, all of it."""

    folder: str = ""


class SeenJson(Struct):
    """A file that is understood; `state` is new, waiting, running, failed or imported."""

    path: str
    bytes: int
    state: str
    kind: Literal["episode", "movie"]
    title: str
    series: str | None
    season: int | None
    episode: int | None


class LookJson(Struct):
    """What a tree holds: `unclear` are media whose names fit no pattern, `others` counts files that are no media."""

    folder: str
    files: list[SeenJson]
    unclear: list[str]
    others: int
    links: int


class FailureJson(Struct):
    """A file that did not come, and why."""

    path: str
    note: str


class RunJson(Struct):
    """An import: how many of its files are done (some of them `existed`), failed, cancelled or still `open`."""

    id: str
    folder: str
    files: int
    bytes: int
    done: int
    existed: int
    failed: int
    cancelled: int
    open: int
    bytes_done: int
    created: datetime
    failures: list[FailureJson]


def seen_json(one: Seen) -> SeenJson:
    """A file of a tree as programs see it."""
    said: Named = one.named
    return SeenJson(
        one.file.path, one.file.bytes, one.file.state, said.kind, said.title, said.series, said.season, said.episode
    )  # fmt: skip


def look_json(found: Look) -> LookJson:
    """A tree as programs see it."""
    unclear = [one.path for one in found.unclear]
    return LookJson(found.folder, [seen_json(one) for one in found.seen], unclear, found.others, found.links)


async def run_json(run: Run) -> RunJson:
    """An import as programs see it."""
    failures = [FailureJson(one.path, one.note) for one in await trees.failures(run.id)]
    return RunJson(
        run.id, run.folder, run.files, run.bytes, run.done, run.existed, run.failed, run.cancelled, run.open,
        run.bytes_done, from_ms(run.created_ms), failures,
    )  # fmt: skip


class TreeApi(Controller):
    """`/api/trees`."""

    path = "/api/trees"
    tags = ["Arrivals"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get("/look", responses=documented(401, 403, 404, 413, 422))
    async def look(
        self,
        request: AnyRequest,
        folder: Annotated[str, QueryParameter(description="Below the import folder.")] = "",
    ) -> LookJson:
        """What a tree holds, and what each file says by its name; nothing is stored."""
        return look_json(await trees.look(folder, request.app.state.settings))

    @get(responses=documented(401, 403))
    async def all(self) -> list[RunJson]:
        """The latest imports, the newest first."""
        return [await run_json(run) for run in await trees.recent()]

    @post(guards=[editor], status_code=202, responses=documented(404, 409, 413, 422))
    async def begin(self, request: AnyRequest, data: JSONBody[TreeJson]) -> RunJson:
        """Have a worker bring in all files of a tree that are understood and not in the library yet."""
        state = request.app.state
        run = await trees.begin(data.folder, settings=state.settings, by=request.user, clock=state.clock)
        return await run_json(run)

    @get("/{tree_id:str}", responses=documented(401, 403, 404))
    async def show(self, tree_id: FromPath[str]) -> RunJson:
        """One import."""
        return await run_json(await trees.show(tree_id))

    @post("/{tree_id:str}/cancel", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def cancel(self, request: AnyRequest, tree_id: FromPath[str]) -> RunJson:
        """Stop it; what came stays, and what is being copied stops a moment later."""
        return await run_json(await trees.cancel(tree_id, by=request.user, clock=request.app.state.clock))

    @post("/{tree_id:str}/resume", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409))
    async def resume(self, request: AnyRequest, tree_id: FromPath[str]) -> RunJson:
        """Bring what failed or was stopped after all."""
        return await run_json(await trees.resume(tree_id, by=request.user, clock=request.app.state.clock))
