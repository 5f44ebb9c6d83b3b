"""Posts as programs read them, and the times that programs give."""

from datetime import UTC, datetime

import msgspec

from app.clock import from_ms, parse_instant, zone
from app.errors import Invalid, field_error
from app.posts.overriding import Own
from app.posts.schemas import PostView, TargetView, Wall, When
from app.posts.states import post_state, post_status, status_of


class TargetJson(msgspec.Struct):
    """A post on one channel."""

    id: str
    channel: str
    platform: str
    status: str
    state: str
    scheduled_time: datetime | None
    published_time: datetime | None
    url: str | None
    error_message: str | None
    tries: int
    paused: bool
    occurrence: str
    problem: str | None
    overrides: Own | None


class RemainingJson(msgspec.Struct):
    """How long until a post goes out; never negative."""

    hours: int
    minutes: int
    seconds: int
    total_seconds: int


class VideoJson(msgspec.Struct):
    """The file that a post waits for; `state` is waiting, running, failed or cancelled."""

    source: str
    state: str
    bytes: int
    total: int | None
    note: str | None


class PostJson(msgspec.Struct):
    """A post with its targets; `status` is one of pending, processing, completed, failed, cancelled.

    A draft has no time. `approval` (none, waiting, changes or approved) counts where `in_review` says so: then nothing
    goes out on the channels that need approval. A target's `problem` is what would stop it at its hour.
    `video` is what it still waits for; such a post is `pending`, and nothing goes out.
    """

    id: str
    asset: str | None
    video: VideoJson | None
    title: str
    description: str
    hashtags: list[str]
    platforms: list[str]
    scheduled_time: datetime | None
    time_remaining: RemainingJson | None
    status: str
    state: str
    outcome: str | None
    error_message: str | None
    retry_count: int
    repeats: bool
    targets: list[TargetJson]
    tags: list[str]
    approval: str
    approval_note: str | None
    in_review: bool
    version: int


class ScheduledJson(msgspec.Struct):
    """A post as it stands now; `note` tells when the clock change moved or doubled the time that was asked for."""

    post: PostJson
    note: str | None


def when_of(text: str, timezone: str | None) -> When:
    """The time that a program asks for: an instant with its offset, or a wall-clock time with a zone."""
    if timezone is None:
        try:
            return When(parse_instant(text))
        except Invalid as error:
            raise field_error("scheduled_time", error.code, error.detail) from error
    zone(timezone)
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise field_error("scheduled_time", "BAD_TIME", f"{text!r} is no time.") from error
    if wall.tzinfo is not None:
        raise field_error("timezone", "ZONE_TWICE", "Give an offset in the time or a timezone, not both.")
    return When.of_wall(Wall(wall.date(), wall.time(), timezone))


def post_json(one: PostView, now: datetime) -> PostJson:
    """A post as programs see it."""
    states = [target.state for target in one.targets]
    state = post_state(states)
    waiting = [t.due for t in one.targets if t.due is not None and status_of(t.state) == "pending"]
    due = min(waiting, default=one.targets[0].due)
    return PostJson(
        id=one.id,
        asset=one.asset,
        video=msgspec.convert(one.coming, VideoJson, from_attributes=True) if one.coming else None,
        title=one.title,
        description=one.description,
        hashtags=one.hashtags,
        platforms=list(dict.fromkeys(target.platform for target in one.targets)),
        scheduled_time=due,
        time_remaining=None if due is None else _remaining(due, now),
        status=post_status(states),
        state=state,
        outcome="unknown" if "unconfirmed" in states else None,
        error_message=next((target.error for target in one.targets if target.error), None),
        retry_count=max(max(target.tries - 1, 0) for target in one.targets),
        repeats=one.repeats,
        targets=[_target_json(target) for target in one.targets],
        tags=one.tags,
        approval=one.approval,
        approval_note=one.approval_note,
        in_review=one.in_review,
        version=one.version,
    )


def _remaining(due: datetime, now: datetime) -> RemainingJson:
    total = max(0, int((due - now).total_seconds()))
    return RemainingJson(total // 3600, total // 60 % 60, total % 60, total)


def _target_json(target: TargetView) -> TargetJson:
    return TargetJson(
        id=target.id,
        channel=target.channel_slug,
        platform=target.platform,
        status=status_of(target.state),
        state=target.state,
        scheduled_time=None if target.due is None else target.due.astimezone(UTC),
        published_time=None if target.published_ms is None else from_ms(target.published_ms),
        url=target.remote_url,
        error_message=target.error,
        tries=target.tries,
        paused=target.paused,
        occurrence=target.occurrence,
        problem=target.problem,
        overrides=target.own,
    )
