"""The one mapper from what went wrong to a status, a stable code and plain words (RFC 9457)."""

import re
import sqlite3
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    MethodNotAllowedException,
    NotFoundException,
    SerializationException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from app import errors
from app.errors import DaypartError

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[DaypartError], int] = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.Throttled: 429,
    errors.StorageFull: 507,
    errors.Unavailable: 503,
    errors.RemoteSilent: 504,
    errors.RemoteFailed: 502,
}
REMEDIES: dict[int | str, str] = {
    "SETUP_LINK": "The start prints it, and keeps it in the file setup-link of the data folder.",
    401: "Sign in, then try again.",
    403: "Ask an administrator if you need it.",
    404: "Check the address, or start from the dashboard.",
    405: "Start from the dashboard.",
    500: "Nothing is known to be changed. Tell the reference to whoever looks after this desk.",
    502: "Try again in a while.",
    503: "Try again in a moment.",
    504: "Try again in a while.",
    507: "Make room in the data folder, then try again.",
}
_MISSING = re.compile(r"missing required field `([^`]+)`")
_NO_BODY = "'data'"  # all that the framework says of it
_PATH = re.compile(r"`\$\.?([^`]*)`")


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in the one shape that all answers use."""

    status: int
    code: str
    detail: str
    errors: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase

    @property
    def remedy(self) -> str:
        """What a person can do about it, or nothing."""
        return REMEDIES.get(self.code) or REMEDIES.get(self.status, "")

    def document(self) -> dict[str, Any]:
        """The problem document for programs."""
        return self.facts | {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": self.errors,
        }


def of(error: Exception, reference: str = "") -> Problem:
    """The problem that an exception means; unexpected ones keep their words to the log, under a reference."""
    if isinstance(error, DaypartError):
        return _of_domain(error)
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_FULL:
        return Problem(507, "STORAGE_FULL", "The disk of the data folder is full; nothing was changed.")
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _of_framework(error)
    if isinstance(error, InternalServerException) and "disconnected" in error.detail:
        return Problem(400, "DISCONNECTED", "The connection ended before the body did.")
    return Problem(500, "INTERNAL", f"The desk failed on that; the log tells why under {reference}.")


def _of_domain(error: DaypartError) -> Problem:
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    return Problem(status, error.code, error.detail, error.errors, error.facts, _headers(status, error))


def _headers(status: int, error: DaypartError) -> dict[str, str]:
    if status == 401:
        return {"www-authenticate": 'Bearer realm="Daypart"'}
    if "retry_after" in error.facts:
        return {"retry-after": str(error.facts["retry_after"])}
    return {}


def _of_framework(error: HTTPException) -> Problem:
    if isinstance(error, ValidationException):
        return _of_validation(error)
    if isinstance(error.__cause__, SerializationException):
        return Problem(400, "MALFORMED_JSON", "The body is not valid JSON.")
    if isinstance(error, RequestEntityTooLarge):
        return Problem(413, "TOO_LARGE", "The body is larger than this address accepts.")
    if isinstance(error, MethodNotAllowedException):
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return Problem(405, "METHOD", "This address does not take that method.", headers=headers)
    if isinstance(error, NotFoundException):
        return Problem(404, "NOT_FOUND", "There is nothing at this address.")
    return Problem(error.status_code, "BAD_REQUEST", error.detail)


def _of_validation(error: ValidationException) -> Problem:
    extra = error.extra if isinstance(error.extra, list) else []
    if any(item["message"] == _NO_BODY for item in extra):
        return Problem(400, "BODY_MISSING", "This address needs a JSON body.")
    found = dict(_field_error(item) for item in extra)
    missing = any(_MISSING.search(item["message"]) or "required" in item["message"].lower() for item in extra)
    fields = ", ".join(sorted(filter(None, found)))
    code, fault = ("MISSING_FIELD", "a field is missing") if missing else ("WRONG_TYPE", "a value has the wrong form")
    return Problem(400, code, f"The request cannot be read: {fault}{f' ({fields})' if fields else ''}.", found)


def _field_error(item: dict[str, str]) -> tuple[str, str]:
    """The field and the words of one of the framework's messages, without its notation for paths."""
    message, key = item["message"], item.get("key", "")
    if missing := _MISSING.search(message):
        inner = "" if key in ("", "data") else f"{key}."
        return f"{inner}{missing[1]}", "This field is required."
    if key in ("", "data") and (path := _PATH.search(message)):
        key = path[1]
    words = re.sub(r" - at `[^`]*`", "", message).replace("`", "")
    return "" if key == "data" else key, f"{words}."
