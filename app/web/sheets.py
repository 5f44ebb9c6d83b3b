"""Forms that carry a CSV file: sent once, shown as a preview, and sent again from there; nothing is kept between."""

import base64
import binascii
import io
from dataclasses import dataclass

from multipart import MultipartParser  # type: ignore[import-untyped]

from app.csv_text import BYTES_MOST
from app.errors import Malformed, field_error
from app.web.htmx import AnyRequest

# The preview carries the file in base64, beside the heads of the parts.
FORM_MOST = BYTES_MOST * 4 // 3 + 64 * 1024
HINT = f"CSV in UTF-8, up to {BYTES_MOST // 1_000_000} MB."
_PARTS = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: which button sent it, and its parts."""

    act: str
    parts: dict[str, bytes]

    @property
    def file(self) -> bytes:
        """The file that was chosen, or the one that the preview kept; raises Invalid where there is none."""
        try:
            data = self.parts.get("file") or base64.b64decode(self.parts.get("kept", b""), validate=True)
        except binascii.Error as error:
            raise field_error("file", "FILE_BROKEN", "The file came in broken. Choose it again.") from error
        if not data:
            raise field_error("file", "FILE_NONE", "Choose a file.")
        return data


async def sent(request: AnyRequest) -> Sent:
    """Read a form with a file; raises Malformed where it is none."""
    kind, options = request.content_type
    if kind != "multipart/form-data":
        raise Malformed("MALFORMED_FORM", "This is not a form with a file.")
    body = io.BytesIO(await request.body())
    try:
        parser = MultipartParser(
            body, options.get("boundary", ""), spool_limit=FORM_MOST, memory_limit=FORM_MOST, part_limit=_PARTS
        )
        parts = {part.name: part.raw for part in parser.parts()}
    except ValueError as error:  # the parser's own errors are such, too
        raise Malformed("MALFORMED_FORM", "The form could not be read.") from error
    return Sent(parts.get("act", b"").decode(errors="replace"), parts)


def kept(data: bytes) -> str:
    """A file as the preview's form carries it."""
    return base64.b64encode(data).decode()
