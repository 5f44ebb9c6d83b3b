"""Files that come with requests: raw bytes from scripts and programs, or a form of a browser without scripts."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

from litestar import Request
from litestar.exceptions import InternalServerException

from app.errors import DaypartError, Invalid, StorageFull, TooLarge
from app.library import service
from app.library.forms import Upload, from_multipart
from app.library.incoming import refuse_oversized
from app.library.resumable import CutOff
from app.library.service import Added
from app.web.forms import Form, form

NAMELESS = "video"

AnyRequest = Request[Any, Any, Any]


def is_multipart(request: AnyRequest) -> bool:
    """Whether a form with files comes in."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def take_raw(request: AnyRequest) -> Added:
    """Take a body that is the file itself; its name stands percent-encoded in X-Filename."""
    state = request.app.state
    name = unquote(request.headers.get("x-filename", ""), errors="replace") or NAMELESS
    return await service.upload(
        request.stream(), name, _length(request), settings=state.settings, by=request.user, clock=state.clock
    )


async def pieces(request: AnyRequest) -> AsyncIterator[bytes]:
    """The body as it comes in; raises CutOff when the sender is gone before its end."""
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as error:  # all that the framework says of it
        raise CutOff from error


async def take_form(request: AnyRequest) -> tuple[Form, Added | None, DaypartError | None]:
    """The fields of a form, the asset made of its file if one was chosen, and why that file was refused if it was."""
    if not is_multipart(request):
        return await form(request), None, None
    state = request.app.state
    settings = state.settings
    folder, most, sent = service.incoming(settings), service.limit_bytes(settings), Upload()
    try:
        refuse_oversized(_length(request), most, folder)
        await from_multipart(request.headers["content-type"], _chunks(request), folder, most, sent)
    except (Invalid, TooLarge, StorageFull) as refused:
        return Form(sent.fields), None, refused
    fields = Form(sent.fields)
    if sent.received is None:
        return fields, None, None
    try:
        added = await service.add(sent.received, sent.name, settings=settings, by=request.user, clock=state.clock)
    except DaypartError as refused:
        return fields, None, refused
    return fields, added, None


def _chunks(request: AnyRequest) -> AsyncIterator[bytes]:
    return request.stream()


def _length(request: AnyRequest) -> int | None:
    text = request.headers.get("content-length", "")
    return int(text) if text.isdecimal() else None
