"""What enters of targets, groups and waves by API, in the words of the waves document."""

from typing import Any

import msgspec

from app.errors import Invalid
from app.posts.groups import NewGroup
from app.posts.post_json import when_of
from app.posts.schemas import When
from app.posts.wave_rules import Kind


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
