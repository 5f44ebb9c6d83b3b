"""How GitHub may answer instead of doing what was asked, by name; nothing is committed by any of these."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate

_SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
_PRIMARY = "API rate limit exceeded for user ID 1."
_SPAM = "Validation failed, or the endpoint has been spammed."


@dataclass(frozen=True)
class Refusal:
    """An answer; a message of None stands for a page that is no JSON."""

    status: int
    message: str | None
    headers: dict[str, str] = field(default_factory=dict)
    errors: list[dict[str, str]] | None = None

    @property
    def content(self) -> dict[str, object]:
        content: dict[str, object] = {"message": self.message, "documentation_url": "https://docs.github.com/rest"}
        return {**content, "status": str(self.status), **({} if self.errors is None else {"errors": self.errors})}


def _reset(after: int) -> dict[str, str]:
    return {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + after)}


def _date(after: int) -> dict[str, str]:
    return {"retry-after": formatdate(time.time() + after, usegmt=True)}


BEHAVIOURS: dict[str, Callable[[int], Refusal]] = {
    "401": lambda _: Refusal(401, "Bad credentials"),
    "403": lambda _: Refusal(403, "Resource not accessible by personal access token"),
    "403-needs": lambda _: Refusal(
        403, "Resource not accessible by personal access token", {"x-accepted-github-permissions": "actions=read"}
    ),
    "404": lambda _: Refusal(404, "Not Found"),
    "307": lambda _: Refusal(307, "Moved Permanently", {"location": "/repositories/1296269/dispatches"}),
    "422": lambda _: Refusal(422, "Actions has been disabled for this repository."),
    "422-errors": lambda _: Refusal(422, "Validation Failed", errors=[{"resource": "Event", "code": "invalid"}]),
    "422-spam": lambda _: Refusal(422, _SPAM),
    "422-bare": lambda _: Refusal(422, "Validation Failed"),
    "429-seconds": lambda after: Refusal(429, _SECONDARY, {"retry-after": str(after)}),
    "429-date": lambda after: Refusal(429, _SECONDARY, _date(after)),
    "429-reset": lambda after: Refusal(429, _PRIMARY, _reset(after)),
    "429-bare": lambda _: Refusal(429, "Too many requests"),
    "403-primary": lambda after: Refusal(403, _PRIMARY, _reset(after)),
    "403-secondary": lambda after: Refusal(403, _SECONDARY, {"retry-after": str(after)}),
    "403-secondary-bare": lambda _: Refusal(403, _SECONDARY),
    "500": lambda _: Refusal(500, "Server Error"),
    "502-html": lambda _: Refusal(502, None),
}
