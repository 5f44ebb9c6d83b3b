"""How programs see channels and write them; an area that keeps a part of a kind extends these with its fields."""

from typing import Literal

import msgspec

KindName = Literal["social", "linear", "radio"]


class ChannelJson(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A channel, as far as every kind has it."""

    id: str
    slug: str
    title: str
    kind: str
    timezone: str
    day_start: str
    active: bool
    paused: bool
    version: int


class PlainChannelJson(ChannelJson, kw_only=True, omit_defaults=True):
    """A channel of a kind that no area keeps more of yet."""

    kind: Literal["linear", "radio"]


class NewChannelJson(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A channel to be made; without a slug it gets one of its title, without a day start that of its kind."""

    title: str
    timezone: str
    kind: KindName = "social"
    slug: str = ""
    day_start: str | None = None


class ChangedChannelJson(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; `version` is the one that was read."""

    version: int
    title: str | None = None
    slug: str | None = None
    timezone: str | None = None
    day_start: str | None = None


class FaultJson(msgspec.Struct):
    """Something about a channel that is wrong or unusual."""

    code: str
    level: str
    detail: str


class ValidatedJson(msgspec.Struct):
    """Whether a channel is sound: it is unless there are errors, or with `strict` warnings."""

    valid: bool
    findings: list[FaultJson]
