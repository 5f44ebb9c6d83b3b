"""Uploads in pieces, which go on after a lost connection."""

from typing import Annotated, Any

from litestar import Controller, Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import FromPath, HeaderParameter, JSONBody

from app.library.resumable import CHUNK, Upload, Uploads
from app.library.schemas import NewUploadJson, UploadJson, asset_json
from app.library.uploads import pieces
from app.library.views import label
from app.web.documented import FileOperation, documented
from app.web.guards import editor

AnyRequest = Request[Any, Any, Any]


class UploadApi(Controller):
    """`/api/uploads`; each belongs to whoever began it."""

    path = "/api/uploads"
    tags = ["Uploads"]  # noqa: RUF012 - Litestar's form
    guards = [editor]  # noqa: RUF012

    @post(responses=documented(400, 401, 403, 413, 422, 507))
    async def begin(self, request: AnyRequest, data: JSONBody[NewUploadJson]) -> UploadJson:
        """Begin an upload. Nobody goes on with it for a day: it is forgotten."""
        begun = await _uploads(request.app.state).begin(data.name, data.bytes, data.sha256, by=request.user)
        return _json(begun)

    @get("/{upload_id:str}", responses=documented(401, 403, 404))
    async def show(self, request: AnyRequest, upload_id: FromPath[str]) -> UploadJson:
        """How much of it is here."""
        return _json(await _uploads(request.app.state).show(upload_id, by=request.user))

    @patch(
        "/{upload_id:str}",
        request_max_body_size=None,
        responses=documented(404, 409, 413, 422, 507),
        operation_class=FileOperation,
    )
    async def append(
        self,
        request: AnyRequest,
        upload_id: FromPath[str],
        offset: Annotated[int, HeaderParameter(name="Upload-Offset", ge=0, description="Where the body belongs.")],
    ) -> UploadJson:
        """Send more of it: the body is bytes of the file, from the offset on.

        What arrives of a body that is cut off is kept. 409 with OFFSET_WRONG tells the right `offset`; with
        UPLOAD_BUSY or UPLOAD_TAKEN_OVER another request sends. The last bytes make the asset.
        """
        uploads = _uploads(request.app.state)
        return _json(await uploads.append(upload_id, offset, pieces(request), by=request.user))

    @delete("/{upload_id:str}", responses=documented(401, 403, 404))
    async def cancel(self, request: AnyRequest, upload_id: FromPath[str]) -> None:
        """Forget an upload and what arrived of it."""
        await _uploads(request.app.state).cancel(upload_id, by=request.user)


def _uploads(state: State) -> Uploads:
    uploads: Uploads = state.uploads
    return uploads


def _json(upload: Upload) -> UploadJson:
    asset = upload.asset
    return UploadJson(
        id=upload.id, name=upload.name, bytes=upload.bytes, offset=upload.offset, chunk=CHUNK, existed=upload.existed,
        label=label(asset) if asset else None, asset=asset_json(asset) if asset else None,
    )  # fmt: skip
