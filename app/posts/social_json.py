"""How programs see social channels and write them."""

from datetime import datetime
from typing import Any, Literal, TypedDict

import msgspec

from app.clock import from_ms
from app.errors import field_error
from app.posts import github_channels, social
from app.posts.adapters.github_config import Config, Mode
from app.posts.social import Account, Switched
from app.posts.weekly import format_slots


class ChannelJson(msgspec.Struct, omit_defaults=True):
    """A social channel; its secrets are never told again. What follows `version` stands only on GitHub's."""

    id: str
    slug: str
    title: str
    kind: str
    platform: str
    timezone: str
    url: str
    late_minutes: int
    slots: str
    spacing_minutes: int
    active: bool
    paused: bool
    needs_reconnect: str | None
    next_time: datetime | None
    last_success: datetime | None
    waiting: int
    version: int
    repository: str | None = None
    mode: str | None = None
    workflow: str | None = None
    ref: str | None = None
    event_type: str | None = None
    api_url: str | None = None


class SwitchedChannelJson(ChannelJson, kw_only=True):
    """A channel that was paused or resumed; `changed` waiting posts are held or released by that."""

    changed: int


class OnGitHubJson(msgspec.Struct, kw_only=True):
    """What a channel on GitHub has besides; `repository` as owner/name or its address, and a token that may
    dispatch and read runs."""

    repository: str | None = None
    mode: Mode | None = None
    workflow: str | None = None
    ref: str | None = None
    event_type: str | None = None
    api_url: str | None = None
    token: str | None = None


class NewChannelJson(OnGitHubJson, kw_only=True, forbid_unknown_fields=True):
    """A social channel to be made: with a `url` on a webhook, with a `repository` and a `token` on GitHub."""

    title: str
    timezone: str
    platform: Literal["webhook", "github"] = "webhook"
    url: str | None = None
    slug: str = ""
    late_minutes: int = social.GRACE_DEFAULT_MIN
    slots: str = ""
    spacing_minutes: int = social.SPACING_DEFAULT_MIN


class ChangedChannelJson(OnGitHubJson, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; `version` is the one that was read."""

    version: int
    title: str | None = None
    slug: str | None = None
    url: str | None = None
    timezone: str | None = None
    late_minutes: int | None = None
    slots: str | None = None
    spacing_minutes: int | None = None


class Common(TypedDict):
    """What every social channel has, as its use cases name it."""

    title: str
    timezone: str
    slug: str
    grace_min: int
    slots: str
    spacing_min: int


def checked_fields(given: NewChannelJson | ChangedChannelJson, platform: str) -> None:
    """Refuse a field that channels on that platform do not have, rather than drop it."""
    foreign = ("url",) if platform == "github" else OnGitHubJson.__struct_fields__
    for name in foreign:
        if getattr(given, name) is not None:
            raise field_error(name, "FIELD_FOREIGN", f"A channel on this platform has no {name}.")


def new_on_github(given: NewChannelJson) -> github_channels.Wanted:
    """What a new channel on a repository shall be."""
    return github_channels.Wanted(
        given.title, _config(given, Config(repository="")), given.timezone, given.token or "", given.slug,
        given.late_minutes, given.slots, given.spacing_minutes,
    )  # fmt: skip


def new_on_webhook(given: NewChannelJson) -> social.Wanted:
    """What a new channel on a webhook shall be."""
    return social.Wanted(
        given.title, given.url or "", given.timezone, given.slug, given.late_minutes, given.slots,
        given.spacing_minutes,
    )  # fmt: skip


def changed_on_github(given: ChangedChannelJson, before: Config, common: Common) -> github_channels.Wanted:
    """What a channel on a repository shall be now."""
    return github_channels.Wanted(config=_config(given, before), token=given.token or "", **common)


def _config(given: OnGitHubJson, before: Config) -> Config:
    fields: dict[str, Any] = {name: getattr(given, name) for name in Config.__struct_fields__}
    return msgspec.structs.replace(before, **{name: value for name, value in fields.items() if value is not None})


def changed_common(given: ChangedChannelJson, before: Account) -> Common:
    """What every channel has, with what was given."""
    return {
        "title": before.channel.title if given.title is None else given.title,
        "timezone": before.channel.timezone if given.timezone is None else given.timezone,
        "slug": before.channel.slug if given.slug is None else given.slug,
        "grace_min": before.grace_min if given.late_minutes is None else given.late_minutes,
        "slots": format_slots(before.slots) if given.slots is None else given.slots,
        "spacing_min": before.spacing_min if given.spacing_minutes is None else given.spacing_minutes,
    }


def channel_json(one: Account) -> ChannelJson:
    """A social channel, told."""
    return ChannelJson(**_told(one))


def switched_json(switched: Switched) -> SwitchedChannelJson:
    """A social channel that was paused or resumed, told."""
    return SwitchedChannelJson(**_told(switched.account), changed=switched.changed)


def _told(one: Account) -> dict[str, Any]:
    channel = one.channel
    return dict(
        id=channel.id, slug=channel.slug, title=channel.title, kind=channel.kind, platform=one.platform,
        timezone=channel.timezone, url=one.url, late_minutes=one.grace_min,
        slots=format_slots(one.slots), spacing_minutes=one.spacing_min, active=channel.active,
        paused=channel.paused, needs_reconnect=one.needs_reconnect,
        next_time=_time(one.next_due_ms), last_success=_time(one.last_success_ms), waiting=one.waiting,
        version=channel.version, **({} if one.repository is None else msgspec.to_builtins(one.repository)),
    )  # fmt: skip


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
