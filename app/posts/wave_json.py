"""How programs see targets, groups and waves and write them, in the words of the waves document."""

from datetime import datetime
from typing import Any

import msgspec

from app.clock import from_ms, zone
from app.errors import Invalid
from app.posts import wave_rules
from app.posts.groups import MadeGroup, NewGroup, Plan
from app.posts.post_json import when_of
from app.posts.schemas import When
from app.posts.states import CHANGEABLE
from app.posts.wave_queries import Found, Planned, WaveView
from app.posts.wave_rules import Kind
from app.posts.waves import Done


class TargetPlanJson(msgspec.Struct, omit_defaults=True):
    """A target; `status` is pending, scheduled (ready to go out), executing, completed, failed or cancelled.

    `delay_seconds` counts from the first of its group. `held_by` names what is paused: target, wave, channel,
    everything.
    """

    id: str
    schedule_type: str
    channel_id: str
    channel: str
    platform: str
    video_id: str | None
    post_id: str | None
    title: str | None
    scheduled_at: datetime
    delay_seconds: float
    status: str
    state: str
    coordination_group_id: str | None
    wave_id: str | None
    is_paused: bool
    held_by: tuple[str, ...]
    executed_at: datetime | None
    published_at: datetime | None
    url: str | None
    error_message: str | None
    attempts: int
    outcome: str | None = None


class TargetsJson(msgspec.Struct):
    """Targets in order of time; `count` is of all that match, `after` the cursor of the next page."""

    count: int
    schedules: list[TargetPlanJson]
    after: str | None


class TextsJson(msgspec.Struct, kw_only=True):
    """The texts of a video; without a title it takes the video's own."""

    title: str = ""
    description: str = ""
    hashtags: list[str] | str = ""


class NewSimultaneousJson(TextsJson, kw_only=True, forbid_unknown_fields=True):
    """One video on several channels at one instant; without a time at the next slot free on all of them."""

    channel_ids: list[str]
    video_id: str | None = None
    scheduled_at: str | None = None
    timezone: str | None = None
    wave_id: str | None = None
    wave_title: str = ""


class NewStaggeredJson(TextsJson, kw_only=True, forbid_unknown_fields=True):
    """One video on several channels one after another, in their order, `delay_seconds` apart."""

    channel_ids: list[str]
    start_time: str
    delay_seconds: int
    video_id: str | None = None
    timezone: str | None = None
    wave_id: str | None = None
    wave_title: str = ""


class OwnTimeJson(msgspec.Struct, forbid_unknown_fields=True):
    """A channel at a time of its own, or at its next slot."""

    channel_id: str
    scheduled_at: str | None = None
    timezone: str | None = None


class NewIndependentJson(TextsJson, kw_only=True, forbid_unknown_fields=True):
    """One channel at its own time or next slot, or several of them as `targets`."""

    channel_id: str | None = None
    scheduled_at: str | None = None
    timezone: str | None = None
    targets: list[OwnTimeJson] = []
    video_id: str | None = None
    wave_id: str | None = None
    wave_title: str = ""


class ClashJson(msgspec.Struct):
    """What is there already."""

    target: str | None
    title: str | None
    scheduled_time: datetime


class LaneJson(msgspec.Struct):
    """What would go where and when; `local_time` is on the wall clock of the channel's zone."""

    channel_id: str
    channel: str
    platform: str
    scheduled_at: datetime
    timezone: str
    local_time: str
    note: str | None
    conflicts: list[ClashJson]


class GroupJson(msgspec.Struct):
    """A group that was stored, or that would be: then it has no ids yet.

    `next_free` is a time at which nothing clashes, where something does.
    """

    stored: bool
    coordination_group_id: str | None
    wave_id: str | None
    post_id: str | None
    count: int
    schedules: list[TargetPlanJson]
    plan: list[LaneJson]
    next_free: datetime | None
    notes: list[str]


class NewTimeJson(msgspec.Struct, forbid_unknown_fields=True):
    """Another time, of the first that waits; the others keep their distance on the wall clock."""

    scheduled_at: str
    timezone: str | None = None


class VideoJson(TextsJson, kw_only=True, forbid_unknown_fields=True):
    """The video of empty slots."""

    video_id: str


class OrderJson(msgspec.Struct, forbid_unknown_fields=True):
    """The targets that still wait in a group, by their ids, in the order of their turns."""

    order: list[str]


class WaveTitleJson(msgspec.Struct, forbid_unknown_fields=True):
    """Another title of a wave."""

    title: str


class DoneJson(msgspec.Struct):
    """How many targets an act changed, what to tell of their times, and when the first of them is due now."""

    changed: int
    notes: list[str]
    scheduled_at: datetime | None


class IssueJson(msgspec.Struct):
    """Something that stands in the way."""

    field: str
    code: str
    detail: str


class ValidityJson(msgspec.Struct):
    """Whether a target will go out as it is planned, as things stand."""

    valid: bool
    issues: list[IssueJson]


class ProgressJson(msgspec.Struct):
    """How many targets stand how."""

    waiting: int
    under_way: int
    unknown: int
    posted: int
    failed: int
    cancelled: int


class WaveJson(msgspec.Struct):
    """A wave; `wave_id` is the name that its maker gave it."""

    wave_id: str
    title: str
    is_paused: bool
    outcome: str
    progress: ProgressJson
    channels: int
    first_at: datetime | None
    last_at: datetime | None
    next_at: datetime | None


class WholeWaveJson(WaveJson, kw_only=True):
    """A wave with all its targets."""

    count: int
    schedules: list[TargetPlanJson]


def simultaneous(data: NewSimultaneousJson) -> NewGroup:
    """What is asked for."""
    return _group("simultaneous", data, data.channel_ids, _when(data.scheduled_at, data.timezone))


def staggered(data: NewStaggeredJson) -> NewGroup:
    """What is asked for."""
    when = _when(data.start_time, data.timezone, "start_time")
    return _group("staggered", data, data.channel_ids, when, step_s=data.delay_seconds)


def independent(data: NewIndependentJson) -> NewGroup:
    """What is asked for."""
    wanted = list(data.targets)
    if data.channel_id is not None:
        wanted.append(OwnTimeJson(data.channel_id, data.scheduled_at, data.timezone))
    own = {one.channel_id: when for one in wanted if (when := _when(one.scheduled_at, one.timezone))}
    return _group("independent", data, [one.channel_id for one in wanted], None, own=own)


def _group(kind: Kind, data: Any, channels: list[str], when: When | None, **more: Any) -> NewGroup:
    return NewGroup(
        kind, channels, when, asset=data.video_id, title=data.title, description=data.description,
        hashtags=data.hashtags, wave=data.wave_id, wave_title=data.wave_title, **more,
    )  # fmt: skip


def _when(text: str | None, timezone: str | None, field: str = "scheduled_at") -> When | None:
    return None if text is None else time_of(text, timezone, field)


def time_of(text: str, timezone: str | None, field: str = "scheduled_at") -> When:
    """An instant with its offset, or a wall-clock time with a zone; told at the field that it came in."""
    try:
        return when_of(text, timezone)
    except Invalid as refused:
        errors = {field if name == "scheduled_time" else name: words for name, words in refused.errors.items()}
        raise Invalid(refused.code, refused.detail, errors=errors) from refused


def target_json(one: Planned) -> TargetPlanJson:
    """A target as programs see it."""
    return TargetPlanJson(
        id=one.id, schedule_type=one.kind, channel_id=one.channel, channel=one.channel_slug, platform=one.platform,
        video_id=one.asset, post_id=one.post, title=one.title, scheduled_at=from_ms(one.due_ms),
        delay_seconds=one.delay_ms / 1000, status=one.status, state=one.state, coordination_group_id=one.group,
        wave_id=one.wave, is_paused=one.state in CHANGEABLE and bool(one.held_by), held_by=one.held_by,
        executed_at=_time(one.committed_ms), published_at=_time(one.published_ms), url=one.remote_url,
        error_message=one.error, attempts=one.tries, outcome="unknown" if one.state == "unconfirmed" else None,
    )  # fmt: skip


def targets_json(found: Found) -> TargetsJson:
    """A page of targets."""
    return TargetsJson(found.count, [target_json(one) for one in found.targets], found.after)


def plan_json(plan: Plan) -> list[LaneJson]:
    """What would go where and when."""
    return [
        LaneJson(
            one.channel.id, one.channel.slug, one.platform, one.when.at, one.channel.timezone,
            one.when.at.astimezone(zone(one.channel.timezone)).isoformat(timespec="seconds"), one.when.note,
            [ClashJson(c.other.target or None, c.other.title, from_ms(c.other.at_ms)) for c in one.clashes],
        )
        for one in plan.lanes
    ]  # fmt: skip


def planned_json(new: NewGroup, plan: Plan) -> GroupJson:
    """A group as it would be stored."""
    notes = list(dict.fromkeys(one.when.note for one in plan.lanes if one.when.note))
    return GroupJson(False, None, new.wave, None, len(plan.lanes), [], plan_json(plan), plan.free, notes)


def made_json(made: MadeGroup, targets: list[Planned]) -> GroupJson:
    """A group that was stored."""
    told = [target_json(one) for one in targets]
    return GroupJson(True, made.group, made.wave, made.post, len(told), told, [], None, made.notes)


def done_json(done: Done) -> DoneJson:
    """What came of an act."""
    return DoneJson(done.changed, done.notes, done.due)


def wave_json(one: WaveView) -> WaveJson:
    """A wave as programs see it."""
    return WaveJson(**_wave(one))


def whole_wave_json(one: WaveView, found: Found) -> WholeWaveJson:
    """A wave with its targets."""
    return WholeWaveJson(**_wave(one), count=found.count, schedules=[target_json(each) for each in found.targets])


def _wave(one: WaveView) -> dict[str, Any]:
    return {
        "wave_id": one.key, "title": one.title, "is_paused": one.paused, "outcome": wave_rules.outcome(one.progress),
        "progress": msgspec.convert(one.progress, ProgressJson, from_attributes=True), "channels": one.channels,
        "first_at": _time(one.from_ms), "last_at": _time(one.until_ms), "next_at": _time(one.next_ms),
    }  # fmt: skip


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
