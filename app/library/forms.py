"""The upload form of a browser without scripts: its one file goes to disk while it is read (RFC 7578)."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from multipart import MultipartError, MultipartSegment, PushMultipartParser  # type: ignore[import-untyped]

from app.errors import DaypartError, Invalid, Malformed, StorageFull, TooLarge
from app.library.incoming import Received, receive

_BOUNDARY = re.compile(r"""multipart/form-data\s*;.*?boundary=(?:"([^"]+)"|([^\s;"]+))""", re.I)
_BOUNDARY_FORM = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")  # RFC 2046 section 5.1.1
_PARTS = 1000
_TEXT_BYTES = 256 * 1024
_HEADS_BYTES = 1 << 20

Events = AsyncIterator[MultipartSegment | bytes | None]
"""A part's head, its bytes piece by piece, and None at its end; then the next part."""


@dataclass(slots=True)
class Upload:
    """A form that has come in: its file, if one was chosen, the name its sender gave it, and the other fields.

    Whoever gets it adds the file or discards it.
    """

    received: Received | None = None
    name: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)


def boundary_of(content_type: str) -> str:
    """What separates the parts of a form; a header without a proper one is refused."""
    found = _BOUNDARY.match(content_type.strip())
    boundary = (found[1] or found[2]) if found else ""
    if not _BOUNDARY_FORM.fullmatch(boundary):
        raise Malformed("FORM_MALFORMED", "This is not a form with a file.")
    return boundary


async def from_multipart(
    content_type: str, chunks: AsyncIterator[bytes], folder: Path, limit_bytes: int, upload: Upload | None = None
) -> Upload:
    """Read a form with at most one file, received into the folder; nothing stays there when it is refused.

    The fields around a refused file are in the given upload, for the page that shows them again.
    """
    parser = PushMultipartParser(boundary_of(content_type), max_segment_count=_PARTS)
    events = _events(parser, chunks, limit_bytes + _TEXT_BYTES + _HEADS_BYTES)
    upload = upload or Upload()
    try:
        refused = await _read_parts(upload, events, folder, limit_bytes)
        if refused is not None:
            raise refused
    except BaseException:
        if upload.received is not None:
            await upload.received.discard()
        raise
    return upload


async def _read_parts(upload: Upload, events: Events, folder: Path, limit_bytes: int) -> DaypartError | None:
    """Read a form to its end, also where its file is refused, since fields may come behind it; gives that refusal."""
    text_left = _TEXT_BYTES
    refused: DaypartError | None = None
    async for event in events:
        if not isinstance(event, MultipartSegment):
            continue
        if event.filename:
            try:
                await _read_file(upload, event.filename, events, folder, limit_bytes)
            except (Invalid, TooLarge, StorageFull) as error:
                refused = refused or error
        else:
            text = await _text(events, text_left)
            text_left -= len(text)
            if event.filename is None:  # else it is what a browser sends when no file is chosen
                upload.fields.append((event.name, text.decode(errors="replace")))
    return refused


async def _events(parser: PushMultipartParser, chunks: AsyncIterator[bytes], most: int) -> Events:
    total = 0
    try:
        async for chunk in chunks:
            total += len(chunk)
            if total > most:
                raise TooLarge("UPLOAD_TOO_LARGE", "This form is larger than the desk takes.")
            # An empty chunk would mean the end to the parser, but is none on the wire.
            for event in parser.parse(chunk) if chunk else ():
                yield event
        parser.close()
    except MultipartError as error:
        raise Malformed("FORM_MALFORMED", "The form came in broken. Send it again.") from error


async def _read_file(upload: Upload, name: str, events: Events, folder: Path, limit_bytes: int) -> None:
    if upload.received is not None:
        raise Invalid("ONE_FILE", "Send one file at a time.", errors={"file": "Send one file at a time."})
    upload.name = name
    upload.received = await receive(_body(events), folder, limit_bytes)


async def _body(events: Events) -> AsyncIterator[bytes]:
    async for event in events:
        if event is None:
            return
        if isinstance(event, bytes):
            yield event


async def _text(events: Events, most: int) -> bytes:
    text = bytearray()
    async for piece in _body(events):
        if len(text) + len(piece) > most:
            raise TooLarge("FORM_TOO_LARGE", "The fields of this form are too long.")
        text += piece
    return bytes(text)
