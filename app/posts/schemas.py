"""What enters and leaves publishing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from app.clock import from_ms, resolve, zone
from app.errors import Invalid, field_error
from app.posts.approving import Approval
from app.posts.overriding import Own
from app.posts.states import OPEN, State


@dataclass(frozen=True, slots=True)
class Wall:
    """A time as a person means it: on the wall clock of a zone."""

    day: date
    time: time
    timezone: str


@dataclass(frozen=True, slots=True)
class When:
    """A time that was asked for: the instant, what was meant, and whether the clock change moved it."""

    at: datetime
    wall: str | None = None
    timezone: str | None = None
    note: str | None = None

    @classmethod
    def of_wall(cls, wall: Wall) -> "When":
        """The instant of a wall-clock time; a skipped one is moved forward and a repeated one is its first."""
        tz = zone(wall.timezone)
        try:
            resolved = resolve(wall.day, wall.time, tz)
        except Invalid as error:  # outside of the years that there are
            raise field_error("scheduled_time", error.code, error.detail) from error
        meant = f"{wall.day.isoformat()}T{wall.time:%H:%M}"
        shown = resolved.at.astimezone(tz)
        note = None
        if resolved.moved:
            note = f"{wall.time:%H:%M} does not exist that day in {wall.timezone}; it is {shown:%H:%M} instead."
        elif resolved.repeated:
            note = f"{wall.time:%H:%M} comes twice that day in {wall.timezone}; the first one is meant."
        return cls(resolved.at, meant, wall.timezone, note)


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be made, with the channels it goes to; without a time it takes the next free slot of all of them.

    `overrides` are texts of single channels, by the names that `channels` has.
    The asset is empty where the video is still to come.
    """

    asset: str
    title: str
    channels: list[str]
    description: str = ""
    hashtags: list[str] | str = field(default_factory=list)
    when: When | None = None
    tags: Sequence[str] = ()
    overrides: Mapping[str, Own] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A post that was made, when it goes out, and what to tell about that time."""

    post: str
    targets: list[str]
    due: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target as pages and API show it."""

    id: str
    channel: str
    channel_slug: str
    channel_title: str
    channel_open: bool
    platform: str
    state: State
    paused: bool
    due_ms: int | None
    retry_ms: int | None
    attempt: int
    tries: int
    committed_ms: int | None
    published_ms: int | None
    remote_url: str | None
    error: str | None
    occurrence: str = ""
    needs_approval: bool = False
    problem: str | None = None
    own: Own | None = None
    sent: Own | None = None

    @property
    def due(self) -> datetime | None:
        """When it is to go out; a draft has no time."""
        return None if self.due_ms is None else from_ms(self.due_ms)


@dataclass(frozen=True, slots=True)
class Coming:
    """The file on its way that is to become a post's video; `note` says why it waits or failed."""

    source: str
    state: str
    bytes: int
    total: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with its targets."""

    id: str
    asset: str | None
    title: str
    description: str
    hashtags: list[str]
    created_ms: int
    duration_ms: int | None
    has_thumbnail: bool
    file_name: str | None
    mime: str | None
    coming: Coming | None
    targets: list[TargetView]
    repeats: bool = False
    version: int = 1
    approval: Approval = "approved"
    approval_note: str | None = None
    tags: list[str] = field(default_factory=list)

    @property
    def in_review(self) -> bool:
        """Whether a channel it is still to go to takes approved posts only, and it is not approved."""
        return self.approval != "approved" and any(t.needs_approval and t.state in OPEN for t in self.targets)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One step towards a platform and what came of it."""

    target: str
    number: int
    phase: str
    started_ms: int
    ended_ms: int | None
    outcome: str | None
    error: str | None
