"""How programs see targets, groups and waves, in the words of the waves document."""

from datetime import datetime
from typing import Any

import msgspec

from app.clock import from_ms, zone
from app.posts import wave_rules
from app.posts.groups import MadeGroup, NewGroup, Plan
from app.posts.states import CHANGEABLE
from app.posts.wave_queries import Found, Planned, WaveView
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
