"""The tree of domain errors; no HTTP in it, `web/problems.py` maps it to statuses.

DaypartError
├── Malformed        the request cannot be read
├── Unauthenticated  nobody is signed in
├── Forbidden        somebody is, but may not
├── NotFound
├── Conflict         clashes with what is stored, naming it
├── TooLarge
├── Invalid          readable, but a value is wrong
├── Throttled        too often, with seconds to wait
├── StorageFull      the data folder has no room
├── Unavailable      a part of the desk itself is away (database, Redis, ffmpeg)
└── RemoteFailed     a remote system failed
    └── RemoteSilent     or did not answer in time
"""

from collections.abc import Mapping
from typing import Any


class DaypartError(Exception):
    """Base of all errors that a person or script may see: a stable code and plain words."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = dict(errors or {})
        self.facts = facts


class Malformed(DaypartError):
    """The request cannot be read: broken JSON, a missing field, a wrong type."""


class Unauthenticated(DaypartError):
    """Nobody is signed in, or the credentials are wrong."""


class Forbidden(DaypartError):
    """Whoever asks is known, but their role does not allow it."""


class NotFound(DaypartError):
    """What was asked for does not exist."""


class Conflict(DaypartError):
    """The wish clashes with what is stored; `facts["conflicts"]` names with what."""


class TooLarge(DaypartError):
    """More bytes than the limit allows."""


class Invalid(DaypartError):
    """The request is readable but a value in it is wrong; `errors` tells which field and why."""


class Throttled(DaypartError):
    """Too many tries; `facts["retry_after"]` is the number of seconds to wait."""


class StorageFull(DaypartError):
    """The data folder has no room left."""


class Unavailable(DaypartError):
    """A part of the desk itself is away for the moment."""


class RemoteFailed(DaypartError):
    """A remote system answered with a failure."""


class RemoteSilent(RemoteFailed):
    """A remote system did not answer in time."""


def field_error(field: str, code: str, detail: str) -> Invalid:
    """One wrong field, told both as the whole and at the field."""
    return Invalid(code, detail, errors={field: detail})
