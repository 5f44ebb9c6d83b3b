"""How programs see social channels and write them."""

from datetime import datetime
from typing import Any, Literal, TypedDict

import msgspec

from app.channels import acts
from app.channels.schemas import ChangedChannelJson, ChannelJson, NewChannelJson
from app.clock import from_ms
from app.errors import field_error
from app.posts import github_channels, social
from app.posts.adapters import adapter
from app.posts.adapters.github_config import Config, Mode
from app.posts.social import Account
from app.posts.weekly import format_slots


class SocialChannelJson(ChannelJson, kw_only=True, omit_defaults=True):
    """A social channel; its secrets are never told again. What follows `waiting` stands only on GitHub's."""

    kind: Literal["social"]
    platform: str
    url: str
    late_minutes: int
    slots: str
    spacing_minutes: int
    needs_reconnect: str | None
    next_time: datetime | None
    last_success: datetime | None
    waiting: int
    repository: str | None = None
    mode: str | None = None
    workflow: str | None = None
    ref: str | None = None
    event_type: str | None = None
    api_url: str | None = None


class NewSocialJson(NewChannelJson, kw_only=True, forbid_unknown_fields=True):
    """A channel to be made; a social one with a `url` on a webhook, or on GitHub with a `repository` as owner/name or
    its address, and a `token` that may dispatch and read runs."""

    platform: Literal["webhook", "github"] = "webhook"
    url: str | None = None
    late_minutes: int = social.GRACE_DEFAULT_MIN
    slots: str = ""
    spacing_minutes: int = social.SPACING_DEFAULT_MIN
    repository: str | None = None
    mode: Mode | None = None
    workflow: str | None = None
    ref: str | None = None
    event_type: str | None = None
    api_url: str | None = None
    token: str | None = None


class ChangedSocialJson(ChangedChannelJson, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; `version` is the one that was read."""

    url: str | None = None
    late_minutes: int | None = None
    slots: str | None = None
    spacing_minutes: int | None = None
    repository: str | None = None
    mode: Mode | None = None
    workflow: str | None = None
    ref: str | None = None
    event_type: str | None = None
    api_url: str | None = None
    token: str | None = None


_ON_GITHUB = (*Config.__struct_fields__, "token")


class Common(TypedDict):
    """What every social channel has, as its use cases name it."""

    title: str
    timezone: str
    slug: str
    grace_min: int
    slots: str
    spacing_min: int
    day_start: str


def checked_fields(given: NewSocialJson | ChangedSocialJson, platform: str, title: str) -> None:
    """Refuse a field that channels on that platform do not have, rather than drop it."""
    foreign = ("url",) if platform == "github" else _ON_GITHUB
    for name in foreign:
        if getattr(given, name) is not None:
            where = f"{title} is a channel on {adapter(platform).label}."
            raise field_error(name, "FIELD_FOREIGN", f"{where} It has no {name}.")


def new_on_github(given: NewSocialJson) -> github_channels.Wanted:
    """What a new channel on a repository shall be."""
    return github_channels.Wanted(
        given.title, _config(given, Config(repository="")), given.timezone, given.token or "", given.slug,
        given.late_minutes, given.slots, given.spacing_minutes, given.day_start or "",
    )  # fmt: skip


def new_on_webhook(given: NewSocialJson) -> social.Wanted:
    """What a new channel on a webhook shall be."""
    return social.Wanted(
        given.title, given.url or "", given.timezone, given.slug, given.late_minutes, given.slots,
        given.spacing_minutes, given.day_start or "",
    )  # fmt: skip


def changed_on_github(given: ChangedSocialJson, before: Config, common: Common) -> github_channels.Wanted:
    """What a channel on a repository shall be now."""
    return github_channels.Wanted(config=_config(given, before), token=given.token or "", **common)


def _config(given: NewSocialJson | ChangedSocialJson, before: Config) -> Config:
    fields: dict[str, Any] = {name: getattr(given, name) for name in Config.__struct_fields__}
    return msgspec.structs.replace(before, **{name: value for name, value in fields.items() if value is not None})


def changed_common(given: ChangedSocialJson, before: Account) -> Common:
    """What every channel has, with what was given."""
    shared = acts.common(before.channel, given)
    return {
        "title": shared["title"],
        "timezone": shared["timezone"],
        "slug": shared["slug"],
        "day_start": shared["day_start"],
        "grace_min": before.grace_min if given.late_minutes is None else given.late_minutes,
        "slots": format_slots(before.slots) if given.slots is None else given.slots,
        "spacing_min": before.spacing_min if given.spacing_minutes is None else given.spacing_minutes,
    }


def channel_json(one: Account) -> SocialChannelJson:
    """A social channel, told."""
    channel = one.channel
    return SocialChannelJson(
        id=channel.id, slug=channel.slug, title=channel.title, kind="social", platform=one.platform,
        timezone=channel.timezone, day_start=channel.day_start, url=one.url, late_minutes=one.grace_min,
        slots=format_slots(one.slots), spacing_minutes=one.spacing_min, active=channel.active,
        paused=channel.paused, needs_reconnect=one.needs_reconnect,
        next_time=_time(one.next_due_ms), last_success=_time(one.last_success_ms), waiting=one.waiting,
        version=channel.version, **({} if one.repository is None else msgspec.to_builtins(one.repository)),
    )  # fmt: skip


def _time(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
