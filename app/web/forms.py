"""Small forms, read field by field, so that a page can show every mistake at once and keep what was typed."""

import io
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from litestar.connection import Request
from multipart import MultipartParser  # type: ignore[import-untyped]

from app.errors import DaypartError, Invalid, Malformed, TooLarge, field_error

LIMIT = 256 * 1024
MOST_FIELDS = 1000
_CHECKED = frozenset({"on", "true", "1", "yes"})


class Form:
    """The fields of a form, as text."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        """Whether the field was sent."""
        return name in self._fields

    def names(self) -> Iterable[str]:
        """The names of all fields that were sent."""
        return self._fields.keys()

    def text(self, name: str, default: str = "") -> str:
        """A field without blanks around it; line ends are `\\n`."""
        return self.raw(name, default).strip().replace("\r\n", "\n")

    def raw(self, name: str, default: str = "") -> str:
        """A field as it was typed, such as a password."""
        return self._fields.get(name, [default])[-1]

    def flag(self, name: str) -> bool:
        """Whether a box was checked."""
        return self.text(name).lower() in _CHECKED

    def integer(self, name: str, default: int | None = None) -> int | None:
        """A whole number; an empty field means the default, other text is refused."""
        text = self.text(name)
        if not text:
            return default
        try:
            return int(text)
        except ValueError as error:
            raise field_error(name, "NOT_A_NUMBER", "Give a whole number.") from error

    def list(self, name: str) -> list[str]:
        """All values of a field that may be sent several times, without empty ones."""
        return [value.strip() for value in self._fields.get(name, []) if value.strip()]


async def form(request: Request[Any, Any, Any]) -> Form:
    """The form of a request, urlencoded or multipart; files are for upload routes and are left out."""
    body = await request.body()
    if len(body) > LIMIT:
        raise TooLarge("TOO_LARGE", f"A form may have {LIMIT // 1024} KiB.", limit=LIMIT)
    kind, options = request.content_type
    try:
        if kind == "multipart/form-data":
            return Form(_multipart(body, options.get("boundary", "")))
        return Form(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except ValueError as error:  # the parser's own errors are such, too
        raise Malformed("MALFORMED_FORM", "The form could not be read.") from error


def _multipart(body: bytes, boundary: str) -> list[tuple[str, str]]:
    parser = MultipartParser(io.BytesIO(body), boundary, spool_limit=LIMIT, memory_limit=LIMIT, part_limit=MOST_FIELDS)
    return [(part.name, part.value) for part in parser.parts() if not part.filename]


def problems_of(*checks: Callable[[], object]) -> dict[str, str]:
    """What several checks of a form refuse, all at once: which message stands at which field."""
    found: dict[str, str] = {}
    for check in checks:
        try:
            check()
        except Invalid as error:
            found = form_errors(error) | found
    return found


def form_errors(error: DaypartError) -> dict[str, str]:
    """Which message stands at which field; what belongs to none stands at ``."""
    return error.errors or {"": error.detail}
