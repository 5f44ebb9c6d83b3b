"""The interface between the publishing engine and a platform.

An adapter never waits, loops or retries: the engine does. `prepare` may be repeated at will; `commit` is the
irreversible call; `confirm` and `reconcile` ask the platform what happened (domain/publishing.md section 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import httpx

from app.posts.issues import Issue


@dataclass(frozen=True, slots=True)
class File:
    """The video, as the platform may fetch it."""

    url: str
    name: str
    bytes: int
    sha256: str
    mime: str
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class Publication:
    """All that an adapter needs to publish one target."""

    target_id: str
    post_id: str
    generation: int
    due: datetime
    channel: str
    title: str
    description: str
    hashtags: Sequence[str]
    file: File | None
    callback_url: str
    config: dict[str, Any]
    secret: str
    prepared: dict[str, Any] = field(default_factory=dict)
    asset: str | None = None
    tries: int = 1

    @property
    def key(self) -> str:
        """The idempotency key: the same for every try of one generation."""
        return f"pub:{self.target_id}:{self.generation}"


@dataclass(frozen=True, slots=True)
class Published:
    """It is out."""

    remote_id: str | None = None
    remote_url: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform has taken it and will tell later; `prepared` is kept for asking."""

    prepared: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotYet:
    """Asked, and it is still under way; `retry_after_s` is how long the platform wants to be left alone."""

    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly was not published, and trying again may help."""

    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It certainly was not published, and trying again will not help."""

    reason: str
    reconnect: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been published: the answer was lost. `retry_after_s` is when asking may tell more."""

    reason: str
    retry_after_s: float | None = None


Outcome = Published | Accepted | NotYet | NotSent | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Tools:
    """What the engine lends an adapter for one step."""

    http: httpx.AsyncClient
    now: datetime


class Adapter(Protocol):
    """A platform."""

    name: str
    label: str
    icon: str

    def validate(self, publication: Publication) -> list[Issue]:
        """What the platform would refuse, told before anything is sent."""

    def pace_key(self, publication: Publication) -> str | None:
        """What its orders keep their distance by, over all channels; None where the platform asks for none."""

    async def prepare(self, publication: Publication, tools: Tools) -> dict[str, Any] | Outcome:
        """Everything that can be done before the hour; the dict it returns is kept for the next steps.

        Any other outcome ends the try, such as Published where an earlier one turns out to have succeeded after all.
        """

    async def commit(self, publication: Publication, tools: Tools) -> Outcome:
        """The irreversible call, made once."""

    async def confirm(self, publication: Publication, tools: Tools) -> Outcome:
        """Ask once how an accepted publication is getting on."""

    async def reconcile(self, publication: Publication, tools: Tools) -> Outcome:
        """Find out what became of a call whose answer was lost."""
