"""Files that the desk fetches itself, for programs: from an address, or from the import folder."""

from typing import Annotated, Any

from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from app.library import arrivals, folder
from app.library.schemas import ArrivalJson, FetchJson, FileJson, ImportJson, arrival_json, file_json
from app.web.documented import documented
from app.web.guards import editor, viewer

AnyRequest = Request[Any, Any, Any]


class ArrivalApi(Controller):
    """`/api/arrivals`, and the wishes for them below `/api/assets`."""

    path = "/api"
    tags = ["Arrivals"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @post("/assets/fetch", guards=[editor], status_code=202, responses=documented(400, 401, 403, 422))
    async def fetch(self, request: AnyRequest, data: JSONBody[FetchJson]) -> ArrivalJson:
        """Have a worker fetch the file at an address. One that is on its way already is not doubled."""
        return arrival_json(await arrivals.ask_url(data.url, by=request.user, clock=request.app.state.clock))

    @get("/assets/import", responses=documented(401, 403, 404))
    async def files(self, request: AnyRequest) -> list[FileJson]:
        """The files of the import folder, and what became of each."""
        found = await folder.listed(request.app.state.settings)
        return [file_json(one) for one in found]

    @post("/assets/import", guards=[editor], status_code=202, responses=documented(400, 401, 403, 404, 422))
    async def take(self, request: AnyRequest, data: JSONBody[ImportJson]) -> list[ArrivalJson]:
        """Have a worker copy files of the import folder, all of them or none."""
        state = request.app.state
        told = {"settings": state.settings, "by": request.user, "clock": state.clock}
        asked = await (folder.ask_new(**told) if data.paths is None else folder.ask(data.paths, **told))
        return [arrival_json(one) for one in asked]

    @get("/arrivals", responses=documented(400, 401, 403))
    async def all(
        self, request: AnyRequest, limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100
    ) -> list[ArrivalJson]:
        """What is on its way, what failed, and what came in the last hour; the newest first."""
        return [arrival_json(one) for one in await arrivals.recent(request.app.state.clock.now_ms(), limit)]

    @get("/arrivals/{arrival_id:str}", responses=documented(401, 403, 404))
    async def show(self, arrival_id: FromPath[str]) -> ArrivalJson:
        """One arrival."""
        return arrival_json(await arrivals.show(arrival_id))

    @post(
        "/arrivals/{arrival_id:str}/cancel", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409)
    )
    async def cancel(self, request: AnyRequest, arrival_id: FromPath[str]) -> ArrivalJson:
        """Stop one; a running one is cancelled a moment later."""
        return arrival_json(await arrivals.cancel(arrival_id, by=request.user, clock=request.app.state.clock))

    @post(
        "/arrivals/{arrival_id:str}/retry", guards=[editor], status_code=200, responses=documented(401, 403, 404, 409)
    )
    async def retry(self, request: AnyRequest, arrival_id: FromPath[str]) -> ArrivalJson:
        """Try one again that failed or was cancelled."""
        return arrival_json(await arrivals.retry(arrival_id, by=request.user, clock=request.app.state.clock))

    @delete("/arrivals/{arrival_id:str}", guards=[editor], responses=documented(401, 403, 404, 409))
    async def dismiss(self, request: AnyRequest, arrival_id: FromPath[str]) -> None:
        """Take one off the list that failed or was cancelled."""
        await arrivals.dismiss(arrival_id, by=request.user, clock=request.app.state.clock)
